// Owns: the order of the work on a picture that does not have to be in memory as a whole: phases between
// barriers, the operations of each, what becomes of tensors that later phases read. Knows neither bytes nor
// pixels.
//
// A barrier is where something depends on the whole picture: channel statistics, or codes whose range is
// found on the picture. Everything before it is computed for all tiles before anything behind it. An
// operation belongs to the phase in which all that it reads is complete; it runs again in later phases for
// tensors that are not kept.
#pragma once

#include <cstdint>
#include <vector>

#include "codec/region.h"
#include "codec/sizes.h"
#include "plan/program.h"

namespace nawq::codec {

enum class Keeping {
  kTile,   // only the part that a tile needs; gone with the phase
  kWhole,  // whole, in memory
  kFile,   // whole, in a temporary file; in memory as kTile
};

struct Step {
  std::size_t operation = 0;
  std::vector<std::int32_t> loads;   // tensors that come from the picture or the file before it runs
  std::vector<std::int32_t> stores;  // tensors that it writes to the file
};

struct Phase {
  std::vector<Step> steps;
};

struct TilePlan {
  Extent picture, tile;
  std::vector<Keeping> keeping;               // by tensor
  std::vector<std::int32_t> operation_phase;  // by operation: the first phase that it runs in
  std::vector<Phase> phases;

  std::int64_t columns() const { return (picture.width_px + tile.width_px - 1) / tile.width_px; }
  std::int64_t tiles() const {
    return columns() * ((picture.height_px + tile.height_px - 1) / tile.height_px);
  }
  // Of the picture that comes in; the last ones may be smaller.
  Region tile_region(std::int64_t index) const;
  // Whether an operation runs in `phase` for the first time, so that its results are kept.
  bool is_first_run(std::size_t operation, std::size_t phase) const {
    return operation_phase[operation] == static_cast<std::int32_t>(phase);
  }
};

// One tile, every operation a phase, every tensor whole.
TilePlan whole_plan(const plan::Program& program, Extent picture);

// `keeping` as wanted for tensors that cross a barrier; others are kTile.
TilePlan tiled_plan(const plan::Program& program, Extent picture, Extent tile,
                    const std::vector<Keeping>& keeping);

// By operation: the number of barriers in front of it.
std::vector<std::int32_t> barrier_phases(const plan::Program& program);

// Tensors that are read in a later phase than they are written in.
std::vector<std::int32_t> crossing_tensors(const plan::Program& program);

}  // namespace nawq::codec
