#include "codec/context.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>

#include "base/text.h"
#include "codec/bound_operation.h"
#include "codec/picture_rows.h"

namespace nawq::codec {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

// Rows that make one hand-over to a worker worth it: about 20 microseconds of work, but several pieces for
// each worker.
std::int64_t rows_of_piece(const plan::Operation& operation, Extent grid, int workers) {
  constexpr double kPieceCost = 100000, kMacsPerPointwise = 64;
  const double row_cost =
      static_cast<double>(grid.width_px) *
      (static_cast<double>(operation.macs_per_pixel) / kMacsPerPointwise + operation.channels + 1);
  const auto wanted = static_cast<std::int64_t>(kPieceCost / row_cost);
  return std::clamp<std::int64_t>(wanted, 1, std::max<std::int64_t>(1, grid.height_px / (4 * workers)));
}

}  // namespace

struct Context::State {
  std::shared_ptr<const LoadedProgram> loaded;
  ContextOptions options;
  Sizes sizes;
  Layout layout;
  AlignedBuffer arena;
  std::vector<std::unique_ptr<BoundOperation>> operations;
  std::vector<std::int64_t> piece_rows;              // by operation
  std::vector<std::vector<std::int32_t>> completed;  // by operation: tensors whose last writer it is
  ContextState run;
  std::vector<WorkerScratch> scratch;  // by worker
  std::vector<double> times_us;
  std::vector<Range> ranges;
  std::vector<double> work_done;  // by operation: share of the work up to its end

  const plan::Program& program() const { return loaded->program(); }

  void bind();
  void make_scratch();
  void find_completed();
  void load(const Image& picture, ThreadTeam& team);
  void run_operation(std::size_t index, ThreadTeam& team);
  void fill_borders(std::size_t index, std::int64_t first, std::int64_t last);
};

void Context::State::bind() {
  arena = AlignedBuffer(layout.bytes);
  // What lies between tensors is read too, and multiplied by 0: it must not be NaN.
  if (program().floating) std::memset(arena.data(), 0, at(layout.bytes));
  for (const TensorLayout& tensor : layout.tensors)
    run.pixels.push_back(arena.data() + tensor.first_pixel_bytes);
  for (const std::int32_t size : program().vector_sizes) run.vectors.emplace_back(at(size), 0.0);
  run.capture_ranges = options.capture_ranges;
  run.low.resize(layout.tensors.size());
  run.high.resize(layout.tensors.size());
  ranges.resize(layout.tensors.size());
  double work = 0;
  for (std::size_t i = 0; i < program().operations.size(); ++i) {
    operations.push_back(bind_operation({*loaded, sizes, layout, i, options.workers}));
    piece_rows.push_back(rows_of_piece(program().operations[i], sizes.grids[i], options.workers));
    const double pixels =
        static_cast<double>(sizes.grids[i].width_px) * static_cast<double>(sizes.grids[i].height_px);
    work += pixels * static_cast<double>(program().operations[i].macs_per_pixel + 64);
    work_done.push_back(work);
  }
  for (double& done : work_done) done /= work;
  times_us.resize(operations.size());
  find_completed();
  make_scratch();
}

void Context::State::make_scratch() {
  ScratchNeed most;
  for (const auto& operation : operations) {
    const ScratchNeed need = operation->scratch_need();
    most.destinations = std::max(most.destinations, need.destinations);
    most.packed_channels = std::max(most.packed_channels, need.packed_channels);
    most.rows = std::max(most.rows, need.rows);
  }
  scratch.resize(at(options.workers));
  for (WorkerScratch& worker : scratch) {
    worker.destinations.resize(at(most.destinations));
    worker.smallest.assign(at(most.packed_channels), kInfinity);
    worker.largest.assign(at(most.packed_channels), -kInfinity);
    worker.rows.resize(at(most.rows));
  }
}

void Context::State::find_completed() {
  std::vector<std::size_t> last_writer(layout.tensors.size());
  const auto& list = program().operations;
  for (std::size_t i = 0; i < list.size(); ++i)
    for (const plan::RunSpec& write : list[i].runs) last_writer[at(write.tensor)] = i;
  completed.resize(list.size());
  for (std::size_t i = 0; i < list.size(); ++i)
    for (const plan::RunSpec& write : list[i].runs)
      if (last_writer[at(write.tensor)] == i && write.tensor != plan::kOutputTensor &&
          std::ranges::count(completed[i], write.tensor) == 0)
        completed[i].push_back(write.tensor);
}

