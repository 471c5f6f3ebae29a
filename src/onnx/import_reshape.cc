// Operators that reorder elements without dropping or adding any, and Expand.
#include <algorithm>
#include <numeric>

#include "base/text.h"
#include "onnx/operators.h"

namespace nawq::onnx {
namespace {

Result<Operands> reshape_to(NodeImport& node, const Operand& x, graph::Shape shape) {
  if (shape == x.shape) return Operands{x};
  return single(node.emit(graph::Reshape{std::move(shape)}, {x}));
}

// Fills in 0 (as in x) and -1 (what is left).
Result<graph::Shape> resolve_shape(const Operand& x, graph::Shape wanted, bool allow_zero) {
  std::int64_t unknown = -1, known_count = 1;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == 0 && !allow_zero) {
      if (i >= x.shape.size())
        return fail(ErrorKind::kModel, concat("shape ", graph::to_text(wanted), " copies dimension ", i,
                                              " of ", graph::to_text(x.shape)));
      wanted[i] = x.shape[i];
    }
    if (wanted[i] == -1 && unknown < 0) {
      unknown = static_cast<std::int64_t>(i);
    } else if (wanted[i] < 0 || __builtin_mul_overflow(known_count, wanted[i], &known_count)) {
      return fail(ErrorKind::kModel, concat("shape ", graph::to_text(wanted), " is not supported"));
    }
  }
  NAWQ_TRY(const std::int64_t count, graph::element_count(x.shape));
  if (unknown < 0) return wanted;
  if (known_count == 0 || count % known_count != 0)
    return fail(ErrorKind::kModel,
                concat(graph::to_text(x.shape), " cannot become ", graph::to_text(wanted)));
  wanted[static_cast<std::size_t>(unknown)] = count / known_count;
  return wanted;
}

Result<std::int64_t> read_block(const NodeImport& node) {
  NAWQ_TRY(const std::int64_t block, node.attributes().integer("blocksize", 0));
  if (block < 1) return tl::unexpected<Error>(unsupported_value("blocksize", block));
  return block;
}

}  // namespace

Result<Operands> import_reshape(NodeImport& node) {
  NAWQ_TRY(const bool allow_zero, node.attributes().flag("allowzero", false));
  NAWQ_TRY(std::vector<std::int64_t> wanted, node.constant_integers(1, "shape"));
  NAWQ_TRY(const Operand x, node.input(0));
  NAWQ_TRY(graph::Shape shape, resolve_shape(x, std::move(wanted), allow_zero));
  return reshape_to(node, x, std::move(shape));
}

Result<Operands> import_flatten(NodeImport& node) {
  NAWQ_TRY(std::int64_t axis, node.attributes().integer("axis", 1));
  NAWQ_TRY(const Operand x, node.input(0));
  if (axis < -x.rank() || axis > x.rank()) return tl::unexpected<Error>(unsupported_value("axis", axis));
  if (axis < 0) axis += x.rank();
  const auto middle = x.shape.begin() + axis;
  NAWQ_TRY(const std::int64_t rows, graph::element_count({x.shape.begin(), middle}));
  NAWQ_TRY(const std::int64_t columns, graph::element_count({middle, x.shape.end()}));
  return reshape_to(node, x, {rows, columns});
}

Result<Operands> import_squeeze(NodeImport& node) {
  NAWQ_TRY(auto stated, node.integers("axes", 1));
  NAWQ_TRY(const Operand x, node.input(0));
  std::vector<std::int64_t> axes;
  if (stated) {
    NAWQ_TRY(axes, normalized_axes(std::move(*stated), x.rank()));
  }
  graph::Shape shape;
  for (std::int64_t i = 0; i < x.rank(); ++i) {
    const std::int64_t dim = x.shape[static_cast<std::size_t>(i)];
    const bool is_named = std::ranges::find(axes, i) != axes.end();
    if (is_named && dim != 1)
      return fail(ErrorKind::kModel, concat("axis ", i, " of ", graph::to_text(x.shape), " is not 1"));
    if (!is_named && (stated || dim != 1)) shape.push_back(dim);
  }
  return reshape_to(node, x, std::move(shape));
}

Result<Operands> import_unsqueeze(NodeImport& node) {
  NAWQ_TRY(auto stated, node.integers("axes", 1));
  if (!stated) return fail(ErrorKind::kModel, "axes are missing");
  NAWQ_TRY(const Operand x, node.input(0));
  const std::int64_t rank = x.rank() + static_cast<std::int64_t>(stated->size());
  NAWQ_TRY(const std::vector<std::int64_t> axes, normalized_axes(std::move(*stated), rank));
  graph::Shape shape = x.shape;
  for (const std::int64_t axis : axes) shape.insert(shape.begin() + axis, 1);  // in increasing order
  return reshape_to(node, x, std::move(shape));
}

Result<Operands> import_transpose(NodeImport& node) {
  NAWQ_TRY(auto perm, node.attributes().integers("perm"));
  NAWQ_TRY(const Operand x, node.input(0));
  std::vector<std::int64_t> in_order(x.shape.size());
  std::iota(in_order.begin(), in_order.end(), 0);
  if (!perm) perm.emplace(in_order.rbegin(), in_order.rend());
  if (*perm == in_order) return Operands{x};
  return single(node.emit(graph::Transpose{std::move(*perm)}, {x}));
}

Result<Operands> import_expand(NodeImport& node) {
  NAWQ_TRY(const graph::Shape wanted, node.constant_integers(1, "shape"));
  NAWQ_TRY(const Operand x, node.input(0));
  if (std::ranges::any_of(wanted, [](std::int64_t dim) { return dim < 0; }))
    return fail(ErrorKind::kModel, concat("shape ", graph::to_text(wanted), " is not supported"));
  NAWQ_TRY(graph::Shape shape, graph::broadcast(x.shape, wanted));
  if (shape == x.shape) return Operands{x};
  return single(node.emit(graph::Expand{std::move(shape)}, {x}));
}

Result<Operands> import_depth_to_space(NodeImport& node) {
  graph::DepthToSpace op;
  NAWQ_TRY(op.block, read_block(node));
  NAWQ_TRY(const std::string mode, node.attributes().text("mode", "DCR"));
  if (mode != "DCR" && mode != "CRD") return tl::unexpected<Error>(unsupported_value("mode", mode));
  op.order = mode == "CRD" ? graph::ShuffleOrder::kCrd : graph::ShuffleOrder::kDcr;
  NAWQ_TRY(const Operand x, node.picture(0));
  return single(node.emit(op, {x}));
}

Result<Operands> import_space_to_depth(NodeImport& node) {
  graph::SpaceToDepth op;
  NAWQ_TRY(op.block, read_block(node));
  NAWQ_TRY(const Operand x, node.picture(0));
  return single(node.emit(op, {x}));
}

}  // namespace nawq::onnx
