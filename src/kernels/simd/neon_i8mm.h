// Owns: what I8MM adds to the sources of NEON: products of unsigned by signed bytes, and of 2 pixels by 2
// outputs over 8 channels in one instruction. Included only where it is switched on.
#pragma once

#include <type_traits>

#include "kernels/simd/neon.h"

namespace nawq::kernels::neon_i8mm {
namespace {

using neon::Vector;
using neon::Weights;

// A tile is 2 rows of 8 bytes: channels of 2 pixels, or of 2 outputs. Its products lie in a register as
// [pixel 0 output 0, pixel 0 output 1, pixel 1 output 0, pixel 1 output 1].
struct Code8 {
  using Acc = int32x4_t;
  static constexpr int kStepChannels = 4, kStepBytes = 4, kParts = 1, kMostVectors = 2;
  static constexpr int kGroupSteps = 4, kTakenAway = 0;
  struct Group {
    uint8x16_t part[kParts];
  };
  static Acc zero() { return vdupq_n_s32(0); }
  static Acc start(const Epilogue& epilogue, int channel, int) {
    return vld1q_s32(epilogue.correction + channel);
  }
  static uint8x16_t load_source(const void* from) { return load_as<uint8x16_t>(from); }
  static Weights load_weights(const void* from, int) { return neon::load_weights8(from); }
  static Acc dot(Acc acc, uint8x16_t source, Weights weights) { return vusmmlaq_s32(acc, source, weights); }
  static Acc join(Acc only, Acc) { return only; }

  static Group load_group(const std::byte* from) { return {{load_source(from)}}; }
  static Group load_step(const std::byte* from) {
    return {{vreinterpretq_u8_u32(vdupq_n_u32(load_as<std::uint32_t>(from)))}};
  }
  template <int lane>
  static Acc dot_lane(Acc acc, Weights weights, const Group& group, int) {
    return vsudotq_laneq_s32(acc, weights, group.part[0], lane);
  }

  // kTileSteps steps of two pixels, in tiles of two steps; one step is a tile whose other half is 0.
  static constexpr int kTileSteps = 4;
  template <int steps>
  struct Tiles {
    uint8x16_t tile[kParts][steps > 2 ? 2 : 1];
  };
  template <int steps>
  static Tiles<steps> load_tiles(const std::byte* a, const std::byte* b) {
    if constexpr (steps == 4) {
      const auto x = load_as<uint64x2_t>(a), y = load_as<uint64x2_t>(b);
      return {{{vreinterpretq_u8_u64(vzip1q_u64(x, y)), vreinterpretq_u8_u64(vzip2q_u64(x, y))}}};
    } else {
      using Bytes = std::conditional_t<steps == 2, std::uint64_t, std::uint32_t>;
      const uint64x1_t x = vcreate_u64(load_as<Bytes>(a)), y = vcreate_u64(load_as<Bytes>(b));
      return {{{vreinterpretq_u8_u64(vcombine_u64(x, y))}}};
    }
  }
  static Acc dot_tiles(Acc acc, uint8x16_t pixels, Weights outputs, int) {
    return vusmmlaq_s32(acc, pixels, outputs);
  }
};

// Low bytes are unsigned, high ones signed.
struct Code16 : Code8 {
  static constexpr int kStepBytes = 8, kParts = 2;
  struct Group {
    uint8x16_t part[kParts];
  };
  static Acc start(const Epilogue& epilogue, int channel, int part) {
    return neon::Code16::start(epilogue, channel, part);
  }
  static Acc join(Acc low, Acc high) { return neon::Code16::join(low, high); }

  static Group load_group(const std::byte* from) {
    return group_of(split(load_as<uint8x16_t>(from), load_as<uint8x16_t>(from + 16)));
  }
  static Group load_step(const std::byte* from) {
    const uint8x8_t codes = load_as<uint8x8_t>(from);
    return group_of(split(vcombine_u8(codes, codes), vdupq_n_u8(0)));
  }
  template <int lane>
  static Acc dot_lane(Acc acc, Weights weights, const Group& group, int part) {
    if (part == 0) return vsudotq_laneq_s32(acc, weights, group.part[0], lane);
    return vdotq_laneq_s32(acc, weights, vreinterpretq_s8_u8(group.part[1]), lane);
  }

  static constexpr int kTileSteps = 2;
  template <int steps>
  struct Tiles {
    uint8x16_t tile[kParts][1];
  };
  template <int steps>
  static Tiles<steps> load_tiles(const std::byte* a, const std::byte* b) {
    if constexpr (steps == 2) {
      return tiles_of<steps>(split(load_as<uint8x16_t>(a), load_as<uint8x16_t>(b)));
    } else {
      const uint8x8_t zero = vdup_n_u8(0);
      const uint8x16_t x = vcombine_u8(load_as<uint8x8_t>(a), zero);
      return tiles_of<steps>(split(x, vcombine_u8(load_as<uint8x8_t>(b), zero)));
    }
  }
  static Acc dot_tiles(Acc acc, uint8x16_t pixels, Weights outputs, int part) {
    if (part == 0) return vusmmlaq_s32(acc, pixels, outputs);
    return vmmlaq_s32(acc, vreinterpretq_s8_u8(pixels), outputs);
  }

 private:
  struct Bytes {
    uint8x16_t low, high;
  };
  static Bytes split(uint8x16_t a, uint8x16_t b) { return {vuzp1q_u8(a, b), vuzp2q_u8(a, b)}; }
  static Group group_of(Bytes bytes) { return {{bytes.low, bytes.high}}; }
  template <int steps>
  static Tiles<steps> tiles_of(Bytes bytes) {
    return {{{bytes.low}, {bytes.high}}};
  }
};

}  // namespace
}  // namespace nawq::kernels::neon_i8mm
