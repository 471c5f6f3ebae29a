// Owns: the random numbers of kernel tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

#include "kernels/enums.h"

namespace nawq::kernels {

inline int pick(std::mt19937& random, int low, int high) {
  return std::uniform_int_distribution<int>(low, high)(random);
}
inline float real(std::mt19937& random) { return std::uniform_real_distribution<float>(-1, 1)(random); }

// `count` numbers of a format, codes over their whole range.
inline void fill_numbers(std::mt19937& random, Format format, std::byte* to, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (format == Format::kCode8)
      reinterpret_cast<std::uint8_t*>(to)[i] = static_cast<std::uint8_t>(pick(random, 0, 255));
    if (format == Format::kCode16)
      reinterpret_cast<std::int16_t*>(to)[i] = static_cast<std::int16_t>(pick(random, -32768, 32767));
    if (format == Format::kFloat) reinterpret_cast<float*>(to)[i] = real(random);
  }
}

}  // namespace nawq::kernels
