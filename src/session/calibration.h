// Owns: the ranges of a network's tensors on pictures, seen by its float program on the engine.
#pragma once

#include <memory>
#include <string_view>

#include "base/cpu.h"
#include "base/result.h"
#include "base/thread_team.h"
#include "codec/context.h"
#include "image/image.h"
#include "quantize/make_recipe.h"
#include "session/network.h"

namespace nawq::session {

class Calibration {
 public:
  // Fails (kModel) when the engine cannot run the network.
  static Result<Calibration> start(const Network& network, Isa isa, ThreadTeam& team);

  // Runs a low-resolution picture and notes the range of every tensor.
  Status add(const Image& picture);
  // Ranges must hold what flat pictures need, however rare they are among photographs: black and white ones.
  Status add_flat_pictures();
  // From the smallest to the largest value in any picture: nothing of them is clipped.
  const quantize::Ranges& extremes() const { return extremes_; }
  // For 8-bit codes of pictures that were not added. The mean of the pictures' own extremes, moved 30 % of
  // the way to the extremes of all: codes are finer for most pictures, and the outliers of a few are clipped.
  quantize::Ranges ranges8() const;
  // For 16-bit codes of any pictures: twice the extremes, which costs one bit of sixteen.
  quantize::Ranges ranges16() const;
  // For codes of the very pictures that were added: just their extremes, or ranges16, because rounded weights
  // move values a little beyond the float network's own extremes.
  quantize::Ranges own_ranges(int bits) const;
  // Of small pictures that the network takes.
  Extent picture_size() const;

 private:
  Calibration(std::shared_ptr<const codec::LoadedProgram> loaded, ThreadTeam& team)
      : loaded_(std::move(loaded)), team_(&team) {}

  std::shared_ptr<const codec::LoadedProgram> loaded_;
  ThreadTeam* team_;
  std::unique_ptr<codec::Context> context_;  // of the last size and depth
  int bound_bits_ = 0;
  quantize::Ranges extremes_, sums_, flat_;
  int pictures_ = 0;
};

// The low-resolution picture that calibration makes of a photograph: cut to a multiple of the scale, then
// bicubic.
Result<Image> degrade(const Image& photograph, std::int64_t scale, std::string_view name);

}  // namespace nawq::session
