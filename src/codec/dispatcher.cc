#include "codec/dispatcher.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>

#include "codec/picture_rows.h"

namespace nawq::codec {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
// Operations that make codes of their own read rows twice where parts meet: tall parts make that rare.
constexpr std::int64_t kRowsOfRunTimeCodes = 16;

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

// Rows that make one hand-over to a worker worth it: about 20 microseconds of work, but several parts for
// each worker.
std::int64_t rows_of_part(const plan::Operation& operation, const Region& grid, int workers) {
  constexpr double kPartCost = 100000, kMacsPerPointwise = 64;
  const double row_cost =
      static_cast<double>(grid.width_px) *
      (static_cast<double>(operation.macs_per_pixel) / kMacsPerPointwise + operation.channels + 1);
  const auto wanted = static_cast<std::int64_t>(kPartCost / row_cost);
  return std::clamp<std::int64_t>(wanted, 1, std::max<std::int64_t>(1, grid.height_px / (4 * workers)));
}

// `body(y, worker)` for every row of a region.
template <class Body>
void for_rows(const Region& region, ThreadTeam& team, Body&& body) {
  constexpr std::int64_t kRows = 16;
  team.parallel_for((region.height_px + kRows - 1) / kRows, [&](std::int64_t piece, int worker) {
    const std::int64_t end = std::min(region.y_end(), region.y + (piece + 1) * kRows);
    for (std::int64_t y = region.y + piece * kRows; y < end; ++y) body(y, worker);
  });
}

}  // namespace

Dispatcher::Dispatcher(const LoadedProgram& loaded, const Plan& plan, const DispatchOptions& options,
                       TensorFile file)
    : loaded_(loaded),
      plan_(plan),
      options_(options),
      geometry_(loaded.program(), plan.sizes, plan.tiles),
      quantizer_(loaded, plan.sizes, plan.layout, geometry_.reach()),
      file_(std::move(file)) {}

Result<std::unique_ptr<Dispatcher>> Dispatcher::create(const LoadedProgram& loaded, const Plan& plan,
                                                       const DispatchOptions& options) {
  NAWQ_TRY(TensorFile file, TensorFile::create(loaded.program(), plan.tiles, plan.layout));
  std::unique_ptr<Dispatcher> made(new Dispatcher(loaded, plan, options, std::move(file)));
  made->bind();
  return made;
}

void Dispatcher::bind() {
  const Layout& layout = plan_.layout;
  memory_ = AlignedBuffer(layout.bytes);
  // What lies between tensors is read too, and multiplied by 0: it must not be NaN.
  if (program().floating) std::memset(memory_.data(), 0, at(layout.bytes));
  state_.pixels.resize(layout.tensors.size());
  for (const TensorLayout& tensor : layout.tensors) state_.formats.push_back(tensor.quantization);
  for (const std::int32_t size : program().vector_sizes) state_.vectors.emplace_back(at(size), 0.0);
  state_.capture_ranges = options_.capture_ranges;
  state_.low.resize(layout.tensors.size());
  state_.high.resize(layout.tensors.size());
  for (std::size_t i = 0; i < program().operations.size(); ++i)
    operations_.push_back(bind_operation({loaded_, plan_.sizes, layout, i, options_.workers}));
  times_us_.resize(operations_.size());
  order_.resize(at(plan_.tiles.tiles()));
  std::iota(order_.begin(), order_.end(), 0);
  if (options_.tile_order != 0) std::ranges::shuffle(order_, std::mt19937(options_.tile_order));
  regions_.tensors.reserve(layout.tensors.size());
  regions_.grids.reserve(operations_.size());
  find_completed();
  make_scratch();
}

