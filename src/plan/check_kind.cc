#include <algorithm>

#include "base/text.h"
#include "plan/check_numbers.h"
#include "plan/check_operation.h"
#include "plan/check_program.h"
#include "plan/check_sources.h"
#include "plan/overflow.h"
#include "plan/reads.h"
#include "plan/visit_kind.h"

namespace nawq::plan {
namespace {

class KindCheck {
 public:
  KindCheck(const Program& program, const Operation& operation) : program_(program), operation_(operation) {}

  Status operator()(const Convolution& convolution) const {
    NAWQ_CHECK(check_source(convolution.src));
    NAWQ_CHECK(check_range("number of channels", operation_.channels, 1, kMostChannels));
    NAWQ_CHECK(check_window(convolution.kernel, convolution.stride, convolution.dilation, convolution.pads));
    NAWQ_CHECK(check_range("number of groups", convolution.groups, 1, kMostChannels));
    if (convolution.src.channels % convolution.groups != 0 || operation_.channels % convolution.groups != 0)
      return broken(concat(convolution.groups, " groups do not divide ", convolution.src.channels,
                           " source channels and ", operation_.channels, " channels"));
    NAWQ_CHECK(check_count("biases", convolution.bias.size(), operation_.channels));
    NAWQ_CHECK(check_finite("bias", convolution.bias));
    if (!convolution.pad_values.empty())
      NAWQ_CHECK(check_count("padding values", convolution.pad_values.size(), convolution.src.channels));
    NAWQ_CHECK(check_finite("padding value", convolution.pad_values));
    return program_.floating ? check_float_weights(convolution) : check_code_weights(convolution);
  }

  Status operator()(const Pointwise&) const {
    NAWQ_CHECK(check_range("number of channels", operation_.channels, 1, kMostChannels));
    NAWQ_CHECK(check_wordlength());
    if (std::ranges::any_of(operation_.steps, reads_side)) return {};
    return broken("no step brings a tensor");
  }

  Status operator()(const Pooling& pooling) const {
    NAWQ_CHECK(check_source(pooling.src));
    NAWQ_CHECK(check_count("channels", static_cast<std::size_t>(pooling.src.channels), operation_.channels));
    NAWQ_CHECK(check_enum("kind of pooling", pooling.kind, PoolKind::kAverage));
    NAWQ_CHECK(check_window(pooling.kernel, pooling.stride, pooling.dilation, pooling.pads));
    NAWQ_CHECK(check_range("counted pad (top)", pooling.counted_pads.top, 0, pooling.pads.top));
    NAWQ_CHECK(check_range("counted pad (left)", pooling.counted_pads.left, 0, pooling.pads.left));
    NAWQ_CHECK(check_range("counted pad (bottom)", pooling.counted_pads.bottom, 0, pooling.pads.bottom));
    return check_range("counted pad (right)", pooling.counted_pads.right, 0, pooling.pads.right);
  }

  Status operator()(const Resampling& resampling) const {
    NAWQ_CHECK(check_source(resampling.src));
    NAWQ_CHECK(
        check_count("channels", static_cast<std::size_t>(resampling.src.channels), operation_.channels));
    NAWQ_CHECK(check_enum("mode", resampling.mode, ResizeMode::kCubic));
    NAWQ_CHECK(check_enum("coordinate mode", resampling.coordinates, CoordinateMode::kAsymmetric));
    NAWQ_CHECK(check_enum("rounding", resampling.rounding, NearestRounding::kCeil));
    NAWQ_CHECK(check_finite("cubic coefficient", resampling.cubic_a));
    if (resampling.like != -1)
      NAWQ_CHECK(check_index("tensor of like size", resampling.like, program_.tensors.size()));
    NAWQ_CHECK(check_factor(resampling.scale_h));
    return check_factor(resampling.scale_w);
  }

