// Owns: the interface of an operation bound to a picture size and an instruction set: rows that any worker
// may run in any order, between a beginning and an end that one thread runs.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "codec/layout.h"
#include "codec/loaded_program.h"
#include "codec/row_epilogue.h"

namespace nawq::codec {

// Numbers of one context that live between operations.
struct ContextState {
  std::vector<std::byte*> pixels;            // by tensor: pixel (0, 0)
  std::vector<std::vector<double>> vectors;  // of the program
  bool capture_ranges = false;
  std::vector<float> low, high;  // by tensor: the range of r that went into it
};

// Memory of one worker, enough for any operation.
struct WorkerScratch {
  std::vector<kernels::Destination> destinations;
  std::vector<float> smallest, largest;  // by packed channel
  std::vector<const void*> rows;
};

// What a bound operation needs of each worker's scratch memory.
struct ScratchNeed {
  int destinations = 0, packed_channels = 0, rows = 0;
};

class BoundOperation {
 public:
  virtual ~BoundOperation() = default;

  std::int64_t rows() const { return rows_; }
  virtual ScratchNeed scratch_need() const { return {}; }

  virtual void begin(ContextState&) {}
  // Rows [first, last) of the grid.
  virtual void run_rows(std::int64_t first, std::int64_t last, int worker, ContextState& state,
                        WorkerScratch& scratch) = 0;
  // `scratch` is every worker's.
  virtual void end(ContextState&, std::vector<WorkerScratch>&) {}

 protected:
  explicit BoundOperation(std::int64_t rows) : rows_(rows) {}

 private:
  std::int64_t rows_;
};

// Everything that binding an operation looks at.
struct BindInput {
  const LoadedProgram& loaded;
  const Sizes& sizes;
  const Layout& layout;
  std::size_t index;  // of the operation
  int workers;

  const plan::Program& program() const { return loaded.program(); }
  const plan::Operation& operation() const { return program().operations[index]; }
  Extent grid() const { return sizes.grids[index]; }
  const TensorLayout& tensor(std::int32_t tensor_index) const {
    return layout.tensors[static_cast<std::size_t>(tensor_index)];
  }
};

std::unique_ptr<BoundOperation> bind_convolution(const BindInput& input);
std::unique_ptr<BoundOperation> bind_depthwise(const BindInput& input);
std::unique_ptr<BoundOperation> bind_pointwise(const BindInput& input);
std::unique_ptr<BoundOperation> bind_pooling(const BindInput& input);
std::unique_ptr<BoundOperation> bind_resampling(const BindInput& input);
std::unique_ptr<BoundOperation> bind_statistics(const BindInput& input);
std::unique_ptr<BoundOperation> bind_vector_math(const BindInput& input);
std::unique_ptr<BoundOperation> bind_operation(const BindInput& input);

}  // namespace nawq::codec
