#include "codec/layout.h"

#include <algorithm>

namespace nawq::codec {
namespace {

constexpr std::int64_t kAlignmentBytes = 64;

std::int64_t aligned(std::int64_t bytes) {
  return (bytes + kAlignmentBytes - 1) / kAlignmentBytes * kAlignmentBytes;
}

// What a window over `src` looks at beyond its edges.
void widen(Border& border, Extent src, Extent grid, const plan::Convolution& conv) {
  const auto overhang = [](std::int64_t positions, std::int64_t stride, std::int64_t kernel,
                           std::int64_t dilation, std::int64_t pad, std::int64_t size) {
    return std::max<std::int64_t>(0, (positions - 1) * stride + (kernel - 1) * dilation + 1 - pad - size);
  };
  border.top = std::max<std::int64_t>(border.top, conv.pads.top);
  border.left = std::max<std::int64_t>(border.left, conv.pads.left);
  border.bottom = std::max(border.bottom, overhang(grid.height_px, conv.stride.h, conv.kernel.h,
                                                   conv.dilation.h, conv.pads.top, src.height_px));
  border.right = std::max(border.right, overhang(grid.width_px, conv.stride.w, conv.kernel.w, conv.dilation.w,
                                                 conv.pads.left, src.width_px));
}

plan::Quantization picture_quantization(const plan::Program& program, int bits, bool is_output) {
  if (program.floating && !is_output) return {};
  const double levels = bits == 8 ? 255.0 : 65535.0;
  return {bits == 8   ? plan::Format::kCode8
          : is_output ? plan::Format::kPixel16
                      : plan::Format::kCode16,
          static_cast<float>(program.input_range / levels), 0};
}

// The operations between which a tensor is alive.
struct Life {
  std::int64_t first = -1, last = -1;
};

void extend(Life& life, std::int64_t operation) {
  if (life.first < 0) life.first = operation;
  life.last = operation;
}

std::vector<Life> lives(const plan::Program& program) {
  std::vector<Life> found(program.tensors.size());
  const auto touch = [&](std::int32_t tensor, std::size_t operation) {
    if (tensor >= 0) extend(found[static_cast<std::size_t>(tensor)], static_cast<std::int64_t>(operation));
  };
  found[plan::kInputTensor].first = 0;
  for (std::size_t i = 0; i < program.operations.size(); ++i) {
    const plan::Operation& operation = program.operations[i];
    if (const auto* conv = std::get_if<plan::Convolution>(&operation.kind)) touch(conv->src.tensor, i);
    if (const auto* pool = std::get_if<plan::Pooling>(&operation.kind)) touch(pool->src.tensor, i);
    if (const auto* resampling = std::get_if<plan::Resampling>(&operation.kind))
      touch(resampling->src.tensor, i);
    if (const auto* statistics = std::get_if<plan::Statistics>(&operation.kind))
      touch(statistics->src.tensor, i);
    for (const plan::StepSpec& step : operation.steps) touch(step.side_tensor, i);
    for (const plan::RunSpec& run : operation.runs) touch(run.tensor, i);
  }
  return found;
}

struct Room {
  std::int64_t begin = 0, end = 0;
  Life life;
};

// The lowest place that no tensor alive at the same time holds.
std::int64_t first_fit(const std::vector<Room>& taken, std::int64_t bytes, Life life) {
  std::vector<Room> beside;
  for (const Room& room : taken)
    if (room.life.first <= life.last && life.first <= room.life.last) beside.push_back(room);
  std::ranges::sort(beside, {}, &Room::begin);
  std::int64_t at = 0;
  for (const Room& room : beside) {
    if (room.begin >= at + bytes) break;
    at = std::max(at, room.end);
  }
  return at;
}

// Largest first: small tensors find room in the gaps.
std::int64_t place(const plan::Program& program, std::vector<TensorLayout>& tensors) {
  const std::vector<Life> life = lives(program);
  const auto bytes_of = [](const TensorLayout& t) {
    return aligned(t.row_bytes * (t.border.top + t.size.height_px + t.border.bottom) + kSlackBytes);
  };
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < tensors.size(); ++i)
    if (i != plan::kOutputTensor && life[i].last >= 0) order.push_back(i);
  std::ranges::stable_sort(
      order, [&](std::size_t a, std::size_t b) { return bytes_of(tensors[a]) > bytes_of(tensors[b]); });
  std::vector<Room> taken;
  std::int64_t end = 0;
  for (const std::size_t i : order) {
    const std::int64_t bytes = bytes_of(tensors[i]);
    const std::int64_t at = first_fit(taken, bytes, life[i]);
    taken.push_back({at, at + bytes, life[i]});
    tensors[i].first_pixel_bytes =
        at + tensors[i].border.top * tensors[i].row_bytes + tensors[i].border.left * tensors[i].pixel_bytes;
    end = std::max(end, at + bytes);
  }
  return end;
}

}  // namespace

Layout lay_out(const plan::Program& program, const Sizes& sizes, int in_bits, int out_bits) {
  Layout layout;
  layout.tensors.resize(program.tensors.size());
  for (std::size_t i = 0; i < program.operations.size(); ++i)
    if (const auto* conv = std::get_if<plan::Convolution>(&program.operations[i].kind)) {
      const auto src = static_cast<std::size_t>(conv->src.tensor);
      widen(layout.tensors[src].border, sizes.tensors[src], sizes.grids[i], *conv);
    }
  for (std::size_t i = 0; i < layout.tensors.size(); ++i) {
    TensorLayout& tensor = layout.tensors[i];
    const bool is_output = i == plan::kOutputTensor;
    const bool is_picture = is_output || i == plan::kInputTensor;
    tensor.size = sizes.tensors[i];
    tensor.quantization = is_picture
                              ? picture_quantization(program, is_output ? out_bits : in_bits, is_output)
                              : program.tensors[i].quantization;
    tensor.channel_bytes = static_cast<std::int64_t>(kernels::bytes_of(tensor.quantization.format));
    tensor.channels = program.tensors[i].channels;
    tensor.pixel_bytes =
        (is_output ? tensor.channels : plan::padded_channels(tensor.channels)) * tensor.channel_bytes;
    tensor.row_bytes = (tensor.border.left + tensor.size.width_px + tensor.border.right) * tensor.pixel_bytes;
  }
  layout.bytes = place(program, layout.tensors);
  return layout;
}

}  // namespace nawq::codec