void Dispatcher::make_scratch() {
  ScratchNeed most;
  for (const auto& operation : operations_) {
    const ScratchNeed need = operation->scratch_need();
    most.destinations = std::max(most.destinations, need.destinations);
    most.packed_channels = std::max(most.packed_channels, need.packed_channels);
    most.rows = std::max(most.rows, need.rows);
  }
  const std::int64_t run_time_bytes = quantizer_.scratch_bytes(kRowsOfRunTimeCodes);
  scratch_.resize(at(options_.workers));
  for (WorkerScratch& worker : scratch_) {
    worker.pixels.resize(state_.pixels.size());
    worker.run_time_codes = AlignedBuffer(run_time_bytes);
    worker.destinations.resize(at(most.destinations));
    worker.smallest.assign(at(most.packed_channels), kInfinity);
    worker.largest.assign(at(most.packed_channels), -kInfinity);
    worker.rows.resize(at(most.rows));
    worker.file_row.resize(at(file_.buffer_bytes()));
  }
}

// The last writer of a tensor fills its border.
void Dispatcher::find_completed() {
  const auto& list = program().operations;
  std::vector<std::size_t> last_writer(plan_.layout.tensors.size());
  for (std::size_t i = 0; i < list.size(); ++i)
    for (const plan::RunSpec& run : list[i].runs) last_writer[at(run.tensor)] = i;
  completed_.resize(list.size());
  for (std::size_t i = 0; i < list.size(); ++i)
    for (const plan::RunSpec& run : list[i].runs) {
      const bool is_known = std::ranges::any_of(
          completed_[i], [&](const plan::RunSpec& other) { return other.tensor == run.tensor; });
      if (last_writer[at(run.tensor)] == i && run.tensor != plan::kOutputTensor && !is_known)
        completed_[i].push_back(run);
    }
}

bool Dispatcher::is_vector_math(std::size_t index) const {
  return std::get_if<plan::VectorMath>(&program().operations[index].kind) != nullptr;
}

// Arithmetic on vectors comes first: what it reads is known, and other operations wait for it.
void Dispatcher::begin(std::size_t phase) {
  for (const bool vectors : {true, false})
    for (const Step& step : plan_.tiles.phases[phase].steps) {
      if (is_vector_math(step.operation) != vectors) continue;
      quantizer_.find_formats(step.operation, state_);
      operations_[step.operation]->begin(state_);
      if (vectors) operations_[step.operation]->end(state_);
    }
}

void Dispatcher::end(std::size_t phase) {
  for (const Step& step : plan_.tiles.phases[phase].steps)
    if (!is_vector_math(step.operation)) operations_[step.operation]->end(state_);
}

std::byte* Dispatcher::place(std::size_t index, std::size_t phase, const Region& held) const {
  const TensorLayout& tensor = plan_.layout.tensors[index];
  const auto& places = plan_.layout.places[std::min(phase, plan_.layout.places.size() - 1)];
  return memory_.data() + places[index] + border_bytes(tensor) - held.y * tensor.row_bytes -
         held.x * tensor.pixel_bytes;
}

void Dispatcher::place_tensors(std::size_t phase) {
  for (std::size_t i = 0; i < state_.pixels.size(); ++i) {
    if (i == plan::kOutputTensor) continue;
    const bool is_whole = plan_.tiles.keeping[i] == Keeping::kWhole;
    state_.pixels[i] = place(i, phase, is_whole ? Region{} : regions_.tensors[i]);
  }
  for (WorkerScratch& worker : scratch_) std::ranges::copy(state_.pixels, worker.pixels.begin());
}

Status Dispatcher::file_status() {
  for (WorkerScratch& worker : scratch_) {
    Status status = std::exchange(worker.file_status, Status());
    if (!status) return status;
  }
  return {};
}

