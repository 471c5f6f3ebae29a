#include "codec/choose_plan.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "codec/layout.h"
#include "codec/tensor_file.h"

namespace nawq::codec {
namespace {

constexpr std::int64_t kSmallestTilePx = 16;

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

class PlanChooser {
 public:
  PlanChooser(const plan::Program& program, Sizes sizes, int in_bits, int out_bits)
      : program_(program),
        sizes_(std::move(sizes)),
        picture_(sizes_.tensors[plan::kInputTensor]),
        crossing_(crossing_tensors(program)),
        in_bits_(in_bits),
        out_bits_(out_bits) {}

  Result<Plan> choose(const Tiling& tiling) {
    const std::int64_t budget = tiling.memory_bytes;
    const bool is_one_tile = tiling.tile_px == 0 || covers({tiling.tile_px, tiling.tile_px});
    if (is_one_tile) {
      Plan made = complete(whole_plan(program_, picture_));
      if (made.layout.bytes <= budget) return made;
    }
    std::optional<Plan> best;
    double best_time = 0;
    for (const Extent tile : tiles_to_try(tiling)) {
      Plan made = complete(fit(tile, budget));
      const double time = estimated_time(made);
      if (made.layout.bytes > budget || (best && time >= best_time)) continue;
      best_time = time;
      best = std::move(made);
    }
    if (best) return std::move(*best);
    return fail(ErrorKind::kResource, concat("needs ", bytes_text(static_cast<double>(least_bytes(tiling))),
                                             " for tensors in the smallest tiles, ",
                                             bytes_text(static_cast<double>(budget)), " may be used"));
  }

  std::int64_t least_bytes(const Tiling& tiling) const {
    std::int64_t least = INT64_MAX;
    for (const Extent tile : tiles_to_try(tiling))
      least = std::min(least, complete(fit(tile, 0)).layout.bytes);
    return least;
  }

 private:
  bool covers(Extent tile) const {
    return tile.width_px >= picture_.width_px && tile.height_px >= picture_.height_px;
  }

  Plan complete(TilePlan tiles) const {
    const TileSurvey survey = survey_tiles(program_, sizes_, tiles);
    Layout layout = lay_out(program_, sizes_, tiles, survey, in_bits_, out_bits_);
    return {sizes_, std::move(tiles), std::move(layout), survey.work};
  }

  double estimated_time(const Plan& plan) const {
    return plan.work + kWorkPerFileByte * static_cast<double>(file_bytes(plan.tiles, plan.layout));
  }

  // Bands as wide as the picture first: they have halos on two sides only.
  std::vector<Extent> tiles_to_try(const Tiling& tiling) const {
    const bool in_bands = needs_whole_rows(program_);
    if (tiling.tile_px > 0)
      return {{in_bands ? picture_.width_px : std::min(tiling.tile_px, picture_.width_px),
               std::min(tiling.tile_px, picture_.height_px)}};
    std::vector<Extent> tiles;
    for (std::int64_t columns = 1; columns <= (in_bands ? 1 : 64); columns *= 2) {
      const std::int64_t width_px = (picture_.width_px + columns - 1) / columns;
      if (columns > 1 && width_px < 4 * kSmallestTilePx) break;
      for (std::int64_t rows = 1; rows <= picture_.height_px; rows = rows * 3 / 2 + 1) {
        const std::int64_t height_px = (picture_.height_px + rows - 1) / rows;
        if (rows > 1 && height_px < kSmallestTilePx) break;
        tiles.push_back({width_px, height_px});
      }
    }
    return tiles;
  }

  // The first of what can be given up that makes tiles of this size fit; else the last.
  TilePlan fit(Extent tile, std::int64_t budget) const {
    const std::vector<std::vector<Keeping>>& ladder = this->ladder();
    for (std::size_t step = 0;; ++step) {
      const bool is_last = step + 1 == ladder.size();
      if (!is_last && least_whole_bytes(ladder[step]) > budget) continue;
      TilePlan plan = tiled_plan(program_, picture_, tile, ladder[step]);
      if (is_last || complete(plan).layout.bytes <= budget) return plan;
    }
  }

