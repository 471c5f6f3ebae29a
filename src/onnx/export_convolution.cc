// Convolutions, their weights as codes.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "graph/weight_channels.h"
#include "onnx/node_export.h"

namespace nawq::onnx {
namespace {

using graph::CodeFormat;
using graph::WeightCodes;

std::vector<std::int64_t> numbers(graph::Extent2d extent) { return {extent.h, extent.w}; }
std::vector<std::int64_t> numbers(const graph::Padding2d& pads) {
  return {pads.top, pads.left, pads.bottom, pads.right};
}

template <class Op>
void set_window(::onnx::NodeProto& proto, const Op& op, const graph::Shape& weights) {
  set_attribute(proto, "kernel_shape", std::vector<std::int64_t>{weights[2], weights[3]});
  set_attribute(proto, "strides", numbers(op.stride));
  set_attribute(proto, "dilations", numbers(op.dilation));
  set_attribute(proto, "pads", numbers(op.pads));
  set_attribute(proto, "group", op.groups);
}

// The scales along the weights' axis of outputs: groups of a transposed convolution share them.
Result<std::vector<float>> axis_scales(const NodeExport& node, const WeightCodes& codes,
                                       std::int64_t groups) {
  const std::size_t count = codes.scales.size() / static_cast<std::size_t>(groups);
  for (std::size_t c = count; c < codes.scales.size(); ++c)
    if (codes.scales[c] != codes.scales[c % count])
      return fail(ErrorKind::kModel, concat(graph::node_text(node.node()),
                                            ": the scales of its weights differ between its groups"));
  return std::vector<float>(codes.scales.begin(), codes.scales.begin() + static_cast<std::ptrdiff_t>(count));
}

template <class Op>
Result<std::string> add_weights(NodeExport& node, const Op& op) {
  const WeightCodes* codes = node.weight_codes();
  if (!codes) return node.input(1);
  constexpr bool kTransposed = std::is_same_v<Op, graph::ConvTranspose>;
  const graph::WeightChannels channels(op, node.input_shape(1));
  if (codes->codes.size() != node.constant(1)->floats.size() || codes->scales.size() != channels.count())
    return fail(ErrorKind::kModel,
                concat(graph::node_text(node.node()), ": its recipe is for other weights"));
  NAWQ_TRY(const std::vector<float> scales, axis_scales(node, *codes, kTransposed ? op.groups : 1));
  return node.rounding().add_codes(node.input_value_name(1), node.input_shape(1), codes->codes, scales,
                                   kTransposed);
}

// As int32 codes where the sums that it is added to are codes.
Result<std::string> add_bias(NodeExport& node, const std::vector<float>& bias,
                             const std::optional<CodeFormat>& input) {
  const WeightCodes* weights = node.weight_codes();
  const graph::Shape dims{static_cast<std::int64_t>(bias.size())};
  const std::string name =
      node.node().inputs.size() > 2 ? node.input_value_name(2) : node.node().name + ".bias";
  if (!weights || !input) return node.writer().add_constant<float>(name, dims, bias);
  std::vector<std::int32_t> codes;
  std::vector<float> scales;
  for (std::size_t c = 0; c < bias.size(); ++c) {
    codes.push_back(graph::bias_code(bias[c], input->scale, weights->scales[c]));
    scales.push_back(static_cast<float>(double{input->scale} * double{weights->scales[c]}));
    if (std::abs(std::int64_t{codes.back()}) >= std::numeric_limits<std::int32_t>::max() ||
        !(scales.back() > 0))
      return fail(ErrorKind::kModel, concat(graph::node_text(node.node()), ": bias ", bias[c], " of channel ",
                                            c, " has no 32-bit code"));
  }
  return node.rounding().add_codes(name, dims, codes, scales, 0);
}

std::vector<float> bias_of(const NodeExport& node, std::size_t channels) {
  const graph::Tensor* bias = node.constant(2);
  return bias ? bias->floats : std::vector<float>(channels);
}

// Padding with a value is padding the difference from it with 0: x - value is convolved, and the bias takes
// in what the weights make of the value. The float weights: that is the bias which the network was trained
// with, and rounding the weights must not move it.
std::vector<float> bias_behind_shift(const NodeExport& node, const graph::Conv& op) {
  const graph::Tensor& weights = *node.constant(1);
  const graph::WeightChannels channels(op, weights.shape);
  const auto taps = static_cast<std::size_t>(weights.shape[2] * weights.shape[3]);
  const auto inputs = static_cast<std::size_t>(weights.shape[1]);
  const std::size_t outputs_per_group = channels.count() / static_cast<std::size_t>(op.groups);
  const std::vector<float> bias = bias_of(node, channels.count());
  std::vector<double> shifted(bias.begin(), bias.end());
  for (std::size_t i = 0; i < weights.floats.size(); ++i) {
    const std::size_t output = channels(i), input = output / outputs_per_group * inputs + i / taps % inputs;
    shifted[output] += double{weights.floats[i]} * double{op.pad_values[input]};
  }
  return {shifted.begin(), shifted.end()};
}

// 16 bits for the picture less its shift: a hundredth of the picture's own step.
CodeFormat shifted_format(const CodeFormat& format, const std::vector<float>& shift) {
  constexpr int kBits = 16;
  const auto [least, most] = std::ranges::minmax(shift);
  const double last_code = (1 << format.bits) - 1;
  const double low = -double{format.scale} * format.zero_point;
  return graph::code_format(low - double{most}, low + last_code * double{format.scale} - double{least},
                            kBits);
}

struct Shifted {
  std::string tensor;
  std::optional<CodeFormat> format;
};

Shifted emit_shift(NodeExport& node, const graph::Conv& op, const std::string& x,
                   const std::optional<CodeFormat>& format) {
  GraphWriter& writer = node.writer();
  const std::string shift = writer.add_constant<float>(node.part_name("shift.values"),
                                                       {1, node.input_shape(0)[1], 1, 1}, op.pad_values);
  auto [shifted, proto] = node.emit_part("Sub", {x, shift}, "shift");
  if (!format) return {shifted, {}};
  const CodeFormat rounded = shifted_format(*format, op.pad_values);
  return {node.rounding().round(shifted, shifted, rounded, {}).real, rounded};
}

template <class Op>
Status check_pads(const NodeExport& node, const Op& op) {
  if (node.other_op(op).pads != op.pads) return node.depends_on_size("its padding");
  return {};
}

}  // namespace

Status export_conv(NodeExport& node, const graph::Conv& op) {
  NAWQ_CHECK(check_pads(node, op));
  const bool shifts = !op.pad_values.empty() && op.pads != graph::Padding2d{};
  NAWQ_TRY(std::string x, node.input(0));
  NAWQ_TRY(std::optional<CodeFormat> format, node.input_format(0));
  TensorNames inputs;
  if (shifts) {
    Shifted shifted = emit_shift(node, op, x, format);
    x = std::move(shifted.tensor);
    format = shifted.format;
  }
  NAWQ_TRY(std::string weights, add_weights(node, op));
  inputs = {std::move(x), std::move(weights)};
  if (shifts || node.constant(2)) {
    NAWQ_TRY(std::string bias,
             add_bias(node, shifts ? bias_behind_shift(node, op) : bias_of(node, 0), format));
    inputs.push_back(std::move(bias));
  }
  set_window(node.emit("Conv", inputs), op, node.input_shape(1));
  return {};
}

Status export_conv_transpose(NodeExport& node, const graph::ConvTranspose& op) {
  NAWQ_CHECK(check_pads(node, op));
  if (node.other_op(op).output_padding != op.output_padding) return node.depends_on_size("its padding");
  NAWQ_TRY(const std::optional<CodeFormat> format, node.input_format(0));
  NAWQ_TRY(std::string x, node.input(0));
  NAWQ_TRY(std::string weights, add_weights(node, op));
  TensorNames inputs{std::move(x), std::move(weights)};
  if (node.constant(2)) {
    NAWQ_TRY(std::string bias, add_bias(node, bias_of(node, 0), format));
    inputs.push_back(std::move(bias));
  }
  ::onnx::NodeProto& proto = node.emit("ConvTranspose", inputs);
  set_window(proto, op, node.input_shape(1));
  set_attribute(proto, "output_padding", numbers(op.output_padding));
  return {};
}

}  // namespace nawq::onnx
