// Owns: which pixels of its tensors an operation reads and writes for a part of its grid, in the coordinates
// of the whole picture.
#pragma once

#include <cstdint>
#include <vector>

#include "codec/region.h"
#include "codec/sizes.h"
#include "plan/program.h"

namespace nawq::codec {

// The tensor under an operation's windows; -1 where there is none.
std::int32_t source_tensor(const plan::OperationKind& kind);

class Reach {
 public:
  // Both have to outlive it.
  Reach(const plan::Program& program, const Sizes& sizes);

  // Of source_tensor(), without what lies outside the picture.
  Region source(std::size_t operation, const Region& grid) const;

 private:
  struct Interval {
    std::int64_t first = 0, last = 0;  // [first, last)
  };
  // For a resampling: the source positions of each position of the grid.
  struct Positions {
    std::vector<Interval> rows, columns;
  };
  static std::vector<Interval> resampled(const plan::Resampling& op, std::int64_t source_size,
                                         std::int64_t size, float stated_scale);
  static Interval covering(const std::vector<Interval>& intervals, std::int64_t first, std::int64_t last);

  const plan::Program& program_;
  const Sizes& sizes_;
  std::vector<Positions> positions_;  // by operation
};

// The part of the grid from which a run writes at least `wanted`.
Region grid_region(const plan::RunSpec& run, const Region& wanted);

// Calls `visit(tensor)` for every tensor that an operation reads; one may come twice.
template <class Visit>
void visit_reads(const plan::Operation& operation, Visit&& visit) {
  if (const std::int32_t source = source_tensor(operation.kind); source >= 0) visit(source);
  for (const plan::StepSpec& step : operation.steps)
    if (step.side_tensor >= 0) visit(step.side_tensor);
}

// Calls `visit(tensor, region)` for everything that an operation reads for a part of its grid; a tensor may
// come twice.
template <class Visit>
void visit_reads(const plan::Program& program, const Reach& reach, std::size_t index, const Region& grid,
                 Visit&& visit) {
  const plan::Operation& operation = program.operations[index];
  if (const std::int32_t source = source_tensor(operation.kind); source >= 0)
    visit(source, reach.source(index, grid));
  for (const plan::StepSpec& step : operation.steps)
    if (step.side_tensor >= 0) visit(step.side_tensor, enlarged(grid, step.side_block));
}

}  // namespace nawq::codec
