// Dense and grouped convolution: a row of the grid is one kernel call per segment of channels, or several
// where the border has biases of its own.
#include <algorithm>

#include "codec/accumulator.h"
#include "codec/kernel_choice.h"
#include "codec/with_epilogue.h"

namespace nawq::codec {
namespace {

// Grid pixels [first, last) that have the same taps inside the picture.
struct Span {
  std::int64_t first = 0, last = 0;
  TapRange taps;
};

// In one direction. Without `distinct` everything is one span with all taps.
std::vector<Span> find_spans(std::int64_t grid, std::int64_t size, std::int32_t kernel, std::int32_t stride,
                             std::int32_t dilation, std::int32_t pad, bool distinct) {
  std::vector<Span> spans;
  if (!distinct) return {{0, grid, {0, kernel}}};
  for (std::int64_t i = 0; i < grid; ++i) {
    TapRange taps{kernel, 0};
    for (std::int32_t k = 0; k < kernel; ++k) {
      const std::int64_t at = i * stride - pad + std::int64_t{k} * dilation;
      if (at < 0 || at >= size) continue;
      taps.first = std::min(taps.first, k);
      taps.last = k + 1;
    }
    if (spans.empty() || spans.back().taps != taps) spans.push_back({i, i, taps});
    spans.back().last = i + 1;
  }
  return spans;
}

class BoundConvolution final : public WithEpilogue {
 public:
  explicit BoundConvolution(const BindInput& input)
      : WithEpilogue(input),
        conv_(*std::get_if<plan::Convolution>(&input.operation().kind)),
        packed_(input.loaded.weights(input.index)),
        has_run_time_range_(input.has_run_time_range(conv_.src.tensor)) {
    const TensorLayout& src = input.tensor(conv_.src.tensor);
    const plan::Quantization& format = src.quantization;
    kernel_ = conv_kernel(conv_, format.format, input.loaded.isa()).run;
    const bool distinct = !conv_.pad_values.empty();
    columns_ = find_spans(input.grid().width_px, src.size.width_px, conv_.kernel.w, conv_.stride.w,
                          conv_.dilation.w, conv_.pads.left, distinct);
    row_spans_ = find_spans(input.grid().height_px, src.size.height_px, conv_.kernel.h, conv_.stride.h,
                            conv_.dilation.h, conv_.pads.top, distinct);
    shape_rows(src);
    for (const Segment& segment : packed_.segments) add_epilogue(input, segment, format);
    set_accumulators(format);
  }

  void begin(ContextState& state) override {
    WithEpilogue::begin(state);
    if (has_run_time_range_) set_accumulators(state.formats[static_cast<std::size_t>(conv_.src.tensor)]);
  }

  void run(const Region& part, int, ContextState& state, WorkerScratch& scratch) override {
    for (std::int64_t y = part.y; y < part.y_end(); ++y)
      for (std::size_t s = 0; s < packed_.segments.size(); ++s)
        run_row(y, part.x, part.x_end(), s, state, scratch);
  }

 private:
  // What is the same for all rows. Taps of one kernel row that lie side by side become one tap.
  void shape_rows(const TensorLayout& src) {
    row_.src_row_bytes = conv_.dilation.h * src.row_bytes;
    row_.src_tap_bytes = conv_.dilation.w * src.pixel_bytes;
    row_.src_pixel_bytes = conv_.stride.w * src.pixel_bytes;
    row_.taps_h = conv_.kernel.h;
    row_.taps_w = conv_.kernel.w;
    channel_bytes_ = src.channel_bytes;
    origin_bytes_ = -conv_.pads.top * src.row_bytes - conv_.pads.left * src.pixel_bytes;
    step_row_bytes_ = conv_.stride.h * src.row_bytes;
    const std::int64_t stored = src.pixel_bytes / src.channel_bytes;
    merges_taps_ = conv_.dilation.w == 1 && conv_.groups == 1 && conv_.src.first_channel == 0 &&
                   plan::padded_channels(conv_.src.channels) == stored;
  }

  void add_epilogue(const BindInput& input, const Segment& segment, const plan::Quantization& format) {
    RowEpilogue& epilogue = epilogues_.emplace_back(input.operation(), input.layout, segment.first_channel,
                                                    segment.channels, segment.vectors * packed_.lanes);
    for (const Span& rows : row_spans_)
      for (const Span& columns : columns_)
        epilogue.add_bias([&](std::int32_t channel) {
          return bias(conv_, segment, channel, format, has_run_time_range_, rows.taps, columns.taps);
        });
  }

  void set_accumulators(const plan::Quantization& format) {
    if (conv_.codes.empty()) return;
    for (RowEpilogue& epilogue : epilogues_)
      epilogue.set_accumulator(
          conv_.wide_sums, [&](std::int32_t channel) { return correction(packed_, channel, format); },
          [&](std::int32_t channel) { return multiplier(conv_, channel, format); });
  }

