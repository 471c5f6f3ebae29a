#include "codec/layout.h"

#include <algorithm>

namespace nawq::codec {
namespace {

constexpr std::int64_t kAlignmentBytes = 64;

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

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

// The phases, or the steps of one, between which a tensor is alive.
struct Life {
  std::int64_t first = -1, last = -1;

  void extend(std::int64_t moment) {
    if (first < 0) first = moment;
    last = moment;
  }
};

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
  std::int64_t place = 0;
  for (const Room& room : beside) {
    if (room.begin >= place + bytes) break;
    place = std::max(place, room.end);
  }
  return place;
}

// Places for tensors with a life and bytes; returns where they end. Largest first: small tensors find room in
// the gaps.
std::int64_t place_all(const std::vector<std::int64_t>& bytes, const std::vector<Life>& lives,
                       std::vector<std::int64_t>& places) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    if (bytes[i] > 0 && lives[i].last >= 0) order.push_back(i);
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return bytes[a] > bytes[b]; });
  std::vector<Room> taken;
  std::int64_t end = 0;
  for (const std::size_t i : order) {
    places[i] = first_fit(taken, bytes[i], lives[i]);
    taken.push_back({places[i], places[i] + bytes[i], lives[i]});
    end = std::max(end, taken.back().end);
  }
  return end;
}

class Placer {
 public:
  Placer(const plan::Program& program, const TilePlan& plan, const TileSurvey& survey, Layout& layout)
      : program_(program), plan_(plan), survey_(survey), layout_(layout) {}

  void place() {
    const std::size_t count = layout_.tensors.size();
    std::vector<std::int64_t> whole(count, 0), bytes(count, 0);
    std::vector<Life> lives(count);
    for (std::size_t i = 0; i < count; ++i)
      if (is_held(i) && plan_.keeping[i] == Keeping::kWhole)
        bytes[i] = held_bytes(layout_.tensors[i], layout_.tensors[i].size.height_px);
    for (std::size_t phase = 0; phase < plan_.phases.size(); ++phase)
      for (const Step& step : plan_.phases[phase].steps)
        visit_touched(step,
                      [&](std::size_t tensor) { lives[tensor].extend(static_cast<std::int64_t>(phase)); });
    const std::int64_t end = place_all(bytes, lives, whole);
    layout_.bytes = end;
    for (std::size_t phase = 0; phase < plan_.phases.size(); ++phase) {
      layout_.places.push_back(whole);
      layout_.bytes = std::max(layout_.bytes, end + place_tile(phase, end, layout_.places.back()));
    }
  }

 private:
  // Room that the tensors of a tile take in a phase, from `begin` on.
  std::int64_t place_tile(std::size_t phase, std::int64_t begin, std::vector<std::int64_t>& places) const {
    const std::size_t count = layout_.tensors.size();
    std::vector<std::int64_t> bytes(count, 0), found(count, 0);
    std::vector<Life> lives(count);
    for (std::size_t i = 0; i < count; ++i)
      if (is_held(i) && plan_.keeping[i] != Keeping::kWhole && survey_.largest[phase][i].height_px > 0)
        bytes[i] = held_bytes(layout_.tensors[i], survey_.largest[phase][i].height_px);
    const std::vector<Step>& steps = plan_.phases[phase].steps;
    for (std::size_t k = 0; k < steps.size(); ++k)
      visit_touched(steps[k],
                    [&](std::size_t tensor) { lives[tensor].extend(static_cast<std::int64_t>(k)); });
    const std::int64_t end = place_all(bytes, lives, found);
    for (std::size_t i = 0; i < count; ++i)
      if (bytes[i] > 0) places[i] = begin + found[i];
    return end;
  }

  // The result lies in its picture, codes with a source in the workers' memory.
  bool is_held(std::size_t tensor) const {
    return tensor != plan::kOutputTensor && program_.tensors[tensor].source < 0;
  }

  template <class Visit>
  void visit_touched(const Step& step, Visit&& visit) const {
    const plan::Operation& operation = program_.operations[step.operation];
    const auto touch = [&](std::int32_t tensor) { visit(at(plan::stored_tensor(program_, tensor))); };
    visit_reads(operation, touch);
    for (const plan::RunSpec& run : operation.runs) touch(run.tensor);
  }

  const plan::Program& program_;
  const TilePlan& plan_;
  const TileSurvey& survey_;
  Layout& layout_;
};

// Pixels of a row in memory. Codes with a source lie as wide as it.
std::int64_t stored_width(const plan::Program& program, const TilePlan& plan, const TileSurvey& survey,
                          Extent size, std::int32_t tensor) {
  const std::size_t stored = at(plan::stored_tensor(program, tensor));
  if (stored == plan::kOutputTensor || plan.keeping[stored] == Keeping::kWhole) return size.width_px;
  std::int64_t width_px = 0;
  for (const std::vector<Extent>& phase : survey.largest)
    width_px = std::max(width_px, phase[stored].width_px);
  return width_px;
}

}  // namespace

std::int64_t held_bytes(const TensorLayout& tensor, std::int64_t rows) {
  return aligned(tensor.row_bytes * (tensor.border.top + rows + tensor.border.bottom) + kSlackBytes);
}

Layout lay_out(const plan::Program& program, const Sizes& sizes, const TilePlan& plan,
               const TileSurvey& survey, int in_bits, int out_bits) {
  Layout layout;
  layout.tensors.resize(program.tensors.size());
  for (std::size_t i = 0; i < program.operations.size(); ++i)
    if (const auto* conv = std::get_if<plan::Convolution>(&program.operations[i].kind)) {
      const std::size_t src = at(conv->src.tensor);
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
    const std::int64_t width_px =
        stored_width(program, plan, survey, tensor.size, static_cast<std::int32_t>(i));
    tensor.row_bytes = (tensor.border.left + width_px + tensor.border.right) * tensor.pixel_bytes;
  }
  Placer(program, plan, survey, layout).place();
  return layout;
}

}  // namespace nawq::codec
