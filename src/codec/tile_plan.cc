#include "codec/tile_plan.h"

#include <algorithm>

#include "codec/reach.h"

namespace nawq::codec {
namespace {

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

// Phases are numbered by the barriers in front of them.
class PhaseFinder {
 public:
  explicit PhaseFinder(const plan::Program& program)
      : program_(program), written_(program.tensors.size(), 0), vectors_(program.vector_sizes.size(), 0) {}

  std::vector<std::int32_t> find() {
    std::vector<std::int32_t> found;
    for (const plan::Operation& operation : program_.operations) {
      const std::int32_t phase = phase_of(operation);
      found.push_back(phase);
      for (const plan::RunSpec& run : operation.runs)
        written_[at(run.tensor)] = std::max(written_[at(run.tensor)], phase);
      if (const auto* statistics = std::get_if<plan::Statistics>(&operation.kind))
        vectors_[at(statistics->vector)] = phase + 1;
      if (const auto* math = std::get_if<plan::VectorMath>(&operation.kind)) vectors_[at(math->out)] = phase;
    }
    return found;
  }

 private:
  std::int32_t phase_of(const plan::Operation& operation) const {
    std::int32_t phase = 0;
    const auto wait_for = [&](std::int32_t other) { phase = std::max(phase, other); };
    visit_reads(operation, [&](std::int32_t tensor) {
      const std::int32_t stored = plan::stored_tensor(program_, tensor);
      wait_for(written_[at(stored)] + (stored == tensor ? 0 : 1));
    });
    for (const plan::StepSpec& step : operation.steps)
      if (step.vector >= 0) wait_for(vectors_[at(step.vector)]);
    if (const auto* math = std::get_if<plan::VectorMath>(&operation.kind)) {
      wait_for(vectors_[at(math->a)]);
      if (math->b >= 0) wait_for(vectors_[at(math->b)]);
    }
    return phase;
  }

  const plan::Program& program_;
  std::vector<std::int32_t> written_, vectors_;  // the phase at whose end, or begin, they are complete
};

std::vector<std::int32_t> crossing(const plan::Program& program, const std::vector<std::int32_t>& phases) {
  std::vector<std::int32_t> first_written(program.tensors.size(), INT32_MAX),
      last_read(first_written.size(), -1);
  for (std::size_t i = 0; i < program.operations.size(); ++i) {
    visit_reads(program.operations[i], [&](std::int32_t tensor) {
      std::int32_t& last = last_read[at(plan::stored_tensor(program, tensor))];
      last = std::max(last, phases[i]);
    });
    for (const plan::RunSpec& run : program.operations[i].runs)
      first_written[at(run.tensor)] = std::min(first_written[at(run.tensor)], phases[i]);
  }
  std::vector<std::int32_t> found;
  for (std::size_t i = plan::kOutputTensor + 1; i < first_written.size(); ++i)
    if (last_read[i] > first_written[i]) found.push_back(static_cast<std::int32_t>(i));
  return found;
}

// Which operations a phase runs, beginning with what it has to leave behind.
class PhaseMaker {
 public:
  PhaseMaker(const plan::Program& program, const TilePlan& plan) : program_(program), plan_(plan) {}

  Phase make(std::size_t phase) {
    wanted_.assign(program_.tensors.size(), false);
    std::vector<std::size_t> chosen;
    for (std::size_t i = program_.operations.size(); i-- > 0;)
      if (plan_.operation_phase[i] <= static_cast<std::int32_t>(phase) && is_needed(i, phase)) {
        chosen.push_back(i);
        visit_reads(program_.operations[i],
                    [&](std::int32_t tensor) { wanted_[at(plan::stored_tensor(program_, tensor))] = true; });
      }
    Phase made;
    for (auto index = chosen.rbegin(); index != chosen.rend(); ++index)
      made.steps.push_back({*index, {}, {}});
    add_transfers(phase, made);
    return made;
  }

