#include "graph/evaluate.h"

#include "base/text.h"
#include "graph/evaluate_arithmetic.h"
#include "graph/graph.h"
#include "graph/reduction.h"
#include "graph/strided_view.h"

namespace nawq::graph {
namespace {

using Operands = std::span<const Tensor* const>;
using Tensors = Result<std::vector<Tensor>>;

// A file of a few bytes may ask for an Expand of any size. No constant of a network comes near.
constexpr std::int64_t kLargestConstant = std::int64_t{1} << 26;

Tensor zeros(DataType type, Shape shape) {
  Tensor tensor{type, std::move(shape), {}, {}};
  std::int64_t count = 1;
  for (const std::int64_t dim : tensor.shape) count *= dim;
  if (type == DataType::kFloat)
    tensor.floats.resize(static_cast<std::size_t>(count));
  else
    tensor.ints.resize(static_cast<std::size_t>(count));
  return tensor;
}

// fill(source elements, target elements), called for the element type that `x` has.
template <class Fill>
Tensor filled_from(const Tensor& x, const Shape& shape, Fill&& fill) {
  Tensor out = zeros(x.type, shape);
  if (x.type == DataType::kFloat)
    fill(x.floats.data(), out.floats.data());
  else
    fill(x.ints.data(), out.ints.data());
  return out;
}

Tensors one(Tensor tensor) {
  std::vector<Tensor> tensors;
  tensors.push_back(std::move(tensor));
  return tensors;
}

Tensor viewed(const Tensor& x, const StridedView& view, const Shape& shape) {
  return filled_from(x, shape, [&](const auto* source, auto* target) {
    copy_rows(view, 0, view.row_count(), source, target);
  });
}

template <class Op>
  requires std::same_as<Op, Slice> || std::same_as<Op, Transpose> || std::same_as<Op, Expand>
Tensors compute(const Op& op, Operands in, std::span<const Shape> shapes) {
  return one(viewed(*in[0], view_of(op, in[0]->shape), shapes[0]));
}

Tensors compute(const Reshape&, Operands in, std::span<const Shape> shapes) {
  Tensor out = *in[0];
  out.shape = shapes[0];
  return one(std::move(out));
}

Tensors compute(const Split& op, Operands in, std::span<const Shape> shapes) {
  std::vector<Tensor> parts;
  Slice part{std::vector<std::int64_t>(in[0]->shape.size(), 0),
             std::vector<std::int64_t>(in[0]->shape.size(), 1),
             {}};
  for (const Shape& shape : shapes) {
    part.sizes = shape;
    parts.push_back(viewed(*in[0], view_of(part, in[0]->shape), shape));
    part.starts[static_cast<std::size_t>(op.axis)] += shape[static_cast<std::size_t>(op.axis)];
  }
  return parts;
}

// Elements of one tensor from the joined axis inwards.
std::int64_t block_length(const Shape& shape, std::int64_t axis) {
  std::int64_t length = 1;
  for (auto i = static_cast<std::size_t>(axis); i < shape.size(); ++i) length *= shape[i];
  return length;
}

Tensors compute(const Concat& op, Operands in, std::span<const Shape> shapes) {
  const std::int64_t joined = block_length(shapes[0], op.axis);
  std::int64_t placed = 0;
  Tensor out = zeros(in[0]->type, shapes[0]);
  for (const Tensor* x : in) {
    const std::int64_t length = block_length(x->shape, op.axis);
    const std::int64_t blocks = length ? x->size() / length : 0;
    for (std::int64_t block = 0; block < blocks; ++block) {
      const std::int64_t from = block * length, to = block * joined + placed;
      if (x->type == DataType::kFloat)
        std::copy_n(x->floats.begin() + from, length, out.floats.begin() + to);
      else
        std::copy_n(x->ints.begin() + from, length, out.ints.begin() + to);
    }
    placed += length;
  }
  return one(std::move(out));
}

Tensors compute(const Pad& op, Operands in, std::span<const Shape> shapes) {
  const Tensor& x = *in[0];
  const std::vector<std::int64_t> strides = row_major_strides(x.shape);
  std::vector<std::vector<std::int64_t>> positions;
  for (std::size_t i = 0; i < x.shape.size(); ++i) positions.push_back(padded_positions(op, i, x.shape[i]));
  return one(filled_from(x, shapes[0], [&]<class T>(const T* source, T* target) {
    const std::int64_t count = block_length(shapes[0], 0);
    for (std::int64_t index = 0; index < count; ++index) {
      std::int64_t rest = index, at = 0;
      bool outside = false;
      for (std::size_t i = positions.size(); i-- > 0; rest /= shapes[0][i]) {
        const std::int64_t position = positions[i][static_cast<std::size_t>(rest % shapes[0][i])];
        outside |= position == kOutside;
        at += position * strides[i];
      }
      target[index] = outside ? from_float<T>(op.value) : source[at];
    }
  }));
}

Tensors compute(const Reduce& op, Operands in, std::span<const Shape> shapes) {
  const ReduceViews views = views_of(op, in[0]->shape);
  return one(filled_from(*in[0], shapes[0], [&](const auto* source, auto* target) {
    for (std::int64_t i = 0; i < views.kept.row_count(); ++i)
      target[i] = reduced_at(views, op.kind, i, source);
  }));
}

Tensors compute(const Unary& op, Operands in, std::span<const Shape> shapes) {
  Tensor out = zeros(in[0]->type, shapes[0]);
  NAWQ_CHECK(apply(op, *in[0], out));
  return one(std::move(out));
}

Tensors compute(const Binary& op, Operands in, std::span<const Shape> shapes) {
  Tensor out = zeros(in[0]->type, shapes[0]);
  NAWQ_CHECK(apply(op, *in[0], *in[1], out));
  return one(std::move(out));
}

Tensors compute(const MatMul&, Operands in, std::span<const Shape> shapes) {
  Tensor out = zeros(in[0]->type, shapes[0]);
  NAWQ_CHECK(multiply(*in[0], *in[1], out));
  return one(std::move(out));
}

template <class Op>
concept Known =
    requires(const Op& op, Operands in, std::span<const Shape> shapes) { compute(op, in, shapes); };

Result<std::vector<Shape>> checked_shapes(const Op& op, Operands inputs) {
  std::vector<Value> values;
  for (const Tensor* tensor : inputs) values.push_back({"", tensor->type, tensor->shape, nullptr});
  std::vector<const Value*> operands;
  for (const Value& value : values) operands.push_back(&value);
  NAWQ_TRY(auto shapes, infer_shapes(op, operands));
  for (const Shape& shape : shapes) {
    NAWQ_TRY(const std::int64_t count, element_count(shape));
    if (count > kLargestConstant)
      return fail(ErrorKind::kResource, concat("a constant of shape ", to_text(shape), " is too large"));
  }
  return shapes;
}

}  // namespace

bool can_evaluate(const Op& op) {
  return visit_op([]<class Held>(const Held&) { return Known<Held>; }, op);
}

Tensors evaluate(const Op& op, Operands inputs) {
  if (!can_evaluate(op)) return fail(ErrorKind::kModel, concat(op_name(op), " is not computed at load time"));
  NAWQ_TRY(const auto shapes, checked_shapes(op, inputs));
  return visit_op(
      [&]<class Held>(const Held& held) -> Tensors {
        if constexpr (Known<Held>) return compute(held, inputs, shapes);
        return std::vector<Tensor>{};
      },
      op);
}

}  // namespace nawq::graph
