#include <algorithm>

#include "base/text.h"
#include "graph/graph.h"

namespace nawq::graph {
namespace {

using Shapes = Result<std::vector<Shape>>;
using Operands = std::span<const Value* const>;

tl::unexpected<Error> refuse(std::string why) { return fail(ErrorKind::kModel, std::move(why)); }

Status expect_operands(Operands inputs, std::size_t least, std::size_t most) {
  if (inputs.size() < least || inputs.size() > most)
    return refuse(concat("has ", inputs.size(), " inputs, expected ", least,
                         least == most ? "" : concat(" to ", most)));
  return {};
}

// [1,C,H,W] with nothing empty.
Status expect_picture(const Value& value) {
  if (value.shape.size() != 4 || value.shape[0] != 1)
    return refuse(
        concat("input '", value.name, "' has shape ", to_text(value.shape), ", expected [1,C,H,W]"));
  if (std::ranges::any_of(value.shape, [](std::int64_t dim) { return dim < 1; }))
    return refuse(concat("input '", value.name, "' is empty: ", to_text(value.shape)));
  return {};
}

Status expect_constant(const Value& value, std::string_view role) {
  if (!value.is_constant()) return refuse(concat(role, " '", value.name, "' is computed at run time"));
  if (value.type != DataType::kFloat) return refuse(concat(role, " '", value.name, "' is not float"));
  return {};
}

Status expect_filters(const Value& weights) {
  NAWQ_CHECK(expect_constant(weights, "weights"));
  if (weights.shape.size() != 4)
    return refuse(concat("weights '", weights.name, "' have shape ", to_text(weights.shape),
                         ": only two-dimensional convolutions are supported"));
  if (std::ranges::any_of(weights.shape, [](std::int64_t dim) { return dim < 1; }))
    return refuse(concat("weights '", weights.name, "' are empty: ", to_text(weights.shape)));
  return {};
}

Status expect_channel_vector(const Value& value, std::string_view role, std::int64_t channels) {
  NAWQ_CHECK(expect_constant(value, role));
  if (value.shape != Shape{channels})
    return refuse(
        concat(role, " '", value.name, "' has shape ", to_text(value.shape), ", expected [", channels, "]"));
  return {};
}

Status expect_positive(Extent2d extent, std::string_view what) {
  if (extent.h < 1 || extent.w < 1)
    return refuse(concat(what, " ", extent.h, "x", extent.w, " is not positive"));
  return {};
}

// Sizes come from files: everything stays far below overflow before it is multiplied.
constexpr std::int64_t kLargestExtent = std::int64_t{1} << 31;

Status expect_moderate(std::initializer_list<std::int64_t> numbers) {
  for (const std::int64_t number : numbers)
    if (number > kLargestExtent || number < -kLargestExtent)
      return refuse(concat("attribute ", number, " is too large"));
  return {};
}

Status expect_axis(std::int64_t axis, std::size_t rank) {
  if (axis < 0 || axis >= static_cast<std::int64_t>(rank))
    return refuse(concat("axis ", axis, " is outside a tensor of rank ", rank));
  return {};
}

// Positions of a window of `taps`, `dilation` apart, moved by `stride` over `size` and its padding.
Result<std::int64_t> windows(std::int64_t size, std::int64_t pads, std::int64_t taps, std::int64_t dilation,
                             std::int64_t stride) {
  const std::int64_t room = size + pads - ((taps - 1) * dilation + 1);
  if (room < 0)
    return refuse(concat("its window of ", (taps - 1) * dilation + 1, " is larger than its input of ", size,
                         " with padding ", pads));
  return room / stride + 1;
}

Shapes rule(const Conv& op, Operands in) {
  NAWQ_CHECK(expect_operands(in, 2, 3));
  NAWQ_CHECK(expect_picture(*in[0]));
  NAWQ_CHECK(expect_filters(*in[1]));
  NAWQ_CHECK(expect_positive(op.stride, "stride"));
  NAWQ_CHECK(expect_positive(op.dilation, "dilation"));
  const auto& [stride, dilation, pads, groups, pad_values] = op;
  NAWQ_CHECK(expect_moderate(
      {stride.h, stride.w, dilation.h, dilation.w, pads.top, pads.left, pads.bottom, pads.right}));
  const Shape& x = in[0]->shape;
  const Shape& w = in[1]->shape;
  if (groups < 1 || x[1] % groups || w[0] % groups || w[1] != x[1] / groups)
    return refuse(
        concat("weights ", to_text(w), " with groups=", groups, " do not fit ", x[1], " input channels"));
  if (in.size() == 3) NAWQ_CHECK(expect_channel_vector(*in[2], "bias", w[0]));
  if (!pad_values.empty() && static_cast<std::int64_t>(pad_values.size()) != x[1])
    return refuse(concat("has ", pad_values.size(), " pad values for ", x[1], " input channels"));
  NAWQ_TRY(const std::int64_t h, windows(x[2], pads.top + pads.bottom, w[2], dilation.h, stride.h));
  NAWQ_TRY(const std::int64_t width, windows(x[3], pads.left + pads.right, w[3], dilation.w, stride.w));
  return std::vector<Shape>{{1, w[0], h, width}};
}

Shapes rule(const ConvTranspose& op, Operands in) {
  NAWQ_CHECK(expect_operands(in, 2, 3));
  NAWQ_CHECK(expect_picture(*in[0]));
  NAWQ_CHECK(expect_filters(*in[1]));
  NAWQ_CHECK(expect_positive(op.stride, "stride"));
  NAWQ_CHECK(expect_positive(op.dilation, "dilation"));
  const auto& [stride, dilation, pads, output_padding, groups] = op;
  NAWQ_CHECK(expect_moderate({stride.h, stride.w, dilation.h, dilation.w, pads.top, pads.left, pads.bottom,
                              pads.right, output_padding.h, output_padding.w}));
  const Shape& x = in[0]->shape;
  const Shape& w = in[1]->shape;
  if (groups < 1 || x[1] % groups || w[0] != x[1])
    return refuse(
        concat("weights ", to_text(w), " with groups=", groups, " do not fit ", x[1], " input channels"));
  if (in.size() == 3) NAWQ_CHECK(expect_channel_vector(*in[2], "bias", w[1] * groups));
  const std::int64_t h =
      (x[2] - 1) * stride.h + (w[2] - 1) * dilation.h + 1 + output_padding.h - pads.top - pads.bottom;
  const std::int64_t width =
      (x[3] - 1) * stride.w + (w[3] - 1) * dilation.w + 1 + output_padding.w - pads.left - pads.right;
  if (h < 1 || width < 1) return refuse(concat("its output would be ", width, "x", h));
  return std::vector<Shape>{{1, w[1] * groups, h, width}};
}

Shapes rule(const BatchNorm&, Operands in) {
  NAWQ_CHECK(expect_operands(in, 5, 5));
  NAWQ_CHECK(expect_picture(*in[0]));
  static constexpr const char* kRoles[] = {"", "scale", "bias", "mean", "variance"};
  for (std::size_t i = 1; i < 5; ++i) NAWQ_CHECK(expect_channel_vector(*in[i], kRoles[i], in[0]->shape[1]));
  return std::vector<Shape>{in[0]->shape};
}

Shapes rule(const PRelu&, Operands in) {
  NAWQ_CHECK(expect_operands(in, 2, 2));
  NAWQ_CHECK(expect_constant(*in[1], "slope"));
  NAWQ_TRY(Shape out, broadcast(in[0]->shape, in[1]->shape));
  if (out != in[0]->shape)
    return refuse(concat("slope ", to_text(in[1]->shape), " does not broadcast to ", to_text(in[0]->shape)));
  return std::vector<Shape>{std::move(out)};
}

Shapes rule(const Unary&, Operands in) {
  NAWQ_CHECK(expect_operands(in, 1, 1));
  return std::vector<Shape>{in[0]->shape};
}

Shapes rule(const Binary&, Operands in) {
  NAWQ_CHECK(expect_operands(in, 2, 2));
  if (in[0]->type != in[1]->type)
    return refuse(concat("mixes ", to_text(in[0]->type), " and ", to_text(in[1]->type)));
  NAWQ_TRY(Shape out, broadcast(in[0]->shape, in[1]->shape));
  return std::vector<Shape>{std::move(out)};
}

Shapes rule(const Reduce& op, Operands in) {
  NAWQ_CHECK(expect_operands(in, 1, 1));
  Shape kept, dropped;
  const Shape& x = in[0]->shape;
  for (const std::int64_t axis : op.axes) NAWQ_CHECK(expect_axis(axis, x.size()));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const bool reduced = std::ranges::find(op.axes, static_cast<std::int64_t>(i)) != op.axes.end();
    kept.push_back(reduced ? 1 : x[i]);
    if (!reduced) dropped.push_back(x[i]);
    if (reduced && x[i] < 1) return refuse("reduces over an empty axis");
  }
  return std::vector<Shape>{op.keep_dims ? kept : dropped};
}

Shapes rule(const ChannelStatistics&, Operands in) {
  NAWQ_CHECK(expect_operands(in, 1, 1));
  NAWQ_CHECK(expect_picture(*in[0]));
  return std::vector<Shape>{{1, in[0]->shape[1], 1, 1}};
}

Shapes rule(const Pool& op, Operands in) {
  NAWQ_CHECK(expect_operands(in, 1, 1));
  NAWQ_CHECK(expect_picture(*in[0]));
  NAWQ_CHECK(expect_positive(op.kernel, "kernel"));
  NAWQ_CHECK(expect_positive(op.stride, "stride"));
  NAWQ_CHECK(expect_positive(op.dilation, "dilation"));
  const auto& [kind, kernel, stride, dilation, pads, counted] = op;
  NAWQ_CHECK(
      expect_moderate({kernel.h, kernel.w, stride.h, stride.w, dilation.h, dilation.w, pads.top, pads.left,
                       pads.bottom, pads.right, counted.top, counted.left, counted.bottom, counted.right}));
  const Shape& x = in[0]->shape;
  NAWQ_TRY(const std::int64_t h, windows(x[2], pads.top + pads.bottom, kernel.h, dilation.h, stride.h));
  NAWQ_TRY(const std::int64_t w, windows(x[3], pads.left + pads.right, kernel.w, dilation.w, stride.w));
  return std::vector<Shape>{{1, x[1], h, w}};
}

Shapes rule(const Concat& op, Operands in) {
  NAWQ_CHECK(expect_operands(in, 1, 4096));
  Shape out = in[0]->shape;
  NAWQ_CHECK(expect_axis(op.axis, out.size()));
  const auto axis = static_cast<std::size_t>(op.axis);
  for (const Value* input : in.subspan(1)) {
    Shape rest = input->shape;
    const bool fits = rest.size() == out.size() && input->type == in[0]->type;
    if (!fits || (rest[axis] = out[axis], rest != out))
      return refuse(
          concat("cannot join ", to_text(input->shape), " to ", to_text(in[0]->shape), " on axis ", op.axis));
    out[axis] += input->shape[axis];
  }
  return std::vector<Shape>{std::move(out)};
}

Shapes rule(const Split& op, Operands in) {
  NAWQ_CHECK(expect_operands(in, 1, 1));
  const Shape& x = in[0]->shape;
  NAWQ_CHECK(expect_axis(op.axis, x.size()));
  const auto axis = static_cast<std::size_t>(op.axis);
  std::vector<Shape> outputs;
  std::int64_t total = 0;
  for (const std::int64_t size : op.sizes) {
    if (size < 0 || size > x[axis]) return refuse(concat("part of ", size, " out of ", x[axis]));
    total += size;
    outputs.push_back(x);
    outputs.back()[axis] = size;
  }
  if (total != x[axis] || outputs.empty())
    return refuse(concat("its parts sum to ", total, ", not ", x[axis]));
  return outputs;
}

Shapes rule(const Slice& op, Operands in) {
  NAWQ_CHECK(expect_operands(in, 1, 1));
  const Shape& x = in[0]->shape;
  if (op.starts.size() != x.size() || op.steps.size() != x.size() || op.sizes.size() != x.size())
    return refuse(concat("needs a start, step and size for each dimension of ", to_text(x)));
  for (std::size_t i = 0; i < x.size(); ++i) {
    NAWQ_CHECK(expect_moderate({op.starts[i], op.steps[i], op.sizes[i]}));
    if (op.sizes[i] < 0) return refuse(concat("size ", op.sizes[i], " is negative"));
    if (op.sizes[i] == 0) continue;
    const std::int64_t last = op.starts[i] + (op.sizes[i] - 1) * op.steps[i];
    if (op.starts[i] < 0 || op.starts[i] >= x[i] || last < 0 || last >= x[i])
      return refuse(concat("reads ", op.starts[i], "..", last, " of dimension ", i, " of ", to_text(x)));
  }
  return std::vector<Shape>{op.sizes};
}

Shapes rule(const Pad& op, Operands in) {
  NAWQ_CHECK(expect_operands(in, 1, 1));
  Shape out = in[0]->shape;
  if (op.before.size() != out.size() || op.after.size() != out.size())
    return refuse(concat("needs an amount for each side of ", to_text(out)));
  for (std::size_t i = 0; i < out.size(); ++i) {
    NAWQ_CHECK(expect_moderate({op.before[i], op.after[i]}));
    if (op.mode == PadMode::kReflect && std::max(op.before[i], op.after[i]) >= out[i])
      return refuse(concat("reflects ", std::max(op.before[i], op.after[i]), " out of ", out[i]));
    out[i] += op.before[i] + op.after[i];
    if (out[i] < 0 || (out[i] > 0 && in[0]->shape[i] == 0))
      return refuse(concat("its output would be ", to_text(out)));
  }
  return std::vector<Shape>{std::move(out)};
}

Status expect_block(std::int64_t block) {
  if (block < 1 || block > 1024) return refuse(concat("block ", block, " is out of range"));
  return {};
}

Shapes rule(const DepthToSpace& op, Operands in) {
  NAWQ_CHECK(expect_operands(in, 1, 1));
  NAWQ_CHECK(expect_picture(*in[0]));
  NAWQ_CHECK(expect_block(op.block));
  const Shape& x = in[0]->shape;
  if (x[1] % (op.block * op.block))
    return refuse(concat(x[1], " channels do not split into blocks of ", op.block));
  return std::vector<Shape>{{1, x[1] / (op.block * op.block), x[2] * op.block, x[3] * op.block}};
}

Shapes rule(const SpaceToDepth& op, Operands in) {
  NAWQ_CHECK(expect_operands(in, 1, 1));
  NAWQ_CHECK(expect_picture(*in[0]));
  NAWQ_CHECK(expect_block(op.block));
  const Shape& x = in[0]->shape;
  if (x[2] % op.block || x[3] % op.block)
    return refuse(concat("a picture of ", x[3], "x", x[2], " does not split into blocks of ", op.block));
  return std::vector<Shape>{{1, x[1] * op.block * op.block, x[2] / op.block, x[3] / op.block}};
}

Shapes rule(const ChannelShuffle& op, Operands in) {
  NAWQ_CHECK(expect_operands(in, 1, 1));
  NAWQ_CHECK(expect_picture(*in[0]));
  if (op.groups < 1 || in[0]->shape[1] % op.groups)
    return refuse(concat(in[0]->shape[1], " channels do not split into ", op.groups, " groups"));
  return std::vector<Shape>{in[0]->shape};
}

Shapes rule(const Resize& op, Operands in) {
  NAWQ_CHECK(expect_operands(in, 1, 1));
  NAWQ_CHECK(expect_picture(*in[0]));
  NAWQ_CHECK(expect_positive(op.size, "size"));
  NAWQ_CHECK(expect_moderate({op.size.h, op.size.w}));
  if (!(op.scale_h > 0) || !(op.scale_w > 0)) return refuse("its scale is not positive");
  return std::vector<Shape>{{1, in[0]->shape[1], op.size.h, op.size.w}};
}

Shapes rule(const Reshape& op, Operands in) {
  NAWQ_CHECK(expect_operands(in, 1, 1));
  NAWQ_TRY(const std::int64_t have, element_count(in[0]->shape));
  NAWQ_TRY(const std::int64_t want, element_count(op.shape));
  if (have != want) return refuse(concat(to_text(in[0]->shape), " cannot become ", to_text(op.shape)));
  return std::vector<Shape>{op.shape};
}

Shapes rule(const Transpose& op, Operands in) {
  NAWQ_CHECK(expect_operands(in, 1, 1));
  const Shape& x = in[0]->shape;
  Shape sorted = op.perm, out;
  std::ranges::sort(sorted);
  bool permutes = sorted.size() == x.size();
  for (std::size_t i = 0; permutes && i < sorted.size(); ++i)
    permutes = sorted[i] == static_cast<std::int64_t>(i);
  if (!permutes) return refuse(concat("perm ", to_text(op.perm), " does not reorder ", to_text(x)));
  for (const std::int64_t from : op.perm) out.push_back(x[static_cast<std::size_t>(from)]);
  return std::vector<Shape>{std::move(out)};
}

Shapes rule(const Expand& op, Operands in) {
  NAWQ_CHECK(expect_operands(in, 1, 1));
  NAWQ_TRY(Shape out, broadcast(in[0]->shape, op.shape));
  if (out != op.shape)
    return refuse(concat(to_text(in[0]->shape), " does not expand to ", to_text(op.shape)));
  return std::vector<Shape>{std::move(out)};
}

Shapes rule(const MatMul&, Operands in) {
  NAWQ_CHECK(expect_operands(in, 2, 2));
  const Shape &a = in[0]->shape, &b = in[1]->shape;
  if (a.size() < 2 || b.size() < 2 || a.back() != b[b.size() - 2])
    return refuse(concat("cannot multiply ", to_text(a), " by ", to_text(b)));
  NAWQ_TRY(Shape out, broadcast({a.begin(), a.end() - 2}, {b.begin(), b.end() - 2}));
  out.push_back(a[a.size() - 2]);
  out.push_back(b.back());
  return std::vector<Shape>{std::move(out)};
}

}  // namespace

Result<std::vector<Shape>> infer_shapes(const Op& op, std::span<const Value* const> inputs) {
  NAWQ_TRY(auto shapes, visit_op([&](const auto& held) { return rule(held, inputs); }, op));
  for (const Shape& shape : shapes)
    if (auto count = element_count(shape); !count) return tl::unexpected<Error>(count.error());
  return shapes;
}

}  // namespace nawq::graph
