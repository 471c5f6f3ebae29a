// Owns: docs/numerics.md a second time: integer Programs as loops over single numbers, for tests. Shares with
// the engine only what has tests of its own: sizes, taps of windows, values of functions.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <variant>
#include <vector>

#include "base/code_scale.h"
#include "codec/function_values.h"
#include "codec/resize_taps.h"
#include "codec/sizes.h"
#include "image/image.h"
#include "kernels/real_functions.h"
#include "kernels/simd/lane.h"
#include "plan/program.h"
#include "plan/reads.h"

namespace nawq::codec {

class NaiveProgram {
 public:
  // The program's picture for `picture`, whose size it takes.
  static Image run(const plan::Program& program, const Image& picture, int out_bits) {
    return NaiveProgram(program, picture, out_bits).result();
  }

 private:
  // Codes as files have them, by row, pixel and stored channel.
  struct Codes {
    Extent size;
    std::int32_t channels = 0;
    plan::Quantization format;
    std::vector<std::int32_t> codes;
    std::vector<float> floats;  // of a source, instead of codes

    float& float_at(std::int64_t y, std::int64_t x, std::int64_t c) {
      return floats[static_cast<std::size_t>((y * size.width_px + x) * channels + c)];
    }
    std::int32_t& at(std::int64_t y, std::int64_t x, std::int64_t c) {
      return codes[static_cast<std::size_t>((y * size.width_px + x) * channels + c)];
    }
    bool has(std::int64_t y, std::int64_t x) const {
      return y >= 0 && y < size.height_px && x >= 0 && x < size.width_px;
    }
    std::int32_t offset(std::int64_t y, std::int64_t x, std::int64_t c) {
      return at(y, x, c) - format.zero_point;
    }
    float real(std::int64_t y, std::int64_t x, std::int64_t c) {
      return static_cast<float>(offset(y, x, c)) * format.scale;
    }
  };

  NaiveProgram(const plan::Program& program, const Image& picture, int out_bits)
      : program_(program),
        out_bits_(out_bits),
        sizes_(find_sizes(program, {picture.width_px(), picture.height_px()}).value()),
        vectors_(program.vector_sizes.size()) {
    for (std::size_t i = 0; i < program.tensors.size(); ++i) {
      Codes& tensor = tensors_.emplace_back();
      tensor.size = sizes_.tensors[i];
      tensor.channels = plan::padded_channels(program.tensors[i].channels);
      tensor.format = program.tensors[i].quantization;
      const auto numbers =
          static_cast<std::size_t>(tensor.size.width_px * tensor.size.height_px * tensor.channels);
      if (i > plan::kOutputTensor && tensor.format.format == plan::Format::kFloat)
        tensor.floats.resize(numbers);
      else
        tensor.codes.resize(numbers);
    }
    tensors_[plan::kInputTensor].format = of_picture(picture.bits());
    tensors_[plan::kOutputTensor].format = of_picture(out_bits);
    for (std::int64_t y = 0; y < picture.height_px(); ++y)
      for (std::int64_t x = 0; x < picture.width_px(); ++x)
        for (int c = 0; c < picture.channels(); ++c)
          tensors_[plan::kInputTensor].at(y, x, in_tensor(c)) = picture.sample(x, y, c);
  }

  plan::Quantization of_picture(int bits) const {
    return {bits == 8 ? plan::Format::kCode8 : plan::Format::kCode16,
            static_cast<float>(double{program_.input_range} / (bits == 8 ? 255 : 65535)), 0};
  }
  int in_tensor(int channel) const { return program_.bgr ? program_.channels - 1 - channel : channel; }

  Image result() {
    for (std::size_t i = 0; i < program_.operations.size(); ++i) run(program_.operations[i], sizes_.grids[i]);
    Codes& out = tensors_[plan::kOutputTensor];
    Image picture =
        Image::create(out.size.width_px, out.size.height_px, program_.channels, out_bits_).value();
    for (std::int64_t y = 0; y < out.size.height_px; ++y)
      for (std::int64_t x = 0; x < out.size.width_px; ++x)
        for (int c = 0; c < program_.channels; ++c) picture.set_sample(x, y, c, out.at(y, x, in_tensor(c)));
    return picture;
  }

