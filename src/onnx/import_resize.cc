// Resize and its predecessor Upsample.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/text.h"
#include "onnx/operators.h"
#include "onnx/tensor_import.h"

namespace nawq::onnx {
namespace {

using graph::CoordinateMode;
using graph::NearestRounding;
using graph::ResizeMode;

template <class Value>
struct Named {
  std::string_view name;
  Value value;
};

constexpr auto kModes = std::to_array<Named<ResizeMode>>({{"nearest", ResizeMode::kNearest},
                                                          {"linear", ResizeMode::kLinear},
                                                          {"bilinear", ResizeMode::kLinear},
                                                          {"cubic", ResizeMode::kCubic}});
constexpr auto kCoordinates =
    std::to_array<Named<CoordinateMode>>({{"half_pixel", CoordinateMode::kHalfPixel},
                                          {"pytorch_half_pixel", CoordinateMode::kPyTorchHalfPixel},
                                          {"align_corners", CoordinateMode::kAlignCorners},
                                          {"asymmetric", CoordinateMode::kAsymmetric}});
constexpr auto kRoundings =
    std::to_array<Named<NearestRounding>>({{"round_prefer_floor", NearestRounding::kRoundPreferFloor},
                                           {"round_prefer_ceil", NearestRounding::kRoundPreferCeil},
                                           {"floor", NearestRounding::kFloor},
                                           {"ceil", NearestRounding::kCeil}});

template <class Names>
auto read_choice(const Attributes& attributes, const char* attribute, const char* absent, const Names& names)
    -> Result<decltype(names.front().value)> {
  NAWQ_TRY(const std::string text, attributes.text(attribute, absent));
  for (const auto& [name, value] : names)
    if (name == text) return value;
  return tl::unexpected<Error>(unsupported_value(attribute, text));
}

// What the scales or sizes of the inputs say of each dimension of x.
struct Target {
  std::vector<std::int64_t> sizes;
  std::vector<float> scales;
};

Result<std::int64_t> scaled_size(std::int64_t size, float scale) {
  const float scaled = std::floor(static_cast<float>(size) * scale);
  if (!(scale > 0) || !(scaled >= 1 && scaled <= static_cast<float>(kLargestDim)))
    return fail(ErrorKind::kModel, concat("scale ", scale, " of ", size, " elements is not supported"));
  return static_cast<std::int64_t>(scaled);
}

Target unchanged(const Operand& x) { return {x.shape, std::vector<float>(x.shape.size(), 1.0f)}; }

Result<Target> target_by_scales(const Operand& x, const std::vector<std::int64_t>& axes,
                                const std::vector<float>& scales) {
  if (scales.size() != axes.size())
    return fail(ErrorKind::kModel, concat("has ", scales.size(), " scales for ", axes.size(), " dimensions"));
  Target target = unchanged(x);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto axis = static_cast<std::size_t>(axes[i]);
    NAWQ_TRY(target.sizes[axis], scaled_size(x.shape[axis], scales[i]));
    target.scales[axis] = scales[i];
  }
  return target;
}

Result<Target> target_by_sizes(const Operand& x, const std::vector<std::int64_t>& axes,
                               const std::vector<std::int64_t>& sizes) {
  if (sizes.size() != axes.size())
    return fail(ErrorKind::kModel, concat("has ", sizes.size(), " sizes for ", axes.size(), " dimensions"));
  Target target = unchanged(x);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto axis = static_cast<std::size_t>(axes[i]);
    if (sizes[i] < 1 || sizes[i] > kLargestDim)
      return tl::unexpected<Error>(unsupported_value("size", sizes[i]));
    target.sizes[axis] = sizes[i];
    target.scales[axis] = static_cast<float>(sizes[i]) / static_cast<float>(x.shape[axis]);
  }
  return target;
}

Result<std::vector<float>> constant_scales(NodeImport& node, std::size_t index) {
  NAWQ_TRY(const Operand scales, node.constant(index, "scales"));
  if (scales.type != graph::DataType::kFloat || scales.rank() != 1)
    return fail(ErrorKind::kModel, concat("scales are ", graph::to_text(scales.type),
                                          graph::to_text(scales.shape), ", not a list of real numbers"));
  return scales.constant->floats;
}

