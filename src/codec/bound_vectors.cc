// Channel statistics of a picture, and arithmetic on the vectors they lead to.
#include <cmath>

#include "codec/bound_operation.h"
#include "codec/function_values.h"
#include "kernels/dispatch.h"
#include "kernels/statistics/statistics.h"

namespace nawq::codec {
namespace {

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

// Sums of codes are exact, so workers may add in any order; sums of floats are kept row by row.
class BoundStatistics final : public BoundOperation {
 public:
  explicit BoundStatistics(const BindInput& input)
      : op_(*std::get_if<plan::Statistics>(&input.operation().kind)),
        src_(input.tensor(op_.src.tensor)),
        channels_(op_.src.channels),
        rows_(input.grid().height_px),
        pixels_(static_cast<double>(input.grid().width_px) * static_cast<double>(input.grid().height_px)),
        is_float_(src_.quantization.format == kernels::Format::kFloat) {
    kernel_ =
        kernels::find_kernel(kernels::statistics_kernels(), src_.quantization.format, input.loaded.isa()).run;
    const std::int64_t parts = is_float_ ? rows_ : input.workers;
    if (is_float_)
      float_sums_.resize(at(parts * 2 * channels_));
    else
      sums_.resize(at(parts * 2 * channels_));
  }

  void begin(ContextState&) override {
    std::fill(sums_.begin(), sums_.end(), 0);
    std::fill(float_sums_.begin(), float_sums_.end(), 0.0);
  }

  void run(const Region& part, int worker, ContextState&, WorkerScratch& scratch) override {
    for (std::int64_t y = part.y; y < part.y_end(); ++y) {
      kernels::StatisticsRow row;
      row.src = scratch.pixels[at(op_.src.tensor)] + y * src_.row_bytes + part.x * src_.pixel_bytes +
                op_.src.first_channel * src_.channel_bytes;
      row.src_pixel_bytes = src_.pixel_bytes;
      row.channels = channels_;
      row.width_px = static_cast<int>(part.width_px);
      const std::int64_t first = (is_float_ ? y : worker) * 2 * channels_;
      if (is_float_) {
        row.float_sums = float_sums_.data() + first;
        row.float_squares = row.float_sums + channels_;
      } else {
        row.sums = sums_.data() + first;
        row.squares = row.sums + channels_;
      }
      kernel_(row);
    }
  }

  void end(ContextState& state) override {
    std::vector<double>& to = state.vectors[at(op_.vector)];
    const plan::Quantization& format = state.formats[at(op_.src.tensor)];
    for (std::int32_t c = 0; c < channels_; ++c) to[at(c)] = is_float_ ? of_floats(c) : of_codes(c, format);
  }

 private:
  double of_floats(std::int32_t channel) const {
    double sum = 0, squares = 0;
    for (std::int64_t y = 0; y < rows_; ++y) {
      sum += float_sums_[at(y * 2 * channels_ + channel)];
      squares += float_sums_[at((y * 2 + 1) * channels_ + channel)];
    }
    const double mean = sum / pixels_;
    if (!op_.deviation) return mean;
    const double variance = squares / pixels_ - mean * mean;
    return variance > 0 ? std::sqrt(variance) : 0.0;
  }

  double of_codes(std::int32_t channel, const plan::Quantization& format) const {
    __extension__ using Wide = unsigned __int128;
    std::uint64_t sum = 0, squares = 0;
    for (std::size_t part = 0; part < sums_.size(); part += 2 * at(channels_)) {
      sum += sums_[part + at(channel)];
      squares += sums_[part + at(channels_) + at(channel)];
    }
    const double scale = format.scale;
    if (!op_.deviation) return (static_cast<double>(sum) / pixels_ - format.zero_point) * scale;
    const auto count = static_cast<std::uint64_t>(pixels_);
    const Wide spread = Wide{count} * squares - Wide{sum} * sum;  // count^2 * variance, never negative
    return std::sqrt(static_cast<double>(spread)) / pixels_ * scale;
  }

  const plan::Statistics& op_;
  TensorLayout src_;
  std::int32_t channels_;
  std::int64_t rows_;
  double pixels_;
  bool is_float_;
  kernels::StatisticsRowFunction kernel_ = nullptr;
  std::vector<std::uint64_t> sums_;
  std::vector<double> float_sums_;
};

class BoundVectorMath final : public BoundOperation {
 public:
  explicit BoundVectorMath(const BindInput& input)
      : op_(*std::get_if<plan::VectorMath>(&input.operation().kind)) {}

  void run(const Region&, int, ContextState&, WorkerScratch&) override {}

  void end(ContextState& state) override {
    const std::vector<double>& a = state.vectors[at(op_.a)];
    std::vector<double>& out = state.vectors[at(op_.out)];
    if (op_.kind == plan::VectorKind::kLinear) return linear(a, out);
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (op_.kind == plan::VectorKind::kConcat)
        out[i] = i < a.size() ? a[i] : second(state, i - a.size());
      else
        out[i] = element(a[i], second(state, i));
    }
  }

 private:
  double second(const ContextState& state, std::size_t i) const {
    if (op_.b >= 0) return state.vectors[at(op_.b)][i];
    if (op_.weights.empty()) return 0;
    return op_.weights[op_.weights.size() == 1 ? 0 : i];
  }

  void linear(const std::vector<double>& a, std::vector<double>& out) const {
    for (std::size_t o = 0; o < out.size(); ++o) {
      double sum = op_.bias[o];
      for (std::size_t i = 0; i < a.size(); ++i) sum += double{op_.weights[o * a.size() + i]} * a[i];
      out[o] = sum;
    }
  }

  // NaN gives code 0.
  double rounded(double a) const {
    const plan::Quantization& format = op_.rounding;
    const double largest = format.format == plan::Format::kCode8 ? 255 : 65535;
    const double code = std::nearbyint(a / double{format.scale}) + format.zero_point;
    return ((code > 0 ? std::fmin(code, largest) : 0) - format.zero_point) * double{format.scale};
  }

  double element(double a, double b) const {
    switch (op_.kind) {
      case plan::VectorKind::kAdd:
        return a + b;
      case plan::VectorKind::kSubtract:
        return a - b;
      case plan::VectorKind::kMultiply:
        return a * b;
      case plan::VectorKind::kRelu:
        return a > 0 ? a : 0;
      case plan::VectorKind::kSlope:
        return a < 0 ? a * b : a;
      case plan::VectorKind::kClip:
        return std::fmin(std::fmax(a, op_.alpha), op_.beta);
      case plan::VectorKind::kRound:
        return rounded(a);
      default:
        return function_value(op_.function, op_.alpha, op_.beta, a);
    }
  }

  const plan::VectorMath& op_;
};

}  // namespace

std::unique_ptr<BoundOperation> bind_statistics(const BindInput& input) {
  return std::make_unique<BoundStatistics>(input);
}

std::unique_ptr<BoundOperation> bind_vector_math(const BindInput& input) {
  return std::make_unique<BoundVectorMath>(input);
}

}  // namespace nawq::codec
