// Owns: the ranges of a network's tensors on pictures, seen by its float program on the engine.
#pragma once

#include <memory>
#include <string_view>

#include "base/cpu.h"
#include "base/result.h"
#include "base/thread_team.h"
#include "codec/context.h"
#include "image/image.h"
#include "quantize/uniform.h"
#include "session/network.h"

namespace nawq::session {

class Calibration {
 public:
  // Fails (kModel) when the engine cannot run the network.
  static Result<Calibration> start(const Network& network, Isa isa, ThreadTeam& team);

  // Runs a low-resolution picture and widens the ranges by it.
  Status add(const Image& picture);
  const quantize::Ranges& ranges() const { return ranges_; }
  void clear() { ranges_.clear(); }

 private:
  Calibration(std::shared_ptr<const codec::LoadedProgram> loaded, ThreadTeam& team)
      : loaded_(std::move(loaded)), team_(&team) {}

  std::shared_ptr<const codec::LoadedProgram> loaded_;
  ThreadTeam* team_;
  std::unique_ptr<codec::Context> context_;  // of the last size and depth
  int bound_bits_ = 0;
  quantize::Ranges ranges_;
};

// The low-resolution picture that calibration makes of a photograph: cut to a multiple of the scale, then
// bicubic.
Result<Image> degrade(const Image& photograph, std::int64_t scale, std::string_view name);

}  // namespace nawq::session
