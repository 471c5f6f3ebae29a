#include "codec/context.h"

namespace nawq::codec {

struct Context::State {
  std::shared_ptr<const LoadedProgram> loaded;
  ContextOptions options;
  Plan plan;
  std::unique_ptr<Dispatcher> dispatcher;
  std::vector<Range> ranges;

  bool fits(const Image& picture, const Image& result, const ThreadTeam& team) const {
    const Extent in = plan.sizes.tensors[plan::kInputTensor], out = plan.sizes.tensors[plan::kOutputTensor];
    return picture.width_px() == in.width_px && picture.height_px() == in.height_px &&
           picture.bits() == options.in_bits && picture.channels() == loaded->program().channels &&
           result.width_px() == out.width_px && result.height_px() == out.height_px &&
           result.bits() == options.out_bits && result.channels() == picture.channels() &&
           team.size() <= options.workers;
  }
};

Context::Context(std::unique_ptr<State> state) : state_(std::move(state)) {}
Context::~Context() = default;

Result<std::unique_ptr<Context>> Context::create(std::shared_ptr<const LoadedProgram> loaded, Extent picture,
                                                 const ContextOptions& options) {
  auto state = std::make_unique<State>();
  state->loaded = std::move(loaded);
  state->options = options;
  const plan::Program& program = state->loaded->program();
  NAWQ_TRY(state->plan, choose_plan(program, picture, options.in_bits, options.out_bits, options.tiling));
  NAWQ_TRY(state->dispatcher, Dispatcher::create(*state->loaded, state->plan,
                                                 {.workers = options.workers,
                                                  .capture_ranges = options.capture_ranges,
                                                  .measure_time = options.measure_time,
                                                  .tile_order = options.tiling.tile_order}));
  state->ranges.resize(program.tensors.size());
  return std::unique_ptr<Context>(new Context(std::move(state)));
}

Result<std::int64_t> Context::memory_bytes(const plan::Program& program, Extent picture, int in_bits) {
  NAWQ_TRY(const Plan plan, choose_plan(program, picture, in_bits, 8, {}));
  return plan.layout.bytes;
}

Status Context::run(const Image& picture, Image& result, ThreadTeam& team, Progress progress) {
  if (!state_->fits(picture, result, team))
    return fail(ErrorKind::kUsage, "the picture is not of the size and depth that was bound");
  NAWQ_CHECK(state_->dispatcher->run(picture, result, team, progress));
  const ContextState& found = state_->dispatcher->state();
  for (std::size_t i = 0; i < state_->ranges.size(); ++i) state_->ranges[i] = {found.low[i], found.high[i]};
  return {};
}

Status Context::run_from(const Snapshot* snapshot, const Image& picture, Image& result, ThreadTeam& team,
                         FunctionRef<bool(std::size_t operation)> before) {
  if (!state_->fits(picture, result, team))
    return fail(ErrorKind::kUsage, "the picture is not of the size and depth that was bound");
  if (state_->plan.tiles.phases.size() != program().operations.size())
    return fail(ErrorKind::kUsage, "a picture in tiles does not run from the middle");
  return state_->dispatcher->run_from(snapshot, picture, result, team, before);
}

Snapshot Context::save(std::size_t next) const { return state_->dispatcher->save(next); }

TensorView Context::tensor(std::int32_t index, std::size_t next) const {
  const TensorLayout& tensor = state_->plan.layout.tensors[static_cast<std::size_t>(index)];
  return {state_->dispatcher->place(static_cast<std::size_t>(index), next), tensor.size, tensor.channels,
          tensor.pixel_bytes, tensor.row_bytes};
}

Extent Context::picture() const { return state_->plan.sizes.tensors[plan::kInputTensor]; }
const plan::Program& Context::program() const { return state_->loaded->program(); }
std::int64_t Context::arena_bytes() const { return state_->plan.layout.bytes; }
const Plan& Context::plan() const { return state_->plan; }
std::span<const Range> Context::ranges() const { return state_->ranges; }
std::span<const double> Context::operation_times_us() const { return state_->dispatcher->times_us(); }

std::int64_t Context::macs(std::size_t operation) const {
  return program().operations[operation].macs_per_pixel * whole(state_->plan.sizes.grids[operation]).pixels();
}

}  // namespace nawq::codec
