// Owns: the vector type of one lane: what the vector types of simd/ compute in each of theirs. Included only
// where no instruction set is switched on.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace nawq::kernels {

struct Lane {
  using Float = float;

  static Float set(float value) { return value; }
  static Float add(Float a, Float b) { return a + b; }
  static Float mul(Float a, Float b) { return a * b; }
  static Float div(Float a, Float b) { return a / b; }
  static Float fma(Float a, Float b, Float c) { return std::fma(a, b, c); }
  static Float min(Float a, Float b) { return a < b ? a : b; }
  static Float max(Float a, Float b) { return a > b ? a : b; }
  static Float abs(Float a) { return std::fabs(a); }
  static Float negate(Float a) { return -a; }
  static Float if_negative(Float x, Float then, Float otherwise) { return x < 0 ? then : otherwise; }
  static Float power_of_two(Float shifted) {
    return std::bit_cast<float>((std::bit_cast<std::uint32_t>(shifted) << 23) + 0x3f800000u);
  }
};

}  // namespace nawq::kernels
