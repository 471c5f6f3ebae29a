// Owns: the functions of enums.h in float32, written once over the vector types of simd/: the same operations
// in the same order, so the same bits, on every instruction set. NaN stays NaN, but for kHardSigmoid, which
// clips it to 0.
#pragma once

#include "kernels/epilogue.h"

namespace nawq::kernels {

template <class V>
struct RealFunctions {
  using Float = typename V::Float;

  // e^x = scale + scale * fraction for x <= 0, where fraction is within 0.42 of 0: e^x - 1 loses nothing to
  // cancellation. Relative error below 2e-7.
  struct Exponential {
    Float scale, fraction;
    Float value() const { return V::fma(scale, fraction, scale); }
    Float minus_one() const { return V::fma(scale, fraction, V::add(scale, V::set(-1.0f))); }
  };

  static Exponential exponential(Float x) {
    // 1.5 * 2^23: what is added to it is rounded to an integer, which stands in the low bits.
    constexpr float kRounder = 12582912.0f;
    constexpr float kLog2E = 1.442695041f, kLn2High = 0.693359375f, kLn2Low = -2.12194440e-4f;
    x = V::max(V::set(-87.0f), x);  // e^-87 is still a normal number
    const Float shifted = V::fma(x, V::set(kLog2E), V::set(kRounder));
    const Float n = V::add(shifted, V::set(-kRounder));
    const Float f = V::fma(n, V::set(-kLn2Low), V::fma(n, V::set(-kLn2High), x));
    // (e^f - 1 - f) / f^2 on |f| <= ln 2 / 2, minimax.
    Float series = V::fma(V::set(1.991559257e-4f), f, V::set(1.394200721e-3f));
    series = V::fma(series, f, V::set(8.333270438e-3f));
    series = V::fma(series, f, V::set(4.166634381e-2f));
    series = V::fma(series, f, V::set(1.666666716e-1f));
    series = V::fma(series, f, V::set(0.5f));
    return {V::power_of_two(shifted), V::fma(V::mul(series, f), f, f)};
  }

  static Float sigmoid(Float x) {
    const Float e = exponential(V::negate(V::abs(x))).value();
    return V::div(V::if_negative(x, e, V::set(1.0f)), V::add(V::set(1.0f), e));
  }

  static Float tanh(Float x) {
    const Float falling = exponential(V::mul(V::set(-2.0f), V::abs(x))).minus_one();
    const Float positive = V::div(V::negate(falling), V::add(V::set(2.0f), falling));
    return V::if_negative(x, V::negate(positive), positive);
  }

  // Twice the normal distribution's share beyond t >= 0 is e^(t q(t)), q minimax on [0, kFarthest]: x times
  // that share has an absolute error below 2e-7, and behind kFarthest it is nothing.
  static Float gelu(Float x) {
    constexpr float kFarthest = 9.0f;
    const Float t = V::min(V::set(kFarthest), V::abs(x));
    constexpr float kSeries[] = {-1.177183595e-8f, 3.892380960e-7f,  -5.441233042e-6f, 4.069094211e-5f,
                                 -1.524642430e-4f, -8.372020966e-5f, 4.914653488e-3f,  -3.641420603e-2f,
                                 -3.182877004e-1f, -7.978866696e-1f};
    Float q = V::set(0.0f);
    for (const float coefficient : kSeries) q = V::fma(q, t, V::set(coefficient));
    const Float beyond = V::mul(V::set(0.5f), exponential(V::mul(q, t)).value());
    return V::if_negative(x, V::negate(V::mul(t, beyond)),
                          V::mul(x, V::add(V::set(1.0f), V::negate(beyond))));
  }

  static Float gelu_tanh(Float x) {
    constexpr float kLowest = -10.0f;  // its value is below 1e-36 there
    x = V::max(V::set(kLowest), x);
    // 2 sqrt(2 / pi) (x + 0.044715 x^3)
    const Float inner = V::fma(V::mul(x, x), V::set(0.0713548162f), V::set(1.5957691216f));
    return V::mul(x, sigmoid(V::mul(inner, x)));
  }

  static Float hard_sigmoid(Float x, Float alpha, Float beta) {
    return V::min(V::max(V::fma(alpha, x, beta), V::set(0.0f)), V::set(1.0f));
  }

  static Float elu(Float x, Float alpha) {
    return V::if_negative(x, V::mul(alpha, exponential(V::min(V::set(0.0f), x)).minus_one()), x);
  }

  static Float value(const Step& step, Float x) {
    const Float alpha = V::set(step.alpha), beta = V::set(step.beta);
    switch (step.function) {
      case Function::kSigmoid:
        return sigmoid(x);
      case Function::kTanh:
        return tanh(x);
      case Function::kGelu:
        return gelu(x);
      case Function::kGeluTanh:
        return gelu_tanh(x);
      case Function::kHardSigmoid:
        return hard_sigmoid(x, alpha, beta);
      case Function::kHardSwish:
        return V::mul(x, hard_sigmoid(x, alpha, beta));
      case Function::kElu:
        return elu(x, alpha);
    }
    return x;
  }
};

}  // namespace nawq::kernels