 private:
  // What runs for the first time leaves something behind; other operations run again for tensors that are
  // wanted and not kept.
  bool is_needed(std::size_t index, std::size_t phase) const {
    if (plan_.is_first_run(index, phase)) return true;
    return std::ranges::any_of(program_.operations[index].runs, [&](const plan::RunSpec& run) {
      return plan_.keeping[at(run.tensor)] == Keeping::kTile && wanted_[at(run.tensor)];
    });
  }

  // The picture, and what earlier phases wrote to the file, come before the first step that touches them, if
  // there is one that reads them.
  void add_transfers(std::size_t phase, Phase& made) const {
    std::vector<bool> present(program_.tensors.size(), false);
    for (Step& step : made.steps) {
      const plan::Operation& operation = program_.operations[step.operation];
      const auto touch = [&](std::int32_t tensor) {
        if (present[at(tensor)]) return;
        present[at(tensor)] = true;
        if (wanted_[at(tensor)] && comes_from_outside(tensor, phase)) step.loads.push_back(tensor);
      };
      visit_reads(operation, [&](std::int32_t tensor) { touch(plan::stored_tensor(program_, tensor)); });
      for (const plan::RunSpec& run : operation.runs) {
        touch(run.tensor);
        const bool is_file = plan_.keeping[at(run.tensor)] == Keeping::kFile;
        if (is_file && plan_.is_first_run(step.operation, phase) &&
            std::ranges::count(step.stores, run.tensor) == 0)
          step.stores.push_back(run.tensor);
      }
    }
  }

  bool comes_from_outside(std::int32_t tensor, std::size_t phase) const {
    if (tensor == plan::kInputTensor) return plan_.keeping[at(tensor)] == Keeping::kTile || phase == 0;
    if (plan_.keeping[at(tensor)] != Keeping::kFile) return false;
    for (std::size_t i = 0; i < program_.operations.size(); ++i)
      for (const plan::RunSpec& run : program_.operations[i].runs)
        if (run.tensor == tensor && plan_.operation_phase[i] < static_cast<std::int32_t>(phase)) return true;
    return false;
  }

  const plan::Program& program_;
  const TilePlan& plan_;
  std::vector<bool> wanted_;  // by tensor
};

void make_phases(const plan::Program& program, TilePlan& plan) {
  const std::int32_t last = *std::ranges::max_element(plan.operation_phase);
  PhaseMaker maker(program, plan);
  for (std::int32_t phase = 0; phase <= last; ++phase) plan.phases.push_back(maker.make(at(phase)));
}

}  // namespace

Region TilePlan::tile_region(std::int64_t index) const {
  const std::int64_t x = index % columns() * tile.width_px, y = index / columns() * tile.height_px;
  return clipped({x, y, tile.width_px, tile.height_px}, picture);
}

TilePlan whole_plan(const plan::Program& program, Extent picture) {
  TilePlan plan{picture, picture, std::vector<Keeping>(program.tensors.size(), Keeping::kWhole), {}, {}};
  for (std::size_t i = 0; i < program.operations.size(); ++i)
    plan.operation_phase.push_back(static_cast<std::int32_t>(i));
  make_phases(program, plan);
  return plan;
}

TilePlan tiled_plan(const plan::Program& program, Extent picture, Extent tile,
                    const std::vector<Keeping>& keeping) {
  TilePlan plan{picture,
                tile,
                std::vector<Keeping>(program.tensors.size(), Keeping::kTile),
                PhaseFinder(program).find(),
                {}};
  for (const std::int32_t tensor : crossing(program, plan.operation_phase))
    plan.keeping[at(tensor)] = keeping[at(tensor)];
  make_phases(program, plan);
  return plan;
}

std::vector<std::int32_t> barrier_phases(const plan::Program& program) { return PhaseFinder(program).find(); }

std::vector<std::int32_t> crossing_tensors(const plan::Program& program) {
  return crossing(program, barrier_phases(program));
}

}  // namespace nawq::codec
