#include "plan/program_flow.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "plan/check_numbers.h"
#include "plan/reads.h"
#include "plan/visit_kind.h"

namespace nawq::plan {
namespace {

// Sizes that could overflow are left to the picture.
Extent bounded(std::int64_t factor, std::int64_t offset) {
  constexpr std::int64_t kLargest = std::int64_t{1} << 32;
  if (factor > kLargest || offset > kLargest || offset < -kLargest) return std::nullopt;
  return LinearExtent{factor, offset};
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

// `pads` in front and behind together.
Extent windows(const Extent& size, std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
               std::int64_t pads) {
  if (!size || size->factor % stride != 0) return std::nullopt;
  const std::int64_t last = size->offset + pads - dilation * (kernel - 1) - 1;
  return bounded(size->factor / stride, floor_div(last, stride) + 1);
}

template <class Windowed>
GridSize windows(const GridSize& size, const Windowed& op) {
  return {
      windows(size.h, op.kernel.h, op.stride.h, op.dilation.h, std::int64_t{op.pads.top} + op.pads.bottom),
      windows(size.w, op.kernel.w, op.stride.w, op.dilation.w, std::int64_t{op.pads.left} + op.pads.right)};
}

Extent scaled(const Extent& size, float scale) {
  if (!size) return std::nullopt;
  const double factor = static_cast<double>(size->factor) * double{scale};
  const double offset = static_cast<double>(size->offset) * double{scale};
  if (factor != std::floor(factor) || offset != std::floor(offset)) return std::nullopt;
  return bounded(static_cast<std::int64_t>(factor), static_cast<std::int64_t>(offset));
}

Extent enlarged(const Extent& size, std::int64_t block) {
  return size ? bounded(size->factor * block, size->offset * block) : std::nullopt;
}

GridSize enlarged(const GridSize& size, std::int64_t block) {
  return {enlarged(size.h, block), enlarged(size.w, block)};
}

Extent reduced(const Extent& size, std::int64_t block) {
  if (!size || size->factor % block != 0 || size->offset % block != 0) return std::nullopt;
  return LinearExtent{size->factor / block, size->offset / block};
}

// Whether they are equal for some size of the input.
bool may_agree(const Extent& a, const Extent& b) {
  if (!a || !b) return true;
  const std::int64_t factor = a->factor - b->factor, offset = b->offset - a->offset;
  if (factor == 0) return offset == 0;
  return offset % factor == 0 && offset / factor >= 1;
}

bool may_agree(const GridSize& a, const GridSize& b) { return may_agree(a.h, b.h) && may_agree(a.w, b.w); }

}  // namespace

ProgramFlow::ProgramFlow(const Program& program)
    : program_(program), tensors_(program.tensors.size()), has_vector_(program.vector_sizes.size()) {
  Tensor& input = tensors_[kInputTensor];
  input.is_complete = true;
  input.size = {LinearExtent{}, LinearExtent{}};
}

const TensorSpec& ProgramFlow::spec(std::int32_t tensor) const {
  return program_.tensors[static_cast<std::size_t>(tensor)];
}

const ProgramFlow::Tensor& ProgramFlow::at(std::int32_t tensor) const {
  const std::int32_t source = spec(tensor).source;
  return tensors_[static_cast<std::size_t>(source < 0 ? tensor : source)];
}

Status ProgramFlow::read(std::int32_t tensor) const {
  if (tensor == kOutputTensor) return broken("reads the picture that goes out");
  if (at(tensor).is_complete) return {};
  return broken(concat("reads tensor '", spec(tensor).name, "' before all of it is written"));
}

Status ProgramFlow::read_vector(std::int32_t vector) const {
  if (has_vector_[static_cast<std::size_t>(vector)]) return {};
  return broken(concat("reads vector ", vector, " before it is written"));
}

Status ProgramFlow::write_vector(std::int32_t vector) {
  if (has_vector_[static_cast<std::size_t>(vector)])
    return broken(concat("writes vector ", vector, " again"));
  has_vector_[static_cast<std::size_t>(vector)] = true;
  return {};
}

Status ProgramFlow::read_vectors(const VectorMath& math) const {
  NAWQ_CHECK(read_vector(math.a));
  return math.b < 0 ? Status() : read_vector(math.b);
}

Status ProgramFlow::read_sources(const Operation& operation) const {
  return visit_kind(operation.kind, [&]<class Kind>(const Kind& kind) -> Status {
    if constexpr (requires { kind.src; }) NAWQ_CHECK(read(kind.src.tensor));
    if constexpr (std::is_same_v<Kind, VectorMath>) NAWQ_CHECK(read_vectors(kind));
    if constexpr (std::is_same_v<Kind, Resampling>)
      if (kind.like > kInputTensor && at(kind.like).block == 0)
        return broken(
            concat("takes the size of tensor '", spec(kind.like).name, "', which is not known yet"));
    return {};
  });
}

GridSize ProgramFlow::grid_of(const Operation& operation) const {
  const GridSize unknown;
  if (const auto* convolution = std::get_if<Convolution>(&operation.kind))
    return windows(at(convolution->src.tensor).size, *convolution);
  if (const auto* pooling = std::get_if<Pooling>(&operation.kind))
    return windows(at(pooling->src.tensor).size, *pooling);
  if (const auto* resampling = std::get_if<Resampling>(&operation.kind)) {
    if (resampling->like >= 0) return at(resampling->like).size;
    const GridSize& size = at(resampling->src.tensor).size;
    return {scaled(size.h, resampling->scale_h), scaled(size.w, resampling->scale_w)};
  }
  const auto side = std::ranges::find_if(operation.steps, reads_side);  // Pointwise
  if (side == operation.steps.end()) return unknown;
  const GridSize& size = at(side->side_tensor).size;
  return {reduced(size.h, side->side_block), reduced(size.w, side->side_block)};
}

Status ProgramFlow::read_sides(const Operation& operation, const GridSize& grid) const {
  for (const StepSpec& step : operation.steps) {
    if (step.kind == StepKind::kChannelScale) NAWQ_CHECK(read_vector(step.vector));
    if (!reads_side(step)) continue;
    NAWQ_CHECK(read(step.side_tensor));
    if (!may_agree(at(step.side_tensor).size, enlarged(grid, step.side_block)))
      return broken(concat("never has the size of tensor '", spec(step.side_tensor).name, "' beside it"));
  }
  return {};
}

Status ProgramFlow::write(const RunSpec& run, const GridSize& grid) {
  if (run.tensor == kInputTensor) return broken("writes the picture that comes in");
  Tensor& tensor = tensors_[static_cast<std::size_t>(run.tensor)];
  const std::string& name = spec(run.tensor).name;
  const bool is_shuffled = run.block > 1;
  if (spec(run.tensor).source >= 0)
    return broken(concat("writes tensor '", name, "', which is made from another"));
  if (tensor.is_complete) return broken(concat("writes tensor '", name, "' again"));
  if (tensor.block != 0 && (tensor.block != run.block || (is_shuffled && tensor.writer != operation_)))
    return broken(concat("shares tensor '", name, "' with a pixel shuffle"));
  const GridSize size = enlarged(grid, run.block);
  if (tensor.block != 0 && !may_agree(tensor.size, size))
    return broken(concat("never has the size of what is in tensor '", name, "' already"));
  tensor.block = run.block;
  tensor.writer = operation_;
  if (!tensor.size.h) tensor.size.h = size.h;
  if (!tensor.size.w) tensor.size.w = size.w;
  tensor.parts.push_back(is_shuffled ? Part{run.dy, 1} : Part{run.tensor_channel, run.channels});
  tensor.written += tensor.parts.back().count;
  return complete(tensor, spec(run.tensor));
}

// As soon as enough is written, it must be every part once.
Status ProgramFlow::complete(Tensor& tensor, const TensorSpec& spec) const {
  const std::int64_t all = tensor.block > 1 ? tensor.block : spec.channels;
  if (tensor.written < all) return {};
  std::ranges::sort(tensor.parts, {}, &Part::first);
  std::int64_t next = 0;
  for (const Part& part : tensor.parts) {
    if (part.first != next) return broken(concat("writes a part of tensor '", spec.name, "' again"));
    next += part.count;
  }
  tensor.is_complete = true;
  return {};
}

Status ProgramFlow::add(const Operation& operation) {
  NAWQ_CHECK(read_sources(operation));
  for (const StepSpec& step : operation.steps)
    if (reads_side(step)) NAWQ_CHECK(read(step.side_tensor));
  const GridSize grid = grid_of(operation);
  NAWQ_CHECK(read_sides(operation, grid));
  for (const RunSpec& run : operation.runs) NAWQ_CHECK(write(run, grid));
  if (const auto* statistics = std::get_if<Statistics>(&operation.kind))
    NAWQ_CHECK(write_vector(statistics->vector));
  if (const auto* math = std::get_if<VectorMath>(&operation.kind)) NAWQ_CHECK(write_vector(math->out));
  ++operation_;
  return {};
}

Status ProgramFlow::check_all_written() const {
  for (std::size_t i = 0; i < tensors_.size(); ++i)
    if (!at(static_cast<std::int32_t>(i)).is_complete)
      return broken(concat("tensor '", program_.tensors[i].name, "' is never written completely"));
  for (std::size_t i = 0; i < has_vector_.size(); ++i)
    if (!has_vector_[i]) return broken(concat("vector ", i, " is never written"));
  const Extent wanted = LinearExtent{program_.scale, 0};
  if (may_agree(at(kOutputTensor).size, {wanted, wanted})) return {};
  return broken(
      concat("the picture that goes out is never ", program_.scale, " times the one that comes in"));
}

}  // namespace nawq::plan