  Status operator()(const Statistics& statistics) const {
    NAWQ_CHECK(check_source(statistics.src));
    NAWQ_CHECK(check_range("number of channels", operation_.channels, 0, 0));
    NAWQ_CHECK(check_index("vector", statistics.vector, program_.vector_sizes.size()));
    return check_count("source channels", static_cast<std::size_t>(statistics.src.channels),
                       vector_size(statistics.vector));
  }

  Status operator()(const VectorMath& math) const {
    NAWQ_CHECK(check_range("number of channels", operation_.channels, 0, 0));
    NAWQ_CHECK(check_wordlength());
    NAWQ_CHECK(check_enum("kind of vector operation", math.kind, VectorKind::kRound));
    NAWQ_CHECK(check_enum("function", math.function, Function::kElu));
    NAWQ_CHECK(check_index("first operand", math.a, program_.vector_sizes.size()));
    NAWQ_CHECK(check_index("result", math.out, program_.vector_sizes.size()));
    NAWQ_CHECK(check_finite("weight", math.weights));
    NAWQ_CHECK(check_finite("bias", math.bias));
    const bool is_linear = math.kind == VectorKind::kLinear;
    NAWQ_CHECK(check_count("biases", math.bias.size(), is_linear ? vector_size(math.out) : 0));
    NAWQ_CHECK(math.kind == VectorKind::kClip ? check_clip(math.alpha, math.beta)
                                              : check_parameters(math.alpha, math.beta));
    NAWQ_CHECK(check_quantization("rounding", math.rounding, math.kind != VectorKind::kRound));
    return check_operands(math);
  }

 private:
  std::int64_t vector_size(std::int32_t vector) const {
    return program_.vector_sizes[static_cast<std::size_t>(vector)];
  }

  // Operations on vectors, and on the picture, whose depth is decided when it comes, may have any of codes.
  Status check_wordlength() const {
    const std::int32_t wordlength = operation_.wordlength;
    const bool has_vectors_only = std::holds_alternative<VectorMath>(operation_.kind);
    const bool is_float = wordlength == 32, is_code = wordlength == 8 || wordlength == 16;
    if (program_.floating ? is_float : is_code || (has_vectors_only && is_float)) return {};
    return broken(
        concat("wordlength ", wordlength, " in a ", program_.floating ? "floating" : "code", " program"));
  }

  Status check_source(const View& src) const {
    NAWQ_CHECK(check_wordlength());
    NAWQ_CHECK(check_view(program_, src));
    NAWQ_CHECK(check_readable(program_, src.tensor));
    if (program_.floating || src.tensor == kInputTensor || src.tensor == kOutputTensor) return {};
    const TensorSpec& tensor = program_.tensors[static_cast<std::size_t>(src.tensor)];
    const std::int32_t bits = tensor.quantization.format == Format::kCode8 ? 8 : 16;
    if (operation_.wordlength == bits) return {};
    return broken(
        concat("wordlength ", operation_.wordlength, ", but tensor '", tensor.name, "' has ", bits, " bits"));
  }

  // A pad is smaller than the window, so that some tap meets the picture.
  static Status check_pads(std::int64_t first, std::int64_t second, std::int64_t kernel,
                           std::int64_t dilation) {
    NAWQ_CHECK(check_range("pad", first, 0, (kernel - 1) * dilation));
    return check_range("pad", second, 0, (kernel - 1) * dilation);
  }

  static Status check_window(Size2d kernel, Size2d stride, Size2d dilation, const Pads2d& pads) {
    NAWQ_CHECK(check_size("kernel", kernel, kMostWindow));
    NAWQ_CHECK(check_size("stride", stride, kMostWindow));
    NAWQ_CHECK(check_size("dilation", dilation, kMostWindow));
    NAWQ_CHECK(check_pads(pads.top, pads.bottom, kernel.h, dilation.h));
    return check_pads(pads.left, pads.right, kernel.w, dilation.w);
  }