  void run_row(std::int64_t y, std::int64_t x, std::int64_t x_end, std::size_t s, ContextState& state,
               WorkerScratch& scratch) const {
    const Segment& segment = packed_.segments[s];
    kernels::ConvRow row = row_;
    row.weights = packed_.weights.data() + segment.weights_bytes;
    row.vectors = segment.vectors;
    row.channels = plan::padded_channels(segment.inputs);
    if (merges_taps_) {
      row.channels *= row.taps_w;
      row.taps_w = 1;
    }
    std::size_t row_span = 0;
    while (y >= row_spans_[row_span].last) ++row_span;
    const std::byte* src = scratch.pixels[static_cast<std::size_t>(conv_.src.tensor)] + origin_bytes_ +
                           y * step_row_bytes_ + segment.first_input * channel_bytes_;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::int64_t first = std::max(x, columns_[i].first), last = std::min(x_end, columns_[i].last);
      if (first >= last) continue;
      row.src = src + first * row_.src_pixel_bytes;
      row.width_px = static_cast<int>(last - first);
      row.epilogue = epilogues_[s].at(y, first, static_cast<int>(row_span * columns_.size() + i),
                                      context(s, state, scratch));
      kernel_(row);
    }
  }

  const plan::Convolution& conv_;
  const PackedWeights& packed_;
  kernels::ConvRowFunction kernel_ = nullptr;
  kernels::ConvRow row_;
  std::vector<Span> row_spans_, columns_;
  std::int64_t channel_bytes_ = 1, origin_bytes_ = 0, step_row_bytes_ = 0;
  bool merges_taps_ = false;
  bool has_run_time_range_;
};

class BoundDepthwise final : public WithEpilogue {
 public:
  explicit BoundDepthwise(const BindInput& input)
      : WithEpilogue(input),
        conv_(*std::get_if<plan::Convolution>(&input.operation().kind)),
        packed_(input.loaded.weights(input.index)),
        has_run_time_range_(input.has_run_time_range(conv_.src.tensor)) {
    const TensorLayout& src = input.tensor(conv_.src.tensor);
    const Segment& segment = packed_.segments.front();
    const plan::Quantization& format = src.quantization;
    kernel_ = depthwise_kernel(format.format, input.loaded.isa()).run;
    row_.src_row_bytes = conv_.dilation.h * src.row_bytes;
    row_.src_tap_bytes = conv_.dilation.w * src.pixel_bytes;
    row_.src_pixel_bytes = conv_.stride.w * src.pixel_bytes;
    row_.taps_h = conv_.kernel.h;
    row_.taps_w = conv_.kernel.w;
    row_.weights = packed_.weights.data();
    row_.vectors = segment.vectors;
    origin_bytes_ = -conv_.pads.top * src.row_bytes - conv_.pads.left * src.pixel_bytes +
                    conv_.src.first_channel * src.channel_bytes;
    step_row_bytes_ = conv_.stride.h * src.row_bytes;
    RowEpilogue& epilogue = epilogues_.emplace_back(input.operation(), input.layout, 0, segment.channels,
                                                    segment.vectors * packed_.lanes);
    epilogue.add_bias([&](std::int32_t channel) {
      return bias(conv_, segment, channel, format, has_run_time_range_, {0, conv_.kernel.h},
                  {0, conv_.kernel.w});
    });
    set_accumulator(format);
  }

  void begin(ContextState& state) override {
    WithEpilogue::begin(state);
    if (has_run_time_range_) set_accumulator(state.formats[static_cast<std::size_t>(conv_.src.tensor)]);
  }

  void run(const Region& part, int, ContextState& state, WorkerScratch& scratch) override {
    kernels::DepthwiseRow row = row_;
    row.width_px = static_cast<int>(part.width_px);
    for (std::int64_t y = part.y; y < part.y_end(); ++y) {
      row.src = scratch.pixels[static_cast<std::size_t>(conv_.src.tensor)] + origin_bytes_ +
                y * step_row_bytes_ + part.x * row_.src_pixel_bytes;
      row.epilogue = epilogues_.front().at(y, part.x, 0, context(0, state, scratch));
      kernel_(row);
    }
  }

 private:
  void set_accumulator(const plan::Quantization& format) {
    if (conv_.codes.empty()) return;
    epilogues_.front().set_accumulator(
        conv_.wide_sums, [&](std::int32_t channel) { return correction(packed_, channel, format); },
        [&](std::int32_t channel) { return multiplier(conv_, channel, format); });
  }

  const plan::Convolution& conv_;
  const PackedWeights& packed_;
  kernels::DepthwiseRowFunction kernel_ = nullptr;
  kernels::DepthwiseRow row_;
  std::int64_t origin_bytes_ = 0, step_row_bytes_ = 0;
  bool has_run_time_range_;
};

}  // namespace

std::unique_ptr<BoundOperation> bind_convolution(const BindInput& input) {
  return std::make_unique<BoundConvolution>(input);
}

std::unique_ptr<BoundOperation> bind_depthwise(const BindInput& input) {
  return std::make_unique<BoundDepthwise>(input);
}

}  // namespace nawq::codec
