#include "codec/tile_regions.h"

#include <algorithm>

namespace nawq::codec {
namespace {

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

}  // namespace

Region TileGeometry::own(std::int32_t tensor, std::int64_t tile) const {
  const Extent size = sizes_.tensors[at(tensor)], picture = plan_.picture;
  const Region region = plan_.tile_region(tile);
  const auto x = [&](std::int64_t edge) { return edge * size.width_px / picture.width_px; };
  const auto y = [&](std::int64_t edge) { return edge * size.height_px / picture.height_px; };
  return between(x(region.x), y(region.y), x(region.x_end()), y(region.y_end()));
}

// Whether a tile has to leave its share of a tensor behind: the result, what later phases read, and what a
// range is taken of.
bool TileGeometry::is_kept(std::int32_t tensor) const {
  if (tensor == plan::kOutputTensor || plan_.keeping[at(tensor)] != Keeping::kTile) return true;
  return !program_.floating && program_.tensors[at(tensor)].quantization.format == plan::Format::kFloat;
}

Region TileGeometry::wanted_grid(const Step& step, std::size_t phase, std::int64_t tile,
                                 const TileRegions& regions) const {
  const plan::Operation& operation = program_.operations[step.operation];
  if (const auto* statistics = std::get_if<plan::Statistics>(&operation.kind))
    return own(statistics->src.tensor, tile);
  const bool is_first_run = plan_.is_first_run(step.operation, phase);
  Region grid;
  for (const plan::RunSpec& run : operation.runs) {
    if (!is_first_run && plan_.keeping[at(run.tensor)] != Keeping::kTile) continue;
    Region wanted = regions.tensors[at(run.tensor)];
    if (is_first_run && is_kept(run.tensor)) wanted = united(wanted, own(run.tensor, tile));
    grid = united(grid, grid_region(run, wanted));
  }
  return clipped(grid, sizes_.grids[step.operation]);
}

void TileGeometry::find(std::size_t phase, std::int64_t tile, TileRegions& regions) const {
  const std::vector<Step>& steps = plan_.phases[phase].steps;
  regions.grids.assign(steps.size(), Region{});
  regions.tensors.assign(program_.tensors.size(), Region{});
  for (std::size_t i = steps.size(); i-- > 0;) {
    const Region grid = wanted_grid(steps[i], phase, tile, regions);
    if (grid.is_empty()) continue;
    regions.grids[i] = grid;
    visit_reads(program_, reach_, steps[i].operation, grid, [&](std::int32_t tensor, const Region& read) {
      Region& held = regions.tensors[at(plan::stored_tensor(program_, tensor))];
      held = united(held, read);
    });
  }
  for (std::size_t i = 0; i < steps.size(); ++i)
    for (const plan::RunSpec& run : program_.operations[steps[i].operation].runs) {
      Region& held = regions.tensors[at(run.tensor)];
      held = united(held, enlarged(regions.grids[i], run.block));
    }
}

double grid_work(const plan::Operation& operation, const Region& grid) {
  constexpr std::int64_t kPixelCost = 64;  // in multiply-accumulates
  return static_cast<double>(grid.pixels()) * static_cast<double>(operation.macs_per_pixel + kPixelCost);
}

TileSurvey survey_tiles(const plan::Program& program, const Sizes& sizes, const TilePlan& plan) {
  const TileGeometry geometry(program, sizes, plan);
  TileSurvey survey;
  TileRegions regions;
  for (std::size_t phase = 0; phase < plan.phases.size(); ++phase) {
    std::vector<Extent>& largest = survey.largest.emplace_back(program.tensors.size());
    for (std::int64_t tile = 0; tile < plan.tiles(); ++tile) {
      geometry.find(phase, tile, regions);
      for (std::size_t i = 0; i < largest.size(); ++i) {
        largest[i].width_px = std::max(largest[i].width_px, regions.tensors[i].width_px);
        largest[i].height_px = std::max(largest[i].height_px, regions.tensors[i].height_px);
      }
      for (std::size_t i = 0; i < regions.grids.size(); ++i)
        survey.work += grid_work(program.operations[plan.phases[phase].steps[i].operation], regions.grids[i]);
    }
  }
  return survey;
}

}  // namespace nawq::codec