  std::int64_t weight_count(const Convolution& convolution) const {
    return std::int64_t{operation_.channels} * convolution.kernel.h * convolution.kernel.w *
           (convolution.src.channels / convolution.groups);
  }

  Status check_float_weights(const Convolution& convolution) const {
    NAWQ_CHECK(check_count("weights", convolution.weights.size(), weight_count(convolution)));
    NAWQ_CHECK(check_finite("weight", convolution.weights));
    NAWQ_CHECK(check_count("weight codes", convolution.codes.size(), 0));
    NAWQ_CHECK(check_count("weight scales", convolution.weight_scales.size(), 0));
    if (convolution.wide_sums) return broken("wide sums in a floating program");
    return {};
  }

  Status check_code_weights(const Convolution& convolution) const {
    NAWQ_CHECK(check_count("weights", convolution.weights.size(), 0));
    NAWQ_CHECK(check_count("weight codes", convolution.codes.size(), weight_count(convolution)));
    NAWQ_CHECK(check_count("weight scales", convolution.weight_scales.size(), operation_.channels));
    NAWQ_CHECK(check_scales("weight scale", convolution.weight_scales));
    const auto& tensor = program_.tensors[static_cast<std::size_t>(convolution.src.tensor)];
    const bool is_picture = convolution.src.tensor == kInputTensor;
    const Format src = is_picture ? Format::kCode16 : tensor.quantization.format;
    if (!convolution.wide_sums && needs_wide_sums(convolution, src))
      return broken("its sums may pass 32 bits, but wide_sums is not set");
    return {};
  }

  static Status check_factor(float factor) {
    if (factor > 0 && factor <= static_cast<float>(kMostScale)) return {};  // false for NaN
    return broken(concat("scale is ", factor, ", not above 0 and at most ", kMostScale));
  }

  Status check_operands(const VectorMath& math) const {
    const std::int64_t in = vector_size(math.a), out = vector_size(math.out);
    switch (math.kind) {
      case VectorKind::kLinear:
        NAWQ_CHECK(check_count("weights", math.weights.size(), in * out));
        return check_range("second operand", math.b, -1, -1);
      case VectorKind::kAdd:
      case VectorKind::kSubtract:
      case VectorKind::kMultiply:
      case VectorKind::kConcat:
        return check_second_operand(math, in, out);
      case VectorKind::kSlope:
        NAWQ_CHECK(check_constant("slopes", math.weights.size(), out));
        break;
      case VectorKind::kRelu:
      case VectorKind::kClip:
      case VectorKind::kFunction:
      case VectorKind::kRound:
        NAWQ_CHECK(check_count("weights", math.weights.size(), 0));
        break;
    }
    NAWQ_CHECK(check_count("elements", static_cast<std::size_t>(in), out));
    return check_range("second operand", math.b, -1, -1);
  }

  Status check_second_operand(const VectorMath& math, std::int64_t in, std::int64_t out) const {
    const bool is_concat = math.kind == VectorKind::kConcat;
    const std::int64_t wanted = is_concat ? out - in : out;
    if (!is_concat) NAWQ_CHECK(check_count("elements", static_cast<std::size_t>(in), out));
    if (math.b == -1)
      return is_concat ? check_count("constants", math.weights.size(), wanted)
                       : check_constant("constants", math.weights.size(), wanted);
    NAWQ_CHECK(check_index("second operand", math.b, program_.vector_sizes.size()));
    NAWQ_CHECK(check_count("weights", math.weights.size(), 0));
    return check_count("elements of the second operand", static_cast<std::size_t>(vector_size(math.b)),
                       wanted);
  }

  // One number serves all elements.
  static Status check_constant(std::string_view what, std::size_t found, std::int64_t wanted) {
    return found == 1 ? Status() : check_count(what, found, wanted);
  }

  const Program& program_;
  const Operation& operation_;
};

}  // namespace

Status check_kind(const Program& program, const Operation& operation) {
  return visit_kind(operation.kind, KindCheck(program, operation));
}

}  // namespace nawq::plan