  // Begins with everything kept in memory; then, tensor by tensor, gives up what costs least time per byte.
  // The same for tiles of any size: halos are left out of the account.
  const std::vector<std::vector<Keeping>>& ladder() const {
    if (!ladder_.empty()) return ladder_;
    ladder_.emplace_back(program_.tensors.size(), Keeping::kWhole);
    while (const auto change = cheapest_change(ladder_.back())) {
      ladder_.push_back(ladder_.back());
      ladder_.back()[at(change->tensor)] = change->keeping;
    }
    return ladder_;
  }

  // The largest of the tensors that are kept has to be there at some time.
  std::int64_t least_whole_bytes(const std::vector<Keeping>& keeping) const {
    double most = 0;
    for (const std::int32_t tensor : crossing_)
      if (keeping[at(tensor)] == Keeping::kWhole) most = std::max(most, whole_bytes(tensor));
    return static_cast<std::int64_t>(most);
  }

  struct Change {
    std::int32_t tensor = 0;
    Keeping keeping = Keeping::kFile;
  };
  std::optional<Change> cheapest_change(std::vector<Keeping> keeping) const {
    std::optional<Change> best;
    double least = 0;
    const double work = work_without_halos(keeping);
    for (const std::int32_t tensor : crossing_) {
      if (keeping[at(tensor)] != Keeping::kWhole) continue;
      const double bytes = whole_bytes(tensor);
      for (const Keeping other : {Keeping::kFile, Keeping::kTile}) {
        keeping[at(tensor)] = other;
        const double added =
            other == Keeping::kFile ? kWorkPerFileByte * bytes : work_without_halos(keeping) - work;
        if (best && added / bytes >= least) continue;
        least = added / bytes;
        best = Change{tensor, other};
      }
      keeping[at(tensor)] = Keeping::kWhole;
    }
    return best;
  }

  double whole_bytes(std::int32_t tensor) const {
    const plan::TensorSpec& spec = program_.tensors[at(tensor)];
    return static_cast<double>(whole(sizes_.tensors[at(tensor)]).pixels()) *
           static_cast<double>(plan::padded_channels(spec.channels)) *
           static_cast<double>(kernels::bytes_of(spec.quantization.format));
  }

  double work_without_halos(const std::vector<Keeping>& keeping) const {
    double work = 0;
    for (const Phase& phase : tiled_plan(program_, picture_, picture_, keeping).phases)
      for (const Step& step : phase.steps)
        work += grid_work(program_.operations[step.operation], whole(sizes_.grids[step.operation]));
    return work;
  }

  const plan::Program& program_;
  Sizes sizes_;
  Extent picture_;
  std::vector<std::int32_t> crossing_;
  int in_bits_, out_bits_;
  mutable std::vector<std::vector<Keeping>> ladder_;  // made when it is first needed
};

}  // namespace

bool needs_whole_rows(const plan::Program& program) {
  return program.floating && std::ranges::any_of(program.operations, [](const plan::Operation& operation) {
           return std::get_if<plan::Statistics>(&operation.kind) != nullptr;
         });
}

Result<Plan> choose_plan(const plan::Program& program, Extent picture, int in_bits, int out_bits,
                         const Tiling& tiling) {
  NAWQ_TRY(Sizes sizes, find_sizes(program, picture));
  return PlanChooser(program, std::move(sizes), in_bits, out_bits).choose(tiling);
}

Result<std::int64_t> least_tensor_bytes(const plan::Program& program, Extent picture, int in_bits,
                                        int out_bits, std::int64_t tile_px) {
  NAWQ_TRY(Sizes sizes, find_sizes(program, picture));
  return PlanChooser(program, std::move(sizes), in_bits, out_bits).least_bytes({.tile_px = tile_px});
}

}  // namespace nawq::codec
