// Owns: what a network's tensors hold on pictures, seen by its float program on the engine, and the ranges
// that follow.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/cpu.h"
#include "base/result.h"
#include "base/thread_team.h"
#include "codec/context.h"
#include "image/image.h"
#include "quantize/estimate_ranges.h"
#include "session/network.h"

namespace nawq::session {

class Calibration {
 public:
  // Fails (kModel) when the engine cannot run the network.
  static Result<Calibration> start(const Network& network, Isa isa, ThreadTeam& team);

  // Runs a low-resolution picture and looks at every number of every tensor. kModel where one is not finite.
  Status add(const Image& picture);
  // Ranges must hold what flat pictures need, however rare they are among photographs: black and white ones.
  Status add_flat_pictures();

  const quantize::Observations& observations() const { return observations_; }
  quantize::Ranges ranges(int bits, const quantize::RangeOptions& options = {}) const {
    return quantize::estimate_ranges(observations_, bits, options);
  }
  // For codes of the very pictures that were added: just their extremes, or those of 16 bits for any
  // pictures, because rounded weights move values a little beyond the float network's own extremes.
  quantize::Ranges own_ranges(int bits) const;
  // Where the network takes pictures of one size only; smaller ones are padded.
  std::optional<Extent> fixed_size() const;
  // Of small pictures that the network takes.
  Extent picture_size() const;

 private:
  Calibration(std::shared_ptr<const codec::LoadedProgram> loaded, ThreadTeam& team);
  Status bind(const Image& picture);
  Status look(std::size_t operation);

  std::shared_ptr<const codec::LoadedProgram> loaded_;
  ThreadTeam* team_;
  std::vector<std::vector<std::int32_t>> completed_;  // by operation: tensors that it is the last to write
  std::unique_ptr<codec::Context> context_;           // of the last size and depth
  int bound_bits_ = 0;
  quantize::Observations observations_;
  std::vector<float> row_;
};

}  // namespace nawq::session
