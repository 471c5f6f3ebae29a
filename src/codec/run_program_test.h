// Owns: running Programs in codec's tests: pictures of noise, teams, one call from a Program to its picture.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <random>
#include <utility>

#include "codec/context.h"
#include "codec/loaded_program.h"
#include "codec/sizes.h"

namespace nawq::codec {

inline Image noise_picture(Extent size, int channels, int bits, std::uint32_t seed) {
  Image picture = Image::create(size.width_px, size.height_px, channels, bits).value();
  std::mt19937 random(seed);
  for (std::int64_t y = 0; y < size.height_px; ++y)
    for (std::int64_t x = 0; x < size.width_px; ++x)
      for (int c = 0; c < channels; ++c)
        picture.set_sample(x, y, c, static_cast<int>(random() >> 8) & picture.max_sample());
  return picture;
}

inline ThreadTeam team_of(int threads) { return std::move(*ThreadTeam::create(threads)); }

inline constexpr auto kNeverStop = [](double) { return true; };

inline Image result_for(const plan::Program& program, Extent picture, int bits) {
  return Image::create(picture.width_px * program.scale, picture.height_px * program.scale, program.channels,
                       bits)
      .value();
}

inline std::unique_ptr<Context> context_for(std::shared_ptr<const LoadedProgram> loaded, Extent picture,
                                            const ContextOptions& options) {
  auto context = Context::create(std::move(loaded), picture, options);
  if (context) return std::move(*context);
  ADD_FAILURE() << context.error().message;
  return nullptr;
}

struct RunSetup {
  Isa isa = Isa::kScalar;
  int threads = 1;
  int out_bits = 8;
};

// An empty picture after a failure.
inline Image run_program(const plan::Program& program, const Image& picture, const RunSetup& setup) {
  const Extent size{picture.width_px(), picture.height_px()};
  const auto context =
      context_for(LoadedProgram::load(program, setup.isa), size,
                  {.in_bits = picture.bits(), .out_bits = setup.out_bits, .workers = setup.threads});
  if (!context) return {};
  Image result = result_for(program, size, setup.out_bits);
  ThreadTeam team = team_of(setup.threads);
  const Status status = context->run(picture, result, team, kNeverStop);
  EXPECT_TRUE(status) << (status ? "" : status.error().message);
  return status ? std::move(result) : Image{};
}

// The smallest picture, by area, that a program takes.
inline Extent smallest_picture(const plan::Program& program) {
  for (std::int64_t area = 1; area < 1024; ++area)
    for (std::int64_t width = 1; width <= area; ++width)
      if (area % width == 0 && find_sizes(program, {width, area / width})) return {width, area / width};
  ADD_FAILURE() << "it takes no small picture";
  return {};
}

}  // namespace nawq::codec