Status Dispatcher::load(std::int32_t index, std::size_t phase, const Image& picture, ThreadTeam& team) {
  const TensorLayout& tensor = plan_.layout.tensors[at(index)];
  const bool is_whole = plan_.tiles.keeping[at(index)] == Keeping::kWhole;
  const Region region = is_whole ? whole(tensor.size) : regions_.tensors[at(index)];
  if (region.is_empty()) return {};
  std::byte* pixels = state_.pixels[at(index)];
  const auto scale = static_cast<float>(double{program().input_range} / picture.max_sample());
  for_rows(region, team, [&](std::int64_t y, int worker) {
    WorkerScratch& scratch = scratch_[at(worker)];
    if (index == plan::kInputTensor)
      load_row(picture, y, region, tensor, scale, program().bgr, pixels);
    else if (scratch.file_status)
      scratch.file_status =
          file_.load(index, phase, y, region.x, region.x_end(), pixels, scratch.file_row.data());
  });
  fill_border(tensor, state_.formats[at(index)], region, pixels);
  return file_status();
}

Status Dispatcher::store(const Step& step, std::int64_t tile, ThreadTeam& team) {
  for (const std::int32_t index : step.stores) {
    const Region own = geometry_.own(index, tile);
    for_rows(own, team, [&](std::int64_t y, int worker) {
      WorkerScratch& scratch = scratch_[at(worker)];
      if (scratch.file_status)
        scratch.file_status = file_.store(index, step.operation, y, own.x, own.x_end(),
                                          state_.pixels[at(index)], scratch.file_row.data());
    });
    NAWQ_CHECK(file_status());
  }
  return {};
}

// What lies outside the picture beside what a part of the grid became.
void Dispatcher::fill_borders(std::size_t index, const Region& part) {
  for (const plan::RunSpec& run : completed_[index])
    fill_border(plan_.layout.tensors[at(run.tensor)], state_.formats[at(run.tensor)],
                enlarged(part, run.block), state_.pixels[at(run.tensor)]);
}

void Dispatcher::run_operation(std::size_t index, const Region& grid, ThreadTeam& team) {
  BoundOperation& operation = *operations_[index];
  const bool makes_codes = quantizer_.reads_codes(index);
  const std::int64_t rows =
      makes_codes ? kRowsOfRunTimeCodes : rows_of_part(program().operations[index], grid, options_.workers);
  team.parallel_for((grid.height_px + rows - 1) / rows, [&](std::int64_t piece, int worker) {
    const std::int64_t y = grid.y + piece * rows;
    const Region part = between(grid.x, y, grid.x_end(), std::min(grid.y_end(), y + rows));
    WorkerScratch& scratch = scratch_[at(worker)];
    if (makes_codes) quantizer_.make_codes(index, part, state_, scratch);
    operation.run(part, worker, state_, scratch);
    fill_borders(index, part);
  });
  operation.gather(state_, scratch_);
}

Status Dispatcher::run_tile(std::size_t phase, std::int64_t tile, const Image& picture, ThreadTeam& team,
                            Progress progress) {
  using Clock = std::chrono::steady_clock;
  geometry_.find(phase, tile, regions_);
  place_tensors(phase);
  const std::vector<Step>& steps = plan_.tiles.phases[phase].steps;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for (const std::int32_t tensor : steps[i].loads) NAWQ_CHECK(load(tensor, phase, picture, team));
    const Region& grid = regions_.grids[i];
    const std::size_t index = steps[i].operation;
    if (grid.is_empty()) continue;
    const auto begin = options_.measure_time ? Clock::now() : Clock::time_point{};
    run_operation(index, grid, team);
    if (options_.measure_time)
      times_us_[index] += std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
    NAWQ_CHECK(store(steps[i], tile, team));
    work_done_ += grid_work(program().operations[index], grid);
    if (!progress(std::min(1.0, work_done_ / plan_.work))) return fail(ErrorKind::kInterrupted, "stopped");
  }
  return {};
}

Status Dispatcher::run_phase(std::size_t phase, const Image& picture, ThreadTeam& team, Progress progress) {
  begin(phase);
  for (const std::int64_t tile : order_) NAWQ_CHECK(run_tile(phase, tile, picture, team, progress));
  end(phase);
  return {};
}

