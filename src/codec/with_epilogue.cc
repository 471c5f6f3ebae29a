#include "codec/with_epilogue.h"

#include <algorithm>

namespace nawq::codec {

bool WithEpilogue::writes_source(const BindInput& input) {
  return !input.program().floating &&
         std::ranges::any_of(input.operation().runs, [&](const plan::RunSpec& run) {
           return run.tensor != plan::kOutputTensor &&
                  input.tensor(run.tensor).quantization.format == kernels::Format::kFloat;
         });
}

// Leaves the extremes of every worker as nothing seen, for the next operation.
void WithEpilogue::gather(ContextState& state, std::vector<WorkerScratch>& scratch) {
  if (!captures(state)) return;
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (WorkerScratch& worker : scratch) {
    std::size_t first = 0;
    for (const RowEpilogue& epilogue : epilogues_) {
      epilogue.merge_ranges(worker.smallest.data() + first, worker.largest.data() + first, state.low,
                            state.high);
      first += static_cast<std::size_t>(epilogue.packed_channels());
    }
    std::ranges::fill(worker.smallest, kInfinity);
    std::ranges::fill(worker.largest, -kInfinity);
  }
}

}  // namespace nawq::codec
