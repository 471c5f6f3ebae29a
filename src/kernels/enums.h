// Owns: the plain enumerations that plan and kernels share.
#pragma once

#include <cstddef>

namespace nawq::kernels {

// How a tensor's numbers lie in memory. kCode16 holds code - 32768 as int16, kPixel16 the code itself as
// uint16.
enum class Format { kCode8, kCode16, kPixel16, kFloat };

constexpr std::size_t bytes_of(Format format) {
  return format == Format::kCode8 ? 1 : format == Format::kFloat ? 4 : 2;
}

// kCode16 in memory is the code minus this.
inline constexpr int kCode16Offset = 32768;

// Functions of one variable that are no convolution's activation: alpha and beta as each says.
enum class Function {
  kSigmoid,
  kTanh,
  kGelu,         // x/2 (1 + erf(x / sqrt(2)))
  kGeluTanh,     // its approximation by tanh
  kHardSigmoid,  // min(max(alpha x + beta, 0), 1)
  kHardSwish,    // x HardSigmoid(x), alpha = 1/6, beta = 1/2
  kElu,          // x < 0 ? alpha (exp(x) - 1) : x
};

// Operations of an epilogue on the real value r of a channel of a pixel.
enum class StepKind {
  kRelu,          // max(r, 0)
  kSlope,         // r < 0 ? r * slope[channel] : r
  kClip,          // min(max(r, low), high)
  kResidual,      // fma(float(code - zero_point), scale, r); r + value for floats
  kProduct,       // r * (float(code - zero_point) * scale); r * value for floats
  kChannelScale,  // r * factor[channel]
  kFunction,      // function(r) in float32
  kTable,         // table[code of r]
  kRound,         // (code of r - zero_point) * scale
};

// Of one epilogue.
inline constexpr int kMostSteps = 6;

}  // namespace nawq::kernels
