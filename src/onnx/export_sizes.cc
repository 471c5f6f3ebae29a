// Operators whose attributes may follow the picture's size.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "onnx/node_export.h"
#include "onnx/size_free.h"
#include "onnx/window.h"

namespace nawq::onnx {
namespace {

using graph::CoordinateMode;
using graph::NearestRounding;
using graph::ResizeMode;

const char* mode_text(ResizeMode mode) {
  switch (mode) {
    case ResizeMode::kNearest:
      return "nearest";
    case ResizeMode::kLinear:
      return "linear";
    case ResizeMode::kCubic:
      return "cubic";
  }
  return "?";
}

const char* coordinates_text(CoordinateMode mode) {
  switch (mode) {
    case CoordinateMode::kHalfPixel:
      return "half_pixel";
    case CoordinateMode::kPyTorchHalfPixel:
      return "pytorch_half_pixel";
    case CoordinateMode::kAlignCorners:
      return "align_corners";
    case CoordinateMode::kAsymmetric:
      return "asymmetric";
  }
  return "?";
}

const char* rounding_text(NearestRounding rounding) {
  switch (rounding) {
    case NearestRounding::kRoundPreferFloor:
      return "round_prefer_floor";
    case NearestRounding::kRoundPreferCeil:
      return "round_prefer_ceil";
    case NearestRounding::kFloor:
      return "floor";
    case NearestRounding::kCeil:
      return "ceil";
  }
  return "?";
}

// As the operator finds the size: in float32.
bool is_scaled(const graph::Resize& op, const graph::Shape& input) {
  const auto scaled = [](std::int64_t size, float scale) {
    return std::floor(static_cast<float>(size) * scale);
  };
  return scaled(input[2], op.scale_h) == static_cast<float>(op.size.h) &&
         scaled(input[3], op.scale_w) == static_cast<float>(op.size.w);
}

bool is_ratio(const graph::Resize& op, const graph::Shape& input) {
  return op.scale_h == static_cast<float>(op.size.h) / static_cast<float>(input[2]) &&
         op.scale_w == static_cast<float>(op.size.w) / static_cast<float>(input[3]);
}

void set_resize(::onnx::NodeProto& proto, const graph::Resize& op) {
  set_attribute(proto, "mode", mode_text(op.mode));
  set_attribute(proto, "coordinate_transformation_mode", coordinates_text(op.coordinates));
  if (op.mode == ResizeMode::kNearest) set_attribute(proto, "nearest_mode", rounding_text(op.rounding));
  if (op.mode != ResizeMode::kCubic) return;
  set_attribute(proto, "cubic_coeff_a", op.cubic_a);
  set_attribute(proto, "exclude_outside", std::int64_t{op.exclude_outside});
}

// ceil_mode adds to the back pads what completes the last window.
struct StatedPads {
  graph::Padding2d pads;
  bool ceil_mode = false;
};

bool completes(const graph::Pool& op, const graph::Shape& input, const graph::Padding2d& stated) {
  const Window h{op.kernel.h, op.stride.h, op.dilation.h}, w{op.kernel.w, op.stride.w, op.dilation.w};
  return op.pads.bottom == stated.bottom + ceil_mode_extra(h, input[2], {stated.top, stated.bottom}) &&
         op.pads.right == stated.right + ceil_mode_extra(w, input[3], {stated.left, stated.right});
}

std::optional<StatedPads> stated_pads(const NodeExport& node, const graph::Pool& op) {
  const graph::Pool& other = node.other_op(op);
  const bool counts = op.counted_pads != graph::Padding2d{};
  const bool is_plain = op.pads == other.pads && (!counts || op.counted_pads == op.pads);
  if (is_plain) return StatedPads{op.pads, false};
  graph::Padding2d stated = op.counted_pads;
  if (!counts)
    stated = {op.pads.top, op.pads.left, std::min(op.pads.bottom, other.pads.bottom),
              std::min(op.pads.right, other.pads.right)};
  const bool same_front = op.pads.top == other.pads.top && op.pads.left == other.pads.left;
  if (!same_front || op.counted_pads != other.counted_pads || !completes(op, node.input_shape(0), stated) ||
      !completes(other, node.other_input_shape(0), stated))
    return std::nullopt;
  return StatedPads{stated, true};
}

}  // namespace

Status export_pool(NodeExport& node, const graph::Pool& op) {
  const auto stated = stated_pads(node, op);
  if (!stated) return node.depends_on_size("its padding");
  NAWQ_TRY(const TensorNames inputs, node.inputs());
  const bool is_max = op.kind == graph::PoolKind::kMax;
  ::onnx::NodeProto& proto = node.emit(is_max ? "MaxPool" : "AveragePool", inputs);
  set_attribute(proto, "kernel_shape", std::vector<std::int64_t>{op.kernel.h, op.kernel.w});
  set_attribute(proto, "strides", std::vector<std::int64_t>{op.stride.h, op.stride.w});
  set_attribute(proto, "dilations", std::vector<std::int64_t>{op.dilation.h, op.dilation.w});
  const graph::Padding2d& pads = stated->pads;
  set_attribute(proto, "pads", std::vector<std::int64_t>{pads.top, pads.left, pads.bottom, pads.right});
  set_attribute(proto, "ceil_mode", std::int64_t{stated->ceil_mode});
  if (!is_max) set_attribute(proto, "count_include_pad", std::int64_t{op.counted_pads != graph::Padding2d{}});
  return {};
}

Status export_resize(NodeExport& node, const graph::Resize& op) {
  const graph::Resize& other = node.other_op(op);
  const graph::Shape &in = node.input_shape(0), &other_in = node.other_input_shape(0);
  const bool by_scales = op.scale_h == other.scale_h && op.scale_w == other.scale_w && is_scaled(op, in) &&
                         is_scaled(other, other_in);
  NAWQ_TRY(const std::string x, node.input(0));
  if (by_scales) {
    const std::vector<float> scales{1, 1, op.scale_h, op.scale_w};
    const std::string name = node.writer().add_constant<float>(node.part_name("scales"), {4}, scales);
    set_resize(node.emit("Resize", {x, "", name}), op);
    return {};
  }
  const graph::ValueId result = node.node().outputs[0];
  const auto size = node.shape_like(result, result, 2);
  if (!size || !is_ratio(op, in) || !is_ratio(other, other_in))
    return node.depends_on_size("its result's size");
  // All four dimensions: ONNX Runtime 1.31 loses sizes of two when it turns 8-bit networks to NHWC.
  const std::string pictures = node.writer().add_list(node.part_name("pictures"), {in[0], in[1]});
  auto [sizes, concat] = node.emit_part("Concat", {pictures, *size}, "sizes");
  set_attribute(*concat, "axis", std::int64_t{0});
  set_resize(node.emit("Resize", {x, "", "", sizes}), op);
  return {};
}

Status export_slice(NodeExport& node, const graph::Slice& op) {
  const graph::Slice& other = node.other_op(op);
  std::vector<std::int64_t> starts, ends, axes, steps;
  for (std::size_t i = 0; i < op.starts.size(); ++i) {
    const SlicedAxis axis{node.input_shape(0)[i], op.starts[i], op.steps[i], op.sizes[i]};
    const SlicedAxis other_axis{node.other_input_shape(0)[i], other.starts[i], other.steps[i],
                                other.sizes[i]};
    const auto bounds = slice_bounds(axis, other_axis);
    if (!bounds) return node.depends_on_size("what it takes");
    starts.push_back(bounds->start);
    ends.push_back(bounds->end);
    axes.push_back(static_cast<std::int64_t>(i));
    steps.push_back(op.steps[i]);
  }
  NAWQ_TRY(TensorNames inputs, node.inputs());
  GraphWriter& writer = node.writer();
  inputs.push_back(writer.add_list(node.part_name("starts"), starts));
  inputs.push_back(writer.add_list(node.part_name("ends"), ends));
  inputs.push_back(writer.add_list(node.part_name("axes"), axes));
  inputs.push_back(writer.add_list(node.part_name("steps"), steps));
  node.emit("Slice", inputs);
  return {};
}

Status export_reshape(NodeExport& node, const graph::Reshape& op) {
  NAWQ_TRY(const std::string x, node.input(0));
  const graph::Shape& other_shape = node.other_op(op).shape;
  if (const auto target =
          reshape_target({node.input_shape(0), op.shape}, {node.other_input_shape(0), other_shape})) {
    node.emit("Reshape", {x, node.writer().add_list(node.part_name("shape"), *target)});
    return {};
  }
  const graph::ValueId result = node.node().outputs[0];
  const auto like = node.shape_like(result, result, 0);
  if (!like) return node.depends_on_size("its result's shape");
  node.emit("Reshape", {x, *like});
  return {};
}

Status export_expand(NodeExport& node, const graph::Expand& op) {
  NAWQ_TRY(const std::string x, node.input(0));
  if (op.shape == node.other_op(op).shape) {
    node.emit("Expand", {x, node.writer().add_list(node.part_name("shape"), op.shape)});
    return {};
  }
  const graph::ValueId result = node.node().outputs[0];
  const auto like = node.shape_like(result, result, 0);
  if (!like) return node.depends_on_size("its result's shape");
  node.emit("Expand", {x, *like});
  return {};
}

Status export_pad(NodeExport& node, const graph::Pad& op) {
  const graph::Pad& other = node.other_op(op);
  if (op.before != other.before || op.after != other.after) return node.depends_on_size("what it adds");
  static constexpr const char* kModes[] = {"constant", "reflect", "edge"};
  std::vector<std::int64_t> amounts = op.before;
  amounts.insert(amounts.end(), op.after.begin(), op.after.end());
  NAWQ_TRY(TensorNames inputs, node.inputs());
  inputs.push_back(node.writer().add_list(node.part_name("pads"), amounts));
  if (op.mode == graph::PadMode::kConstant)
    inputs.push_back(node.writer().add_number(node.part_name("value"), op.value));
  set_attribute(node.emit("Pad", inputs), "mode", kModes[static_cast<int>(op.mode)]);
  return {};
}

Status export_split(NodeExport& node, const graph::Split& op) {
  if (op.sizes != node.other_op(op).sizes) return node.depends_on_size("where it cuts");
  NAWQ_TRY(TensorNames inputs, node.inputs());
  inputs.push_back(node.writer().add_list(node.part_name("sizes"), op.sizes));
  set_attribute(node.emit("Split", inputs), "axis", op.axis);
  return {};
}

}  // namespace nawq::onnx