  // Codes whose range is found on the picture, from the whole source.
  void make_codes(std::int32_t index) {
    const plan::TensorSpec& spec = program_.tensors[static_cast<std::size_t>(index)];
    if (spec.source < 0) return;
    Codes &made = tensor(index), &source = tensor(spec.source);
    double low = 0, high = 0;
    const auto each = [&](std::int32_t channels, auto&& visit) {
      for (std::int64_t y = 0; y < made.size.height_px; ++y)
        for (std::int64_t x = 0; x < made.size.width_px; ++x)
          for (std::int32_t c = 0; c < channels; ++c) visit(y, x, c);
    };
    each(spec.channels, [&](std::int64_t y, std::int64_t x, std::int32_t c) {
      const double value = source.float_at(y, x, c);  // NaN is neither lower nor higher
      if (value < low) low = value;
      if (value > high) high = value;
    });
    const CodeScale found = code_scale(low, high, made.format.format == plan::Format::kCode8 ? 8 : 16);
    made.format.scale = found.scale;
    made.format.zero_point = found.zero_point;
    each(spec.channels, [&](std::int64_t y, std::int64_t x, std::int32_t c) {
      made.at(y, x, c) = code_of(made.format, source.float_at(y, x, c));
    });
  }

  void run(const plan::Operation& operation, Extent grid) {
    plan::visit_reads(operation, [this](std::int32_t index) { make_codes(index); });
    if (const auto* statistics = std::get_if<plan::Statistics>(&operation.kind)) return sum_up(*statistics);
    if (const auto* math = std::get_if<plan::VectorMath>(&operation.kind)) return calculate(*math);
    for (std::int64_t y = 0; y < grid.height_px; ++y)
      for (std::int64_t x = 0; x < grid.width_px; ++x)
        for (std::int32_t c = 0; c < operation.channels; ++c) {
          float r = begin(operation, grid, y, x, c);
          for (const plan::StepSpec& step : operation.steps) r = stepped(step, r, y, x, c);
          for (const plan::RunSpec& run : operation.runs) store(run, r, y, x, c);
        }
  }

  float begin(const plan::Operation& operation, Extent grid, std::int64_t y, std::int64_t x, std::int32_t c) {
    if (const auto* convolution = std::get_if<plan::Convolution>(&operation.kind))
      return convolved(*convolution, operation.channels / convolution->groups, y, x, c);
    if (const auto* pooling = std::get_if<plan::Pooling>(&operation.kind)) {
      if (pooling->kind == plan::PoolKind::kMax) return largest(*pooling, y, x, c);
      return averaged(*pooling, grid, y, x, c);
    }
    if (const auto* resampling = std::get_if<plan::Resampling>(&operation.kind))
      return resampled(*resampling, grid, y, x, c);
    return 0;
  }

  float convolved(const plan::Convolution& conv, std::int32_t outputs_of_group, std::int64_t y,
                  std::int64_t x, std::int32_t o) {
    Codes& src = tensor(conv.src.tensor);
    const std::int32_t inputs = conv.src.channels / conv.groups;
    const std::int32_t first = conv.src.first_channel + o / outputs_of_group * inputs;
    const auto output = static_cast<std::size_t>(o);
    auto weight = conv.codes.begin() + std::int64_t{o} * conv.kernel.h * conv.kernel.w * inputs;
    std::int64_t sum = 0;
    double outside = 0;
    for (std::int32_t ky = 0; ky < conv.kernel.h; ++ky)
      for (std::int32_t kx = 0; kx < conv.kernel.w; ++kx)
        for (std::int32_t i = 0; i < inputs; ++i, ++weight) {
          const std::int64_t sy = y * conv.stride.h - conv.pads.top + ky * conv.dilation.h;
          const std::int64_t sx = x * conv.stride.w - conv.pads.left + kx * conv.dilation.w;
          if (src.has(sy, sx))
            sum += std::int64_t{src.offset(sy, sx, first + i)} * *weight;
          else if (!conv.pad_values.empty())
            outside += double{conv.weight_scales[output]} * *weight *
                       conv.pad_values[static_cast<std::size_t>(first - conv.src.first_channel + i)];
        }
    const double scale = double{src.format.scale} * double{conv.weight_scales[output]};
    // Where the input's scale is known beforehand, files hold the bias as a code.
    const bool has_known_scale = program_.tensors[static_cast<std::size_t>(conv.src.tensor)].source < 0;
    const double bias = has_known_scale ? std::nearbyint(double{conv.bias[output]} / scale) * scale
                                        : double{conv.bias[output]};
    return std::fma(static_cast<float>(sum), static_cast<float>(scale), static_cast<float>(bias + outside));
  }

  float largest(const plan::Pooling& pool, std::int64_t y, std::int64_t x, std::int32_t c) {
    Codes& src = tensor(pool.src.tensor);
    std::int32_t found = -65536;
    for (std::int32_t ky = 0; ky < pool.kernel.h; ++ky)
      for (std::int32_t kx = 0; kx < pool.kernel.w; ++kx) {
        const std::int64_t sy = y * pool.stride.h - pool.pads.top + ky * pool.dilation.h;
        const std::int64_t sx = x * pool.stride.w - pool.pads.left + kx * pool.dilation.w;
        if (src.has(sy, sx)) found = std::max(found, src.offset(sy, sx, pool.src.first_channel + c));
      }
    return static_cast<float>(found) * src.format.scale;
  }

