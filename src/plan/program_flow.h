// Owns: the order of a Program's reads and writes: everything is written once, completely and before it is
// read; and the sizes of tensors as far as they follow from the input's for every picture alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "plan/program.h"

namespace nawq::plan {

// factor * pixels of the input + offset, in one direction. Absent: not of this form.
struct LinearExtent {
  std::int64_t factor = 1, offset = 0;
};
using Extent = std::optional<LinearExtent>;

struct GridSize {
  Extent h, w;
};

class ProgramFlow {
 public:
  // Tensors and vectors of `program` are checked, its operations are when they are added.
  explicit ProgramFlow(const Program& program);

  // To be called with every operation in order.
  Status add(const Operation& operation);
  // To be called at the end.
  Status check_all_written() const;

 private:
  struct Part {
    std::int64_t first, count;  // channels; rows of a block where block > 1
  };
  struct Tensor {
    std::vector<Part> parts;
    std::int64_t written = 0;  // channels or rows
    std::int32_t block = 0;    // 0: nothing is written
    std::size_t writer = 0;    // the last one
    bool is_complete = false;
    GridSize size;
  };

  Status read(std::int32_t tensor) const;
  Status read_vector(std::int32_t vector) const;
  Status write_vector(std::int32_t vector);
  Status read_sources(const Operation& operation) const;
  Status read_vectors(const VectorMath& math) const;
  Status read_sides(const Operation& operation, const GridSize& grid) const;
  Status write(const RunSpec& run, const GridSize& grid);
  Status complete(Tensor& tensor, const TensorSpec& spec) const;
  GridSize grid_of(const Operation& operation) const;

  const TensorSpec& spec(std::int32_t tensor) const;
  // What is written: of codes made from a source, that source.
  const Tensor& at(std::int32_t tensor) const;

  const Program& program_;
  std::vector<Tensor> tensors_;
  std::vector<bool> has_vector_;
  std::size_t operation_ = 0;
};

}  // namespace nawq::plan
