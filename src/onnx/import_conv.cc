// Convolutions and batch normalization.
#include "base/text.h"
#include "onnx/operators.h"
#include "onnx/window.h"

namespace nawq::onnx {
namespace {

using AutoPad = WindowAttributes::AutoPad;

// x, weights and, where there is one, bias.
struct ConvOperands {
  Operand x, weights;
  Operands all;
};

Result<std::int64_t> read_groups(const Attributes& attributes) {
  NAWQ_TRY(const std::int64_t groups, attributes.integer("group", 1));
  if (groups < 1) return tl::unexpected<Error>(unsupported_value("group", groups));
  return groups;
}

Result<Operand> read_weights(NodeImport& node) {
  NAWQ_TRY(Operand weights, node.constant(1, "weights"));
  if (weights.rank() != 4)
    return fail(ErrorKind::kModel, concat("weights of shape ", graph::to_text(weights.shape),
                                          ": only 2-D convolutions are supported"));
  return weights;
}

Result<ConvOperands> read_operands(NodeImport& node, Operand weights) {
  ConvOperands operands;
  NAWQ_TRY(operands.x, node.picture(0));
  operands.weights = std::move(weights);
  operands.all = {operands.x, operands.weights};
  if (node.has_input(2)) {
    NAWQ_TRY(Operand bias, node.constant(2, "bias"));
    operands.all.push_back(std::move(bias));
  }
  return operands;
}

// The two numbers of a ConvTranspose attribute that must not be negative.
Result<std::optional<graph::Extent2d>> read_pair(const Attributes& attributes, const char* name) {
  constexpr std::int64_t kLargest = std::int64_t{1} << 30;
  NAWQ_TRY(const auto numbers, attributes.integers(name));
  if (!numbers || numbers->empty()) return std::nullopt;
  if (numbers->size() != 2)
    return fail(ErrorKind::kModel, concat(name, " has ", numbers->size(), " numbers instead of 2"));
  for (const std::int64_t number : *numbers)
    if (number < 0 || number > kLargest) return tl::unexpected<Error>(unsupported_value(name, number));
  return graph::Extent2d{(*numbers)[0], (*numbers)[1]};
}

// Pads, and rows added behind, that make `wanted` elements out of `extent`. SAME_UPPER puts the odd one
// behind.
struct Cut {
  Pads pads;
  std::int64_t output_padding = 0;
};

Cut cut_to(std::int64_t wanted, const Window& window, std::int64_t extent, std::int64_t output_padding,
           AutoPad kind) {
  const std::int64_t total = (extent - 1) * window.stride + window.span() + output_padding - wanted;
  if (total < 0) return {{}, output_padding - total};
  const std::int64_t less = total / 2;
  const Pads pads = kind == AutoPad::kSameUpper ? Pads{less, total - less} : Pads{total - less, less};
  return {pads, output_padding};
}

}  // namespace

Result<Operands> import_conv(NodeImport& node) {
  graph::Conv op;
  NAWQ_TRY(op.groups, read_groups(node.attributes()));
  NAWQ_TRY(Operand weights, read_weights(node));
  NAWQ_TRY(const WindowAttributes window,
           read_window(node.attributes(), {weights.shape[2], weights.shape[3]}));
  NAWQ_TRY(const ConvOperands operands, read_operands(node, std::move(weights)));
  op.stride = window.stride();
  op.dilation = window.dilation();
  op.pads = window_pads(window, operands.x.shape[2], operands.x.shape[3]);
  return single(node.emit(std::move(op), operands.all));
}

Result<Operands> import_conv_transpose(NodeImport& node) {
  graph::ConvTranspose op;
  NAWQ_TRY(op.groups, read_groups(node.attributes()));
  NAWQ_TRY(const auto output_padding, read_pair(node.attributes(), "output_padding"));
  NAWQ_TRY(const auto output_shape, read_pair(node.attributes(), "output_shape"));
  NAWQ_TRY(Operand weights, read_weights(node));
  NAWQ_TRY(const WindowAttributes window,
           read_window(node.attributes(), {weights.shape[2], weights.shape[3]}));
  NAWQ_TRY(const ConvOperands operands, read_operands(node, std::move(weights)));
  op.stride = window.stride();
  op.dilation = window.dilation();
  op.output_padding = output_padding.value_or(graph::Extent2d{0, 0});
  const graph::Shape& x = operands.x.shape;
  const bool is_same = window.auto_pad == AutoPad::kSameUpper || window.auto_pad == AutoPad::kSameLower;
  if (output_shape || is_same) {
    const auto wanted =
        output_shape.value_or(graph::Extent2d{x[2] * window.h.stride, x[3] * window.w.stride});
    const Cut h = cut_to(wanted.h, window.h, x[2], op.output_padding.h, window.auto_pad);
    const Cut w = cut_to(wanted.w, window.w, x[3], op.output_padding.w, window.auto_pad);
    // The specification, ONNX's reference and ONNX Runtime give three different results for this one.
    if (!output_shape && (h.output_padding > op.output_padding.h || w.output_padding > op.output_padding.w))
      return fail(ErrorKind::kModel, "auto_pad=SAME with a kernel smaller than the stride is not supported");
    op.pads = {h.pads.before, w.pads.before, h.pads.after, w.pads.after};
    op.output_padding = {h.output_padding, w.output_padding};
  } else {
    op.pads = window_pads(window, x[2], x[3]);
  }
  return single(node.emit(op, operands.all));
}

Result<Operands> import_batch_norm(NodeImport& node) {
  graph::BatchNorm op;
  NAWQ_TRY(op.epsilon, node.attributes().real("epsilon", 1e-5f));
  NAWQ_TRY(const std::int64_t training_mode, node.attributes().integer("training_mode", 0));
  if (training_mode != 0) return tl::unexpected<Error>(unsupported_value("training_mode", training_mode));
  NAWQ_TRY(Operand x, node.picture(0));
  Operands operands{std::move(x)};
  static constexpr const char* kRoles[] = {"scale", "bias", "mean", "variance"};
  for (std::size_t i = 0; i < 4; ++i) {
    NAWQ_TRY(Operand statistic, node.constant(i + 1, kRoles[i]));
    operands.push_back(std::move(statistic));
  }
  return single(node.emit(op, operands));
}

}  // namespace nawq::onnx