// The axes that scales and sizes speak of, in their order.
Result<std::vector<std::int64_t>> read_axes(const NodeImport& node) {
  NAWQ_TRY(const auto stated, node.attributes().integers("axes"));
  std::vector<std::int64_t> axes(4);
  std::iota(axes.begin(), axes.end(), 0);
  if (!stated) return axes;
  axes.clear();
  for (const std::int64_t axis : *stated) {
    NAWQ_TRY(const std::int64_t normalized, normalized_axis(axis, 4));
    if (std::ranges::find(axes, normalized) != axes.end())
      return fail(ErrorKind::kModel, "names an axis twice");
    axes.push_back(normalized);
  }
  return axes;
}

Result<Operands> emit_resize(NodeImport& node, graph::Resize op, const Operand& x, const Target& target) {
  if (target.sizes[0] != x.shape[0] || target.sizes[1] != x.shape[1])
    return fail(ErrorKind::kModel,
                concat("resizing ", graph::to_text(x.shape), " to ", graph::to_text(target.sizes),
                       " is not supported: only height and width may change"));
  op.size = {target.sizes[2], target.sizes[3]};
  op.scale_h = target.scales[2];
  op.scale_w = target.scales[3];
  return single(node.emit(op, {x}));
}

Status check_policy(const NodeImport& node) {
  NAWQ_TRY(const std::string policy, node.attributes().text("keep_aspect_ratio_policy", "stretch"));
  if (policy != "stretch")
    return tl::unexpected<Error>(unsupported_value("keep_aspect_ratio_policy", policy));
  return {};
}

// Opset 10 has inputs x, scales; later ones x, roi, scales, sizes, either of the last two left out or empty.
Result<Target> read_target(NodeImport& node, const Operand& x, const std::vector<std::int64_t>& axes) {
  const bool is_first_form = node.opset() < 11;
  std::vector<float> scales;
  std::vector<std::int64_t> sizes;
  const std::size_t scales_index = is_first_form ? 1 : 2;
  if (node.has_input(scales_index)) {
    NAWQ_TRY(scales, constant_scales(node, scales_index));
  }
  if (!is_first_form && node.has_input(3)) {
    NAWQ_TRY(sizes, node.constant_integers(3, "sizes"));
  }
  if (scales.empty() == sizes.empty())
    return fail(ErrorKind::kModel,
                scales.empty() ? "has neither scales nor sizes" : "has both scales and sizes");
  return scales.empty() ? target_by_sizes(x, axes, sizes) : target_by_scales(x, axes, scales);
}

}  // namespace

Result<Operands> import_resize(NodeImport& node) {
  const bool is_first_form = node.opset() < 11;
  graph::Resize op;
  NAWQ_TRY(op.mode, read_choice(node.attributes(), "mode", "nearest", kModes));
  NAWQ_TRY(op.coordinates, read_choice(node.attributes(), "coordinate_transformation_mode",
                                       is_first_form ? "asymmetric" : "half_pixel", kCoordinates));
  NAWQ_TRY(op.rounding, read_choice(node.attributes(), "nearest_mode",
                                    is_first_form ? "floor" : "round_prefer_floor", kRoundings));
  NAWQ_TRY(op.cubic_a, node.attributes().real("cubic_coeff_a", -0.75f));
  NAWQ_TRY(op.exclude_outside, node.attributes().flag("exclude_outside", false));
  NAWQ_TRY(const bool antialias, node.attributes().flag("antialias", false));
  NAWQ_TRY(const std::vector<std::int64_t> axes, read_axes(node));
  NAWQ_CHECK(check_policy(node));
  NAWQ_TRY(const Operand x, node.picture(0));
  NAWQ_TRY(const Target target, read_target(node, x, axes));
  if (antialias && op.mode != ResizeMode::kNearest && std::ranges::min(target.scales) < 1)
    return fail(ErrorKind::kModel, "antialias=1 is not supported where the picture is made smaller");
  return emit_resize(node, op, x, target);
}

Result<Operands> import_upsample(NodeImport& node) {
  graph::Resize op;
  op.coordinates = CoordinateMode::kAsymmetric;
  op.rounding = NearestRounding::kFloor;
  NAWQ_TRY(op.mode, read_choice(node.attributes(), "mode", "nearest", kModes));
  NAWQ_TRY(const std::vector<std::int64_t> axes, read_axes(node));
  NAWQ_TRY(const auto stated, node.attributes().reals("scales"));
  NAWQ_TRY(const Operand x, node.picture(0));
  std::vector<float> scales = stated.value_or(std::vector<float>{});
  if (!stated) {
    NAWQ_TRY(scales, constant_scales(node, 1));
  }
  NAWQ_TRY(const Target target, target_by_scales(x, axes, scales));
  return emit_resize(node, op, x, target);
}

}  // namespace nawq::onnx
