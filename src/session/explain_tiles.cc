#include "session/explain_tiles.h"

#include <algorithm>

#include "codec/choose_plan.h"
#include "codec/tensor_file.h"
#include "session/engine.h"

namespace nawq::session {
namespace {

const char* keeping_name(codec::Keeping keeping) {
  if (keeping == codec::Keeping::kWhole) return "memory";
  return keeping == codec::Keeping::kFile ? "file" : "recomputed";
}

double whole_work(const plan::Program& program, const codec::Sizes& sizes) {
  double work = 0;
  for (std::size_t i = 0; i < program.operations.size(); ++i)
    work += codec::grid_work(program.operations[i], codec::whole(sizes.grids[i]));
  return work;
}

}  // namespace

Result<TileExplanation> explain_tiles(const plan::Program& program, Extent picture,
                                      const UpscaleOptions& options) {
  NAWQ_TRY(const codec::Plan plan, codec::choose_plan(program, {picture.width_px, picture.height_px}, 8,
                                                      options.bits, tiling_for(program, picture, options)));
  TileExplanation made{.tile = {plan.tiles.tile.width_px, plan.tiles.tile.height_px},
                       .tiles = plan.tiles.tiles(),
                       .tensor_bytes = plan.layout.bytes,
                       .picture_bytes = pictures_bytes(program, picture, options.bits),
                       .file_bytes = codec::file_bytes(plan.tiles, plan.layout),
                       // Sums in another order: a whole picture would have -0.
                       .extra_work = std::max(0.0, plan.work / whole_work(program, plan.sizes) - 1),
                       .crossing = {}};
  const std::vector<std::int32_t> crossing = codec::crossing_tensors(program);
  for (const std::int32_t phase : codec::barrier_phases(program))
    made.phases = std::max<std::int64_t>(made.phases, phase + 1);
  for (const std::int32_t index : crossing) {
    const codec::TensorLayout& tensor = plan.layout.tensors[static_cast<std::size_t>(index)];
    made.crossing.push_back({program.tensors[static_cast<std::size_t>(index)].name,
                             keeping_name(plan.tiles.keeping[static_cast<std::size_t>(index)]),
                             codec::whole(tensor.size).pixels() * tensor.pixel_bytes});
  }
  return made;
}

}  // namespace nawq::session
