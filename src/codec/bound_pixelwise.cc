// Operations that sum nothing over channels: element-wise steps, pooling, resampling.
#include <algorithm>

#include "codec/resize_taps.h"
#include "codec/with_epilogue.h"
#include "kernels/dispatch.h"
#include "kernels/pointwise/pointwise.h"
#include "kernels/pool/pool.h"
#include "kernels/resample/resample.h"

namespace nawq::codec {
namespace {

int vectors_of(std::int32_t channels, int lanes) { return (channels + lanes - 1) / lanes; }

class BoundPointwise final : public WithEpilogue {
 public:
  explicit BoundPointwise(const BindInput& input) : WithEpilogue(input) {
    const kernels::PointwiseKernel& kernel = kernels::pointwise_kernel(input.loaded.isa());
    const std::int32_t channels = input.operation().channels;
    kernel_ = kernel.run;
    row_.vectors = vectors_of(channels, kernel.lanes);
    epilogues_.emplace_back(input.operation(), input.layout, 0, channels, row_.vectors * kernel.lanes);
  }

  void run(const Region& part, int, ContextState& state, WorkerScratch& scratch) override {
    kernels::PointwiseRow row = row_;
    row.width_px = static_cast<int>(part.width_px);
    for (std::int64_t y = part.y; y < part.y_end(); ++y) {
      row.epilogue = epilogues_.front().at(y, part.x, 0, context(0, state, scratch));
      kernel_(row);
    }
  }

 private:
  kernels::PointwiseRowFunction kernel_ = nullptr;
  kernels::PointwiseRow row_;
};

// Source rows of a grid row.
struct SourceRows {
  std::int32_t tensor = 0;
  std::int64_t row_bytes = 0, first_bytes = 0;

  SourceRows(const plan::View& view, const TensorLayout& src)
      : tensor(view.tensor), row_bytes(src.row_bytes), first_bytes(view.first_channel * src.channel_bytes) {}

  const void* at(const WorkerScratch& scratch, std::int64_t y) const {
    return scratch.pixels[static_cast<std::size_t>(tensor)] + first_bytes + y * row_bytes;
  }
};

class BoundMaxPool final : public WithEpilogue {
 public:
  explicit BoundMaxPool(const BindInput& input)
      : WithEpilogue(input),
        pool_(*std::get_if<plan::Pooling>(&input.operation().kind)),
        source_(pool_.src, input.tensor(pool_.src.tensor)),
        height_px_(input.tensor(pool_.src.tensor).size.height_px) {
    const TensorLayout& src = input.tensor(pool_.src.tensor);
    const auto& kernel =
        kernels::find_kernel(kernels::max_pool_kernels(), src.quantization.format, input.loaded.isa());
    const std::int32_t channels = input.operation().channels;
    kernel_ = kernel.run;
    row_.src_tap_bytes = pool_.dilation.w * src.pixel_bytes;
    row_.vectors = vectors_of(channels, kernel.lanes);
    for (std::int64_t x = 0; x < input.grid().width_px; ++x) add_taps(x, src);
    epilogues_.emplace_back(input.operation(), input.layout, 0, channels, row_.vectors * kernel.lanes);
  }

  ScratchNeed scratch_need() const override {
    ScratchNeed need = WithEpilogue::scratch_need();
    need.rows = pool_.kernel.h;
    return need;
  }

  void begin(ContextState& state) override {
    WithEpilogue::begin(state);
    row_.scale = state.formats[static_cast<std::size_t>(source_.tensor)].scale;
    row_.zero_point = state.formats[static_cast<std::size_t>(source_.tensor)].zero_point;
  }

  void run(const Region& part, int, ContextState& state, WorkerScratch& scratch) override {
    for (std::int64_t y = part.y; y < part.y_end(); ++y) {
      kernels::MaxPoolRow row = row_;
      row.width_px = static_cast<int>(part.width_px);
      row.rows = scratch.rows.data();
      row.row_count = 0;
      for (std::int32_t k = 0; k < pool_.kernel.h; ++k) {
        const std::int64_t at = y * pool_.stride.h - pool_.pads.top + std::int64_t{k} * pool_.dilation.h;
        if (at >= 0 && at < height_px_)
          scratch.rows[static_cast<std::size_t>(row.row_count++)] = source_.at(scratch, at);
      }
      row.first_tap_bytes = first_taps_.data() + part.x;
      row.tap_counts = tap_counts_.data() + part.x;
      row.epilogue = epilogues_.front().at(y, part.x, 0, context(0, state, scratch));
      kernel_(row);
    }
  }

