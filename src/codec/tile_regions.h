// Owns: what each operation computes and each tensor holds for one tile of one phase, in the coordinates of
// the whole picture: from what the tile has to leave behind, backwards, each operation's reach added as a
// halo.
#pragma once

#include <cstdint>
#include <vector>

#include "codec/reach.h"
#include "codec/region.h"
#include "codec/sizes.h"
#include "codec/tile_plan.h"

namespace nawq::codec {

struct TileRegions {
  std::vector<Region> grids;    // by step of the phase
  std::vector<Region> tensors;  // by tensor: what is in memory; empty where nothing is
};

class TileGeometry {
 public:
  // All have to outlive it.
  TileGeometry(const plan::Program& program, const Sizes& sizes, const TilePlan& plan)
      : program_(program), sizes_(sizes), plan_(plan), reach_(program, sizes) {}

  // Allocates nothing when `regions` has been found before for a phase of no fewer steps.
  void find(std::size_t phase, std::int64_t tile, TileRegions& regions) const;

  // The share of a tensor that belongs to a tile: every pixel to exactly one.
  Region own(std::int32_t tensor, std::int64_t tile) const;

  const Reach& reach() const { return reach_; }

 private:
  bool is_kept(std::int32_t tensor) const;
  Region wanted_grid(const Step& step, std::size_t phase, std::int64_t tile,
                     const TileRegions& regions) const;

  const plan::Program& program_;
  const Sizes& sizes_;
  const TilePlan& plan_;
  Reach reach_;
};

// The largest parts of tensors that any tile holds, and the work of all tiles.
struct TileSurvey {
  std::vector<std::vector<Extent>> largest;  // by phase and tensor
  double work = 0;                           // see grid_work()
};
TileSurvey survey_tiles(const plan::Program& program, const Sizes& sizes, const TilePlan& plan);

// Relative time of a part of an operation's grid: multiply-accumulates, and what each pixel costs beside
// them.
double grid_work(const plan::Operation& operation, const Region& grid);

}  // namespace nawq::codec