  float averaged(const plan::Pooling& pool, Extent grid, std::int64_t y, std::int64_t x, std::int32_t c) {
    const Extent src = tensor(pool.src.tensor).size;
    const Taps rows =
        average_taps({src.height_px, grid.height_px, pool.kernel.h, pool.stride.h, pool.dilation.h,
                      pool.pads.top, pool.counted_pads.top, pool.counted_pads.bottom});
    const Taps columns =
        average_taps({src.width_px, grid.width_px, pool.kernel.w, pool.stride.w, pool.dilation.w,
                      pool.pads.left, pool.counted_pads.left, pool.counted_pads.right});
    return weighted(pool.src, rows, columns, y, x, c);
  }

  float resampled(const plan::Resampling& op, Extent grid, std::int64_t y, std::int64_t x, std::int32_t c) {
    const Extent src = tensor(op.src.tensor).size;
    const auto ratio = [](std::int64_t to, std::int64_t from) {
      return static_cast<float>(to) / static_cast<float>(from);
    };
    const bool stated = op.like < 0;
    const Taps rows = resize_taps(op, src.height_px, grid.height_px,
                                  stated ? op.scale_h : ratio(grid.height_px, src.height_px));
    const Taps columns = resize_taps(op, src.width_px, grid.width_px,
                                     stated ? op.scale_w : ratio(grid.width_px, src.width_px));
    return weighted(op.src, rows, columns, y, x, c);
  }

  float weighted(const plan::View& view, const Taps& rows, const Taps& columns, std::int64_t y,
                 std::int64_t x, std::int32_t c) {
    float r = 0;
    for (auto i = static_cast<std::size_t>(y * rows.count), k = std::size_t{0}; k < to_size(rows.count);
         ++k, ++i)
      for (auto j = static_cast<std::size_t>(x * columns.count), l = std::size_t{0};
           l < to_size(columns.count); ++l, ++j)
        r = std::fma(
            tensor(view.tensor).real(rows.positions[i], columns.positions[j], view.first_channel + c),
            rows.weights[i] * columns.weights[j], r);
    return r;
  }

  float stepped(const plan::StepSpec& step, float r, std::int64_t y, std::int64_t x, std::int32_t c) {
    const auto channel = static_cast<std::size_t>(c);
    switch (step.kind) {
      case plan::StepKind::kRelu:
        return std::max(r, 0.0f);
      case plan::StepKind::kSlope:
        return r < 0 ? r * step.slopes[channel] : r;
      case plan::StepKind::kClip:
        return std::min(std::max(r, step.low), step.high);
      case plan::StepKind::kChannelScale: {
        const std::int32_t element = step.vector_elements[channel];
        return element < 0 ? r
                           : r * static_cast<float>(vector(step.vector)[static_cast<std::size_t>(element)]);
      }
      case plan::StepKind::kResidual:
      case plan::StepKind::kProduct: {
        const plan::SideChannel& at = step.side_channels[channel];
        Codes& side = tensor(step.side_tensor);
        const auto code = static_cast<float>(
            side.offset(y * step.side_block + at.dy, x * step.side_block + at.dx, at.channel));
        return step.kind == plan::StepKind::kProduct ? r * (code * side.format.scale)
                                                     : std::fma(code, side.format.scale, r);
      }
      case plan::StepKind::kRound:
        return static_cast<float>(code_of(step.table_in, r) - step.table_in.zero_point) * step.table_in.scale;
      case plan::StepKind::kFunction:
        return kernels::RealFunctions<kernels::Lane>::value(
            {.kind = step.kind, .function = step.function, .alpha = step.alpha, .beta = step.beta}, r);
      case plan::StepKind::kTable:
        break;
    }
    return looked_up(step, code_of(step.table_in, r));
  }

  static float looked_up(const plan::StepSpec& step, std::int32_t code) {
    const double x = double{step.table_in.scale} * (code - step.table_in.zero_point);
    const double value = function_value(step.function, step.alpha, step.beta, x);
    const double top = step.table_out.format == plan::Format::kCode8 ? 255 : 65535;
    const double rounded = std::nearbyint(value / double{step.table_out.scale}) + step.table_out.zero_point;
    return static_cast<float>(std::clamp(rounded, 0.0, top) - step.table_out.zero_point) *
           step.table_out.scale;
  }

  static std::int32_t code_of(const plan::Quantization& format, float r) {
    const float top = format.format == plan::Format::kCode8 ? 255.0f : 65535.0f;
    const auto inverse = static_cast<float>(1.0 / double{format.scale});
    const float code = std::nearbyint(r * inverse) + static_cast<float>(format.zero_point);
    return static_cast<std::int32_t>(std::min(std::max(0.0f, code), top));
  }

