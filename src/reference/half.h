// Owns: rounding numbers to half precision (IEEE 754 binary16), which stay float.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace nawq::reference {

// The nearest number that binary16 has, ties to even; infinity from 65520 on.
inline float nearest_half(float value) {
  constexpr float kLeastNormal = 0x1p-14f, kFirstTooLarge = 65520;
  const float size = std::fabs(value);
  if (!(size < kFirstTooLarge))
    return std::isnan(value) ? value : std::copysign(std::numeric_limits<float>::infinity(), value);
  if (size < kLeastNormal)
    return std::copysign((size + 0.5f) - 0.5f, value);  // floats near 0.5 are 2^-24 apart
  constexpr std::uint32_t kDroppedBits = 13;
  std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  bits += (1u << (kDroppedBits - 1)) - 1 + (bits >> kDroppedBits & 1);
  return std::bit_cast<float>(bits & ~((1u << kDroppedBits) - 1));
}

}  // namespace nawq::reference
