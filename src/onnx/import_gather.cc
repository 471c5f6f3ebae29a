// Gather: any indices from constants, evenly spaced ones from run-time data.
#include "base/text.h"
#include "onnx/operators.h"

namespace nawq::onnx {
namespace {

using graph::DataType;
using graph::Tensor;

// Gather by indices that step evenly is a Slice, which run-time data can have too.
std::optional<graph::Slice> as_slice(const Operand& x, std::size_t axis,
                                     const std::vector<std::int64_t>& indices) {
  if (indices.empty()) return std::nullopt;
  const std::int64_t step = indices.size() > 1 ? indices[1] - indices[0] : 1;
  for (std::size_t i = 1; i < indices.size(); ++i)
    if (step == 0 || indices[i] - indices[i - 1] != step) return std::nullopt;
  graph::Slice op;
  op.starts.assign(x.shape.size(), 0);
  op.steps.assign(x.shape.size(), 1);
  op.sizes = x.shape;
  op.starts[axis] = indices[0];
  op.steps[axis] = step;
  op.sizes[axis] = static_cast<std::int64_t>(indices.size());
  return op;
}

template <class Number>
std::vector<Number> gathered(const std::vector<Number>& from, std::int64_t outer, std::int64_t dim,
                             std::int64_t inner, const std::vector<std::int64_t>& indices) {
  std::vector<Number> out;
  for (std::int64_t o = 0; o < outer; ++o)
    for (const std::int64_t index : indices) {
      const auto begin = from.begin() + (o * dim + index) * inner;
      out.insert(out.end(), begin, begin + inner);
    }
  return out;
}

Result<Operands> gather_constant(NodeImport& node, const Operand& x, std::size_t axis, graph::Shape shape,
                                 const std::vector<std::int64_t>& indices) {
  const auto middle = x.shape.begin() + static_cast<std::ptrdiff_t>(axis);
  NAWQ_TRY(const std::int64_t outer, graph::element_count({x.shape.begin(), middle}));
  NAWQ_TRY(const std::int64_t inner, graph::element_count({middle + 1, x.shape.end()}));
  NAWQ_TRY(const std::int64_t count, graph::element_count(shape));
  NAWQ_CHECK(node.reserve(x.type, count));
  Tensor out{x.type, std::move(shape), {}, {}};
  if (count > 0) {
    out.floats = x.type == DataType::kFloat ? gathered(x.constant->floats, outer, *middle, inner, indices)
                                            : std::vector<float>{};
    if (x.type != DataType::kFloat) out.ints = gathered(x.constant->ints, outer, *middle, inner, indices);
  }
  return Operands{constant_operand(std::move(out))};
}

}  // namespace

Result<Operands> import_gather(NodeImport& node) {
  NAWQ_TRY(const std::int64_t stated_axis, node.attributes().integer("axis", 0));
  NAWQ_TRY(const Operand positions, node.constant(1, "indices"));
  NAWQ_TRY(const Operand x, node.input(0));
  NAWQ_TRY(const std::int64_t normalized, normalized_axis(stated_axis, x.rank()));
  if (positions.type != DataType::kInt) return fail(ErrorKind::kModel, "indices are not integers");
  const auto axis = static_cast<std::size_t>(normalized);
  std::vector<std::int64_t> indices = positions.constant->ints;
  for (std::int64_t& index : indices) {
    if (index < -x.shape[axis] || index >= x.shape[axis])
      return fail(ErrorKind::kModel, concat("index ", index, " is outside of ", graph::to_text(x.shape)));
    if (index < 0) index += x.shape[axis];
  }
  graph::Shape shape = x.shape;
  shape.erase(shape.begin() + normalized);
  shape.insert(shape.begin() + normalized, positions.shape.begin(), positions.shape.end());
  if (x.is_constant()) return gather_constant(node, x, axis, std::move(shape), indices);

  const std::optional<graph::Slice> slice = as_slice(x, axis, indices);
  if (!slice)
    return fail(ErrorKind::kModel, "gathering run-time data by indices without a pattern is not supported");
  if (slice->sizes == shape) return single(node.emit(*slice, {x}));
  NAWQ_TRY(const Operand sliced, node.emit(*slice, {x}, "slice"));
  return single(node.emit(graph::Reshape{std::move(shape)}, {sliced}));
}

}  // namespace nawq::onnx