void Context::State::load(const Image& picture, ThreadTeam& team) {
  constexpr std::int64_t kRows = 16;
  const TensorLayout& tensor = layout.tensors[plan::kInputTensor];
  std::byte* pixels = run.pixels[plan::kInputTensor];
  const auto scale = static_cast<float>(double{program().input_range} / picture.max_sample());
  const std::int64_t height = picture.height_px();
  team.parallel_for((height + kRows - 1) / kRows, [&](std::int64_t piece, int) {
    const std::int64_t first = piece * kRows, last = std::min(height, first + kRows);
    for (std::int64_t y = first; y < last; ++y) load_row(picture, y, tensor, scale, program().bgr, pixels);
    fill_border(tensor, first, last, pixels);
  });
}

// Rows of the grid [first, last) made these rows of the tensors.
void Context::State::fill_borders(std::size_t index, std::int64_t first, std::int64_t last) {
  for (const std::int32_t tensor : completed[index]) {
    const TensorLayout& to = layout.tensors[at(tensor)];
    const std::int64_t block = to.size.height_px / sizes.grids[index].height_px;
    fill_border(to, first * block, last * block, run.pixels[at(tensor)]);
  }
}

void Context::State::run_operation(std::size_t index, ThreadTeam& team) {
  BoundOperation& operation = *operations[index];
  const std::int64_t rows = operation.rows(), piece_size = piece_rows[index];
  operation.begin(run);
  if (rows > 0)
    team.parallel_for((rows + piece_size - 1) / piece_size, [&](std::int64_t piece, int worker) {
      const std::int64_t first = piece * piece_size, last = std::min(rows, first + piece_size);
      operation.run_rows(first, last, worker, run, scratch[at(worker)]);
      fill_borders(index, first, last);
    });
  operation.end(run, scratch);
}

Context::Context(std::unique_ptr<State> state) : state_(std::move(state)) {}
Context::~Context() = default;

Result<std::unique_ptr<Context>> Context::create(std::shared_ptr<const LoadedProgram> loaded, Extent picture,
                                                 const ContextOptions& options) {
  auto state = std::make_unique<State>();
  state->loaded = std::move(loaded);
  state->options = options;
  NAWQ_TRY(state->sizes, find_sizes(state->program(), picture));
  state->layout = lay_out(state->program(), state->sizes, options.in_bits, options.out_bits);
  state->bind();
  return std::unique_ptr<Context>(new Context(std::move(state)));
}

Result<std::int64_t> Context::memory_bytes(const plan::Program& program, Extent picture, int in_bits) {
  NAWQ_TRY(const Sizes sizes, find_sizes(program, picture));
  return lay_out(program, sizes, in_bits, 8).bytes;
}

Status Context::run(const Image& picture, Image& result, ThreadTeam& team, Progress progress) {
  State& state = *state_;
  const Extent size = state.sizes.tensors[plan::kInputTensor], out = state.sizes.tensors[plan::kOutputTensor];
  const bool fits = picture.width_px() == size.width_px && picture.height_px() == size.height_px &&
                    picture.bits() == state.options.in_bits &&
                    picture.channels() == state.program().channels && result.width_px() == out.width_px &&
                    result.height_px() == out.height_px && result.bits() == state.options.out_bits &&
                    result.channels() == picture.channels() && team.size() <= state.options.workers;
  if (!fits) return fail(ErrorKind::kUsage, "the picture is not of the size and depth that was bound");
  std::ranges::fill(state.run.low, kInfinity);
  std::ranges::fill(state.run.high, -kInfinity);
  state.run.pixels[plan::kOutputTensor] = result.bits() == 8
                                              ? reinterpret_cast<std::byte*>(result.row8(0).data())
                                              : reinterpret_cast<std::byte*>(result.row16(0).data());
  state.load(picture, team);
  using Clock = std::chrono::steady_clock;
  for (std::size_t i = 0; i < state.operations.size(); ++i) {
    const auto begin = state.options.measure_time ? Clock::now() : Clock::time_point{};
    state.run_operation(i, team);
    if (state.options.measure_time)
      state.times_us[i] = std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
    if (!progress(state.work_done[i])) return fail(ErrorKind::kInterrupted, "stopped");
  }
  if (state.program().bgr && result.channels() == 3)
    team.parallel_for(out.height_px, [&](std::int64_t y, int) { swap_red_and_blue(result, y); });
  for (std::size_t i = 0; i < state.ranges.size(); ++i)
    state.ranges[i] = {state.run.low[i], state.run.high[i]};
  return {};
}

Extent Context::picture() const { return state_->sizes.tensors[plan::kInputTensor]; }
const plan::Program& Context::program() const { return state_->program(); }
std::int64_t Context::arena_bytes() const { return state_->layout.bytes; }
std::span<const Range> Context::ranges() const { return state_->ranges; }
std::span<const double> Context::operation_times_us() const { return state_->times_us; }

std::int64_t Context::macs(std::size_t operation) const {
  const Extent grid = state_->sizes.grids[operation];
  return state_->program().operations[operation].macs_per_pixel * grid.width_px * grid.height_px;
}

}  // namespace nawq::codec
