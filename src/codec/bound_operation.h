// Owns: the interface of an operation bound to a picture size and an instruction set: parts of its grid that
// any worker may run in any order, between a beginning and an end that one thread runs.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "codec/aligned_buffer.h"
#include "codec/layout.h"
#include "codec/loaded_program.h"
#include "codec/region.h"
#include "codec/row_epilogue.h"

namespace nawq::codec {

// Numbers of one context that live between operations.
struct ContextState {
  // By tensor: where pixel (0, 0) of the whole picture is, or would be if only a tile of it is in memory.
  std::vector<std::byte*> pixels;
  std::vector<plan::Quantization> formats;   // by tensor; codes with a source: as this picture's range asks
  std::vector<std::vector<double>> vectors;  // of the program
  bool capture_ranges = false;
  std::vector<float> low, high;  // by tensor: the range of r that went into it
};

// Memory of one worker, enough for any operation.
struct WorkerScratch {
  std::vector<std::byte*> pixels;  // as ContextState's, but codes with a source are the worker's own rows
  AlignedBuffer run_time_codes;
  std::vector<kernels::Destination> destinations;
  std::vector<float> smallest, largest;  // by packed channel
  std::vector<const void*> rows;
  std::vector<std::byte> file_row;
  Status file_status;
};

// What a bound operation needs of each worker's scratch memory.
struct ScratchNeed {
  int destinations = 0, packed_channels = 0, rows = 0;
};

class BoundOperation {
 public:
  virtual ~BoundOperation() = default;

  virtual ScratchNeed scratch_need() const { return {}; }

  // Before the first part of a picture, when all that it reads is known.
  virtual void begin(ContextState&) {}
  // A part of the grid.
  virtual void run(const Region& part, int worker, ContextState& state, WorkerScratch& scratch) = 0;
  // After the parts of a tile: gathers what the workers found; `scratch` is everyone's.
  virtual void gather(ContextState&, std::vector<WorkerScratch>&) {}
  // After the last part of a picture.
  virtual void end(ContextState&) {}
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
  bool has_run_time_range(std::int32_t tensor_index) const {
    return program().tensors[static_cast<std::size_t>(tensor_index)].source >= 0;
  }
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
