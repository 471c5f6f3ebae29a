#include "onednn/layer_shapes.h"

#include <variant>

#include "base/text.h"

namespace nawq::bench {
namespace {

using plan::StepKind;

bool is_plain_sum(const plan::StepSpec& step) {
  if (step.side_block != 1 || step.side_tensor == plan::kInputTensor) return false;
  for (std::size_t i = 0; i < step.side_channels.size(); ++i)
    if (step.side_channels[i].channel != step.side_channels[0].channel + static_cast<std::int32_t>(i))
      return false;
  return true;
}

void add_step(LayerShape& shape, const plan::StepSpec& step) {
  switch (step.kind) {
    case StepKind::kRelu:
      shape.post_ops.push_back(PostOp::kRelu);
      break;
    case StepKind::kSlope:
      shape.post_ops.push_back(PostOp::kLeakyRelu);
      break;
    case StepKind::kClip:
      shape.post_ops.push_back(PostOp::kClip);
      break;
    case StepKind::kResidual:
      if (is_plain_sum(step))
        shape.post_ops.push_back(PostOp::kSum);
      else
        shape.besides.emplace_back("adds pixels that it repeats");
      break;
    case StepKind::kRound:
      shape.besides.emplace_back("rounds to codes in between");
      break;
    case StepKind::kProduct:
      shape.besides.emplace_back("multiplies by a tensor");
      break;
    case StepKind::kChannelScale:
      shape.besides.emplace_back("scales channels");
      break;
    case StepKind::kFunction:
    case StepKind::kTable:
      shape.besides.emplace_back("a function");
      break;
  }
}

void add_places(LayerShape& shape, const plan::Operation& operation) {
  bool shuffles = false, makes_picture = false, has_place_among_others = false;
  std::int64_t stored_channels = 0;
  for (const plan::RunSpec& run : operation.runs) {
    shuffles |= run.block > 1;
    makes_picture |= run.tensor == plan::kOutputTensor;
    has_place_among_others |= run.tensor_channel > 0;
    stored_channels += run.channels;
  }
  if (shuffles) shape.besides.emplace_back("shuffles pixels");
  if (makes_picture) shape.besides.emplace_back("writes the picture");
  if (stored_channels > operation.channels)
    shape.besides.emplace_back("stores twice");
  else if (!shuffles && operation.runs.size() > 1)
    shape.besides.emplace_back("splits its channels");
  if (has_place_among_others) shape.besides.emplace_back("stores into a concatenation");
}

// What has to lie behind the last pixel for `dst` windows; negative where the last ones are not used.
std::int32_t pad_behind(std::int64_t src, std::int64_t dst, std::int32_t before, int kernel, int stride,
                        int dilation) {
  return static_cast<std::int32_t>((dst - 1) * stride + (kernel - 1) * dilation + 1 - src - before);
}

LayerShape shape_of(const plan::Operation& operation, const plan::Convolution& conv,
                    const codec::Sizes& sizes, std::size_t index) {
  LayerShape shape{.name = operation.name,
                   .operation = index,
                   .groups = conv.groups,
                   .in_channels = conv.src.channels,
                   .kernel = conv.kernel,
                   .stride = conv.stride,
                   .dilation = conv.dilation,
                   .pads = conv.pads,
                   .src = sizes.tensors[static_cast<std::size_t>(conv.src.tensor)],
                   .dst = sizes.grids[index],
                   .post_ops = {},
                   .besides = {}};
  const std::int64_t macs_per_output = shape.in_channels / shape.groups * conv.kernel.h * conv.kernel.w;
  shape.out_channels = operation.macs_per_pixel / macs_per_output;
  shape.macs = operation.macs_per_pixel * shape.dst.width_px * shape.dst.height_px;
  shape.pads.bottom = pad_behind(shape.src.height_px, shape.dst.height_px, conv.pads.top, conv.kernel.h,
                                 conv.stride.h, conv.dilation.h);
  shape.pads.right = pad_behind(shape.src.width_px, shape.dst.width_px, conv.pads.left, conv.kernel.w,
                                conv.stride.w, conv.dilation.w);
  for (const plan::StepSpec& step : operation.steps) add_step(shape, step);
  add_places(shape, operation);
  return shape;
}

}  // namespace

std::string shape_text(const LayerShape& shape) {
  std::string text =
      concat(shape.kernel.h, "x", shape.kernel.w, ' ', shape.in_channels, " -> ", shape.out_channels);
  if (shape.groups > 1) text += concat(", ", shape.groups, " groups");
  if (shape.stride.h > 1) text += concat(", stride ", shape.stride.h);
  return text;
}

Result<std::vector<LayerShape>> convolutions_of(const plan::Program& program, codec::Extent picture) {
  NAWQ_TRY(const codec::Sizes sizes, codec::find_sizes(program, picture));
  std::vector<LayerShape> shapes;
  for (std::size_t i = 0; i < program.operations.size(); ++i) {
    const plan::Operation& operation = program.operations[i];
    const auto* conv = std::get_if<plan::Convolution>(&operation.kind);
    if (conv && operation.macs_per_pixel > 0) shapes.push_back(shape_of(operation, *conv, sizes, i));
  }
  if (shapes.empty()) return fail(ErrorKind::kModel, concat(program.name, ": no convolution in it"));
  return shapes;
}

}  // namespace nawq::bench
