// Sums, means and extremes over axes.
#include <numeric>

#include "base/text.h"
#include "onnx/operators.h"

namespace nawq::onnx {
namespace {

using graph::ReduceKind;

struct ReduceAttributes {
  bool keep_dims = true;
  bool noop_with_empty_axes = false;
};

Result<ReduceAttributes> read_attributes(const NodeImport& node) {
  ReduceAttributes read;
  NAWQ_TRY(read.keep_dims, node.attributes().flag("keepdims", true));
  NAWQ_TRY(read.noop_with_empty_axes, node.attributes().flag("noop_with_empty_axes", false));
  return read;
}

// The axes in increasing order; none means all of them, or none at all.
Result<std::vector<std::int64_t>> read_axes(NodeImport& node, const Operand& x, bool noop_with_empty_axes) {
  NAWQ_TRY(auto stated, node.integers("axes", 1));
  if (stated && !stated->empty()) return normalized_axes(std::move(*stated), x.rank());
  std::vector<std::int64_t> axes(noop_with_empty_axes ? 0 : x.shape.size());
  std::iota(axes.begin(), axes.end(), 0);
  return axes;
}

ReduceKind kind_of(std::string_view op_type) {
  if (op_type == "ReduceMean") return ReduceKind::kMean;
  if (op_type == "ReduceMax") return ReduceKind::kMax;
  if (op_type == "ReduceMin") return ReduceKind::kMin;
  return ReduceKind::kSum;
}

}  // namespace

Result<Operands> import_reduce(NodeImport& node) {
  NAWQ_TRY(const ReduceAttributes read, read_attributes(node));
  NAWQ_TRY(const Operand x, node.input(0));
  NAWQ_TRY(std::vector<std::int64_t> axes, read_axes(node, x, read.noop_with_empty_axes));
  if (axes.empty()) return Operands{x};
  return single(node.emit(graph::Reduce{kind_of(node.op_type()), std::move(axes), read.keep_dims}, {x}));
}

// Written out with sums: networks hold them in normalized weights, which fold.
Result<Operands> import_norm(NodeImport& node) {
  NAWQ_TRY(const ReduceAttributes read, read_attributes(node));
  NAWQ_TRY(const Operand x, node.input(0));
  NAWQ_TRY(std::vector<std::int64_t> axes, read_axes(node, x, read.noop_with_empty_axes));
  const bool is_l1 = node.op_type() == "ReduceL1", is_l2 = node.op_type() == "ReduceL2";
  Operand terms = x;
  if (is_l1) {
    NAWQ_TRY(terms, node.emit(graph::Unary{graph::UnaryKind::kAbs, 0, 0}, {x}, "terms"));
  } else {
    NAWQ_TRY(terms, node.emit(graph::Binary{graph::BinaryKind::kMul}, {x, x}, "terms"));
  }
  if (!axes.empty()) {
    const graph::Reduce sum{ReduceKind::kSum, std::move(axes), read.keep_dims};
    NAWQ_TRY(terms, node.emit(sum, {terms}, is_l2 ? "sum" : ""));
  }
  if (!is_l2) return Operands{std::move(terms)};
  return single(node.emit(graph::Unary{graph::UnaryKind::kSqrt, 0, 0}, {terms}));
}

// Products are shape arithmetic.
Result<Operands> import_reduce_prod(NodeImport& node) {
  NAWQ_TRY(const ReduceAttributes read, read_attributes(node));
  NAWQ_TRY(const Operand x, node.constant(0, "data"));
  NAWQ_TRY(const std::vector<std::int64_t> axes, read_axes(node, x, read.noop_with_empty_axes));
  if (axes.empty()) return Operands{x};
  if (x.type != graph::DataType::kInt || x.rank() != 1)
    return fail(ErrorKind::kModel, concat("data ", graph::to_text(x.type), graph::to_text(x.shape),
                                          " is not supported: only a list of integers is"));
  std::int64_t product = 1;
  for (const std::int64_t factor : x.constant->ints)
    if (__builtin_mul_overflow(product, factor, &product))
      return fail(ErrorKind::kModel, "its product does not fit in 64 bits");
  return Operands{
      constant_operand(graph::int_tensor(read.keep_dims ? graph::Shape{1} : graph::Shape{}, {product}))};
}

}  // namespace nawq::onnx
