#include "plan/convolution.h"

#include <algorithm>

#include "base/text.h"
#include "graph/apply_weights.h"
#include "plan/overflow.h"

namespace nawq::plan {
namespace {

Size2d narrow(graph::Extent2d extent) {
  return {static_cast<std::int32_t>(extent.h), static_cast<std::int32_t>(extent.w)};
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

// A transposed convolution with stride s is a convolution with s * s times the outputs, followed by a pixel
// shuffle: each phase of the output meets its own subset of taps. The window of source pixels in one
// direction that all phases together see, relative to the grid pixel.
struct TransposedWindow {
  std::int64_t first = 0, taps = 0;
};

// Output o meets input i through tap k where o + pad = i * stride + k * dilation. Phase r of grid pixel q is
// o = q * stride + r.
TransposedWindow window(std::int64_t kernel, std::int64_t stride, std::int64_t dilation, std::int64_t pad) {
  const std::int64_t first = -floor_div((kernel - 1) * dilation - pad, stride);
  const std::int64_t last = floor_div(stride - 1 + pad, stride);
  return {first, last - first + 1};
}

// The tap through which phase `r` sees the source pixel at `offset` from the grid pixel; -1: none.
std::int64_t tap_of(std::int64_t r, std::int64_t offset, std::int64_t kernel, std::int64_t stride,
                    std::int64_t dilation, std::int64_t pad) {
  const std::int64_t distance = r + pad - offset * stride;
  if (distance < 0 || distance % dilation != 0 || distance / dilation >= kernel) return -1;
  return distance / dilation;
}

// Fills weights, scales and bias: pick(place, ky, kx, i) is an index into the graph's weight tensor or -1,
// channel(place) the graph's output channel or -1.
template <class Pick, class Channel>
Status fill(Convolution& made, const graph::Graph& graph, const graph::Node& node,
            const graph::Recipe* recipe, std::span<const ChannelPlace> places, Pick&& pick,
            Channel&& channel) {
  const graph::Tensor* weights = graph.constant(node.inputs[1]);
  const graph::Tensor* bias = node.inputs.size() > 2 ? graph.constant(node.inputs[2]) : nullptr;
  if (!weights || (node.inputs.size() > 2 && !bias))
    return fail(ErrorKind::kModel, concat(graph::node_text(node), ": weights and bias must be constants"));
  const graph::WeightCodes* codes = nullptr;
  if (recipe) {
    const auto found = recipe->weights.find(node.name);
    if (found == recipe->weights.end() || found->second.codes.size() != weights->floats.size())
      return fail(ErrorKind::kModel, concat(graph::node_text(node), ": its weights are not quantized"));
    codes = &found->second;
  }
  const std::int32_t inputs = made.src.channels / made.groups;
  for (const ChannelPlace& place : places) {
    const std::int64_t c = channel(place);
    made.bias.push_back(bias && c >= 0 ? bias->floats[static_cast<std::size_t>(c)] : 0.0f);
    if (codes) made.weight_scales.push_back(c < 0 ? 1.0f : codes->scales[static_cast<std::size_t>(c)]);
    for (std::int32_t ky = 0; ky < made.kernel.h; ++ky)
      for (std::int32_t kx = 0; kx < made.kernel.w; ++kx)
        for (std::int32_t i = 0; i < inputs; ++i) {
          const std::int64_t at = c < 0 ? -1 : pick(place, ky, kx, i);
          if (codes)
            made.codes.push_back(at < 0 ? std::int8_t{0} : codes->codes[static_cast<std::size_t>(at)]);
          else
            made.weights.push_back(at < 0 ? 0.0f : weights->floats[static_cast<std::size_t>(at)]);
        }
  }
  return {};
}

void correct_bias(Convolution& made, const std::vector<double>& correction,
                  std::span<const ChannelPlace> places) {
  if (correction.empty()) return;
  for (std::size_t k = 0; k < places.size(); ++k)
    if (places[k].source >= 0)
      made.bias[k] =
          static_cast<float>(double{made.bias[k]} + correction[static_cast<std::size_t>(places[k].source)]);
}

Result<Convolution> plain(const graph::Graph& graph, const graph::Node& node, const graph::Conv& op,
                          const View& src, const graph::Recipe* recipe,
                          std::span<const ChannelPlace> places) {
  const graph::Shape& shape = graph.shape(node.inputs[1]);  // [O][I / groups][kh][kw]
  Convolution made;
  made.src = src;
  made.groups = static_cast<std::int32_t>(op.groups);
  made.kernel = narrow({shape[2], shape[3]});
  made.stride = narrow(op.stride);
  made.dilation = narrow(op.dilation);
  made.pads = {static_cast<std::int32_t>(op.pads.top), static_cast<std::int32_t>(op.pads.left),
               static_cast<std::int32_t>(op.pads.bottom), static_cast<std::int32_t>(op.pads.right)};
  made.pad_values = op.pad_values;
  NAWQ_CHECK(fill(
      made, graph, node, recipe, places,
      [&](const ChannelPlace& place, std::int64_t ky, std::int64_t kx, std::int64_t i) {
        return ((place.source * shape[1] + i) * shape[2] + ky) * shape[3] + kx;
      },
      [](const ChannelPlace& place) { return std::int64_t{place.source}; }));
  if (recipe && !made.pad_values.empty())
    correct_bias(made, graph::shift_correction(graph, node, recipe->weights.find(node.name)->second), places);
  return made;
}

Result<Convolution> transposed(const graph::Graph& graph, const graph::Node& node,
                               const graph::ConvTranspose& op, const View& src, const graph::Recipe* recipe,
                               std::span<const ChannelPlace> places) {
  const graph::Shape& shape = graph.shape(node.inputs[1]);  // [I][O][kh][kw]
  const auto rows = window(shape[2], op.stride.h, op.dilation.h, op.pads.top);
  const auto columns = window(shape[3], op.stride.w, op.dilation.w, op.pads.left);
  const graph::Shape& in = graph.shape(node.inputs[0]);
  const graph::Shape& out = graph.shape(node.outputs[0]);
  Convolution made;
  made.src = src;
  made.kernel = narrow({rows.taps, columns.taps});
  made.pads = {static_cast<std::int32_t>(-rows.first), static_cast<std::int32_t>(-columns.first),
               static_cast<std::int32_t>(out[2] / op.stride.h - in[2] + rows.first + rows.taps - 1),
               static_cast<std::int32_t>(out[3] / op.stride.w - in[3] + columns.first + columns.taps - 1)};
  NAWQ_CHECK(fill(
      made, graph, node, recipe, places,
      [&](const ChannelPlace& place, std::int64_t ky, std::int64_t kx, std::int64_t i) -> std::int64_t {
        const std::int64_t tap_y =
            tap_of(place.dy, rows.first + ky, shape[2], op.stride.h, op.dilation.h, op.pads.top);
        const std::int64_t tap_x =
            tap_of(place.dx, columns.first + kx, shape[3], op.stride.w, op.dilation.w, op.pads.left);
        if (tap_y < 0 || tap_x < 0) return -1;
        return ((i * shape[1] + place.channel) * shape[2] + tap_y) * shape[3] + tap_x;
      },
      [](const ChannelPlace& place) { return place.source < 0 ? std::int64_t{-1} : place.channel; }));
  return made;
}

}  // namespace

Result<std::int64_t> transposed_block(const graph::Graph& graph, const graph::Node& node) {
  const auto& op = *node.as<graph::ConvTranspose>();
  const graph::Shape& weights = graph.shape(node.inputs[1]);
  const graph::Shape& in = graph.shape(node.inputs[0]);
  const graph::Shape& out = graph.shape(node.outputs[0]);
  const auto refuse = [&](const char* why) {
    return fail(ErrorKind::kModel, concat(graph::node_text(node), ": ", why));
  };
  if (op.groups != 1) return refuse("the engine runs it without groups only");
  if (op.stride.h != op.stride.w) return refuse("the engine runs it with equal strides only");
  const std::int64_t stride = op.stride.h;
  if (out[2] % stride != 0 || out[3] % stride != 0)
    return refuse("the engine runs it only where its output is a multiple of the stride");
  const auto rows = window(weights[2], stride, op.dilation.h, op.pads.top);
  const auto columns = window(weights[3], stride, op.dilation.w, op.pads.left);
  if (rows.first > 0 || columns.first > 0 || out[2] / stride - in[2] + rows.first + rows.taps - 1 < 0 ||
      out[3] / stride - in[3] + columns.first + columns.taps - 1 < 0)
    return refuse("the engine does not run it with this padding");
  return stride;
}

Result<Convolution> make_convolution(const graph::Graph& graph, const graph::Node& node, const View& src,
                                     const graph::Recipe* recipe, std::span<const ChannelPlace> places) {
  const auto* op = node.as<graph::Conv>();
  return op ? plain(graph, node, *op, src, recipe, places)
            : transposed(graph, node, *node.as<graph::ConvTranspose>(), src, recipe, places);
}

}  // namespace nawq::plan