void Dispatcher::begin_picture(Image& result) {
  std::ranges::fill(state_.low, kInfinity);
  std::ranges::fill(state_.high, -kInfinity);
  std::ranges::fill(times_us_, 0.0);
  for (WorkerScratch& worker : scratch_) {  // a run that was stopped may have left something
    std::ranges::fill(worker.smallest, kInfinity);
    std::ranges::fill(worker.largest, -kInfinity);
  }
  work_done_ = 0;
  state_.pixels[plan::kOutputTensor] = result.bits() == 8
                                           ? reinterpret_cast<std::byte*>(result.row8(0).data())
                                           : reinterpret_cast<std::byte*>(result.row16(0).data());
}

void Dispatcher::end_picture(Image& result, ThreadTeam& team) const {
  if (program().bgr && result.channels() == 3)
    team.parallel_for(result.height_px(), [&](std::int64_t y, int) { swap_red_and_blue(result, y); });
}

Status Dispatcher::run(const Image& picture, Image& result, ThreadTeam& team, Progress progress) {
  begin_picture(result);
  for (std::size_t phase = 0; phase < plan_.tiles.phases.size(); ++phase)
    NAWQ_CHECK(run_phase(phase, picture, team, progress));
  end_picture(result, team);
  return {};
}

Status Dispatcher::run_from(const Snapshot* snapshot, const Image& picture, Image& result, ThreadTeam& team,
                            FunctionRef<bool(std::size_t operation)> before) {
  begin_picture(result);
  if (snapshot) {
    restore(*snapshot);
  } else {  // so that `before` sees it too
    geometry_.find(0, 0, regions_);
    place_tensors(0);
    NAWQ_CHECK(load(plan::kInputTensor, 0, picture, team));
  }
  const std::size_t count = program().operations.size();
  for (std::size_t i = snapshot ? snapshot->next : 0; i < count; ++i) {
    if (!before(i)) return {};
    NAWQ_CHECK(run_phase(i, picture, team, [](double) { return true; }));
  }
  end_picture(result, team);
  before(count);
  return {};
}

Snapshot Dispatcher::save(std::size_t next) const {
  Snapshot saved{.next = next, .tensors = {}, .vectors = state_.vectors};
  for (const std::int32_t index : tensors_between(program(), next)) {
    const TensorLayout& tensor = plan_.layout.tensors[at(index)];
    const bool is_picture = index == plan::kInputTensor;
    Snapshot::Tensor& to = saved.tensors.emplace_back(Snapshot::Tensor{
        program().tensors[at(index)], is_picture, state_.low[at(index)], state_.high[at(index)],
        tensor.size.width_px * tensor.pixel_bytes, tensor.size.height_px,
        AlignedBuffer(tensor.size.width_px * tensor.pixel_bytes * tensor.size.height_px)});
    const std::byte* from = place(at(index), next);
    for (std::int64_t y = 0; y < to.rows; ++y)
      std::memcpy(to.pixels.data() + y * to.row_bytes, from + y * tensor.row_bytes, at(to.row_bytes));
  }
  return saved;
}

void Dispatcher::restore(const Snapshot& snapshot) {
  state_.vectors = snapshot.vectors;
  for (const std::int32_t index : tensors_between(program(), snapshot.next)) {
    const TensorLayout& tensor = plan_.layout.tensors[at(index)];
    const Snapshot::Tensor* saved = snapshot.find(program(), index);
    assert(saved && saved->rows == tensor.size.height_px &&
           saved->row_bytes == tensor.size.width_px * tensor.pixel_bytes);
    std::byte* to = place(at(index), snapshot.next);
    for (std::int64_t y = 0; y < saved->rows; ++y)
      std::memcpy(to + y * tensor.row_bytes, saved->pixels.data() + y * saved->row_bytes,
                  at(saved->row_bytes));
    fill_border(tensor, state_.formats[at(index)], whole(tensor.size), to);
    state_.low[at(index)] = saved->low;
    state_.high[at(index)] = saved->high;
  }
}

}  // namespace nawq::codec
