// Owns: which tensors an operation reads.
#pragma once

#include <cstdint>

#include "plan/program.h"
#include "plan/visit_kind.h"

namespace nawq::plan {

// Whether a step reads a tensor beside the operation.
constexpr bool reads_side(const StepSpec& step) {
  return step.kind == StepKind::kResidual || step.kind == StepKind::kProduct;
}

// read(tensor) for every tensor whose numbers go into the operation; `operation` may be const. What a
// Resampling takes its size from is not among them.
template <class AnyOperation, class Read>
void visit_reads(AnyOperation& operation, Read&& read) {
  visit_kind(operation.kind, [&](auto& kind) {
    if constexpr (requires { kind.src; }) read(kind.src.tensor);
  });
  for (auto& step : operation.steps)
    if (reads_side(step)) read(step.side_tensor);
}

// Whether it reads codes whose range is found on the picture. Its tensors exist.
inline bool reads_run_time_range(const Program& program, const Operation& operation) {
  bool found = false;
  visit_reads(operation, [&](std::int32_t tensor) {
    found |= program.tensors[static_cast<std::size_t>(tensor)].source >= 0;
  });
  return found;
}

}  // namespace nawq::plan