  void store(const plan::RunSpec& run, float r, std::int64_t y, std::int64_t x, std::int32_t c) {
    if (c < run.first_channel || c >= run.first_channel + run.channels) return;
    Codes& to = tensor(run.tensor);
    const bool is_output = run.tensor == plan::kOutputTensor;
    const std::int32_t stored = is_output ? program_.channels : to.channels;
    const std::int32_t place = run.tensor_channel + c - run.first_channel;
    const std::int64_t row = y * run.block + run.dy, column = x * run.block + place / stored;
    if (to.floats.empty())
      to.at(row, column, place % stored) = code_of(to.format, r);
    else
      to.float_at(row, column, place % stored) = r;
  }

  void sum_up(const plan::Statistics& op) {
    __extension__ using Wide = __int128;
    Codes& src = tensor(op.src.tensor);
    const std::int64_t pixels = src.size.width_px * src.size.height_px;
    for (std::int32_t c = 0; c < op.src.channels; ++c) {
      Wide sum = 0, squares = 0;
      for (std::int64_t y = 0; y < src.size.height_px; ++y)
        for (std::int64_t x = 0; x < src.size.width_px; ++x) {
          const Wide code = src.at(y, x, op.src.first_channel + c);
          sum += code;
          squares += code * code;
        }
      const double scale = src.format.scale, count = static_cast<double>(pixels);
      const double mean = (static_cast<double>(sum) / count - src.format.zero_point) * scale;
      const double deviation = std::sqrt(static_cast<double>(pixels * squares - sum * sum)) / count * scale;
      vectors_[static_cast<std::size_t>(op.vector)].push_back(op.deviation ? deviation : mean);
    }
  }

  void calculate(const plan::VectorMath& math) {
    const std::vector<double>& a = vector(math.a);
    std::vector<double>& out = vectors_[static_cast<std::size_t>(math.out)];
    const auto constant = [&](std::size_t i) { return math.weights[math.weights.size() == 1 ? 0 : i]; };
    if (math.kind == plan::VectorKind::kConcat) {
      out = a;
      if (math.b >= 0) out.insert(out.end(), vector(math.b).begin(), vector(math.b).end());
      const auto size = to_size(program_.vector_sizes[static_cast<std::size_t>(math.out)]);
      for (std::size_t i = 0; out.size() < size; ++i) out.push_back(constant(i));
      return;
    }
    for (std::size_t i = 0; i < to_size(program_.vector_sizes[static_cast<std::size_t>(math.out)]); ++i) {
      const auto second = [&] { return math.b >= 0 ? vector(math.b)[i] : double{constant(i)}; };
      switch (math.kind) {
        case plan::VectorKind::kLinear:
          out.push_back(math.bias[i]);
          for (std::size_t k = 0; k < a.size(); ++k) out[i] += double{math.weights[i * a.size() + k]} * a[k];
          break;
        case plan::VectorKind::kAdd:
          out.push_back(a[i] + second());
          break;
        case plan::VectorKind::kSubtract:
          out.push_back(a[i] - second());
          break;
        case plan::VectorKind::kMultiply:
          out.push_back(a[i] * second());
          break;
        case plan::VectorKind::kRelu:
          out.push_back(std::max(a[i], 0.0));
          break;
        case plan::VectorKind::kSlope:
          out.push_back(a[i] < 0 ? a[i] * second() : a[i]);
          break;
        case plan::VectorKind::kClip:
          out.push_back(std::clamp(a[i], double{math.alpha}, double{math.beta}));
          break;
        case plan::VectorKind::kRound: {
          const double top = math.rounding.format == plan::Format::kCode8 ? 255 : 65535;
          const double zero_point = math.rounding.zero_point, scale = math.rounding.scale;
          const double code = std::clamp(std::nearbyint(a[i] / scale) + zero_point, 0.0, top);
          out.push_back((code - zero_point) * scale);
          break;
        }
        default:
          out.push_back(function_value(math.function, math.alpha, math.beta, a[i]));
      }
    }
  }

  static std::size_t to_size(std::int32_t count) { return static_cast<std::size_t>(count); }
  Codes& tensor(std::int32_t index) { return tensors_[static_cast<std::size_t>(index)]; }
  const std::vector<double>& vector(std::int32_t index) const {
    return vectors_[static_cast<std::size_t>(index)];
  }

  const plan::Program& program_;
  int out_bits_;
  Sizes sizes_;
  std::vector<Codes> tensors_;
  std::vector<std::vector<double>> vectors_;
};

}  // namespace nawq::codec