 private:
  void add_taps(std::int64_t x, const TensorLayout& src) {
    std::int64_t first = -1, count = 0;
    for (std::int32_t k = 0; k < pool_.kernel.w; ++k) {
      const std::int64_t at = x * pool_.stride.w - pool_.pads.left + std::int64_t{k} * pool_.dilation.w;
      if (at < 0 || at >= src.size.width_px) continue;
      if (first < 0) first = at;
      ++count;
    }
    first_taps_.push_back(static_cast<std::int32_t>(first * src.pixel_bytes));
    tap_counts_.push_back(static_cast<std::int32_t>(count));
  }

  const plan::Pooling& pool_;
  SourceRows source_;
  std::int64_t height_px_;
  kernels::MaxPoolRowFunction kernel_ = nullptr;
  kernels::MaxPoolRow row_;
  std::vector<std::int32_t> first_taps_, tap_counts_;
};

// Interpolation and average pooling: separable weighted sums.
class BoundResample final : public WithEpilogue {
 public:
  BoundResample(const BindInput& input, const plan::View& view, Taps rows, Taps columns)
      : WithEpilogue(input), source_(view, input.tensor(view.tensor)), taps_(std::move(rows)) {
    const TensorLayout& src = input.tensor(view.tensor);
    const auto& kernel =
        kernels::find_kernel(kernels::resample_kernels(), src.quantization.format, input.loaded.isa());
    const std::int32_t channels = input.operation().channels;
    kernel_ = kernel.run;
    for (const std::int64_t pixel : columns.positions)
      tap_bytes_.push_back(static_cast<std::int32_t>(pixel * src.pixel_bytes));
    tap_weights_ = std::move(columns.weights);
    row_.taps_w = columns.count;
    row_.row_count = taps_.count;
    row_.vectors = vectors_of(channels, kernel.lanes);
    epilogues_.emplace_back(input.operation(), input.layout, 0, channels, row_.vectors * kernel.lanes);
  }

  ScratchNeed scratch_need() const override {
    ScratchNeed need = WithEpilogue::scratch_need();
    need.rows = taps_.count;
    return need;
  }

  void begin(ContextState& state) override {
    WithEpilogue::begin(state);
    row_.scale = state.formats[static_cast<std::size_t>(source_.tensor)].scale;
    row_.zero_point = state.formats[static_cast<std::size_t>(source_.tensor)].zero_point;
  }

  void run(const Region& part, int, ContextState& state, WorkerScratch& scratch) override {
    kernels::ResampleRow row = row_;
    row.rows = scratch.rows.data();
    row.width_px = static_cast<int>(part.width_px);
    row.tap_bytes = tap_bytes_.data() + part.x * row_.taps_w;
    row.tap_weights = tap_weights_.data() + part.x * row_.taps_w;
    for (std::int64_t y = part.y; y < part.y_end(); ++y) {
      const auto begin = static_cast<std::size_t>(y * taps_.count);
      for (std::size_t k = 0; k < static_cast<std::size_t>(taps_.count); ++k)
        scratch.rows[k] = source_.at(scratch, taps_.positions[begin + k]);
      row.row_weights = taps_.weights.data() + begin;
      row.epilogue = epilogues_.front().at(y, part.x, 0, context(0, state, scratch));
      kernel_(row);
    }
  }

 private:
  SourceRows source_;
  Taps taps_;
  std::vector<std::int32_t> tap_bytes_;
  std::vector<float> tap_weights_;
  kernels::ResampleRowFunction kernel_ = nullptr;
  kernels::ResampleRow row_;
};

}  // namespace

std::unique_ptr<BoundOperation> bind_pointwise(const BindInput& input) {
  return std::make_unique<BoundPointwise>(input);
}

std::unique_ptr<BoundOperation> bind_pooling(const BindInput& input) {
  const auto& pool = *std::get_if<plan::Pooling>(&input.operation().kind);
  if (pool.kind == plan::PoolKind::kMax) return std::make_unique<BoundMaxPool>(input);
  const Extent src = input.tensor(pool.src.tensor).size, grid = input.grid();
  return std::make_unique<BoundResample>(
      input, pool.src,
      average_taps({src.height_px, grid.height_px, pool.kernel.h, pool.stride.h, pool.dilation.h,
                    pool.pads.top, pool.counted_pads.top, pool.counted_pads.bottom}),
      average_taps({src.width_px, grid.width_px, pool.kernel.w, pool.stride.w, pool.dilation.w,
                    pool.pads.left, pool.counted_pads.left, pool.counted_pads.right}));
}

std::unique_ptr<BoundOperation> bind_resampling(const BindInput& input) {
  const auto& op = *std::get_if<plan::Resampling>(&input.operation().kind);
  const Extent src = input.tensor(op.src.tensor).size, grid = input.grid();
  return std::make_unique<BoundResample>(
      input, op.src,
      resize_taps(op, src.height_px, grid.height_px,
                  resize_scale(op, src.height_px, grid.height_px, op.scale_h)),
      resize_taps(op, src.width_px, grid.width_px,
                  resize_scale(op, src.width_px, grid.width_px, op.scale_w)));
}

}  // namespace nawq::codec
