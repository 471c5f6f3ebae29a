// Owns: reading a vector of a source's channels as real numbers, for any vector type of simd/ and each
// format.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/enums.h"

namespace nawq::kernels {

template <class V>
struct Code8Source {
  using Number = typename V::Int;
  static constexpr Format kFormat = Format::kCode8;
  static Number load(const std::byte* from, int channel, typename V::Mask lanes = V::first(V::kLanes)) {
    return V::load_code8(reinterpret_cast<const std::uint8_t*>(from) + channel, lanes);
  }
  static Number max(Number a, Number b) { return V::max(a, b); }
  static typename V::Float real(Number code, std::int32_t zero_in_memory, typename V::Float scale) {
    return V::mul(V::to_float(V::sub(code, zero_in_memory)), scale);
  }
};

template <class V>
struct Code16Source : Code8Source<V> {
  static constexpr Format kFormat = Format::kCode16;
  static typename V::Int load(const std::byte* from, int channel,
                              typename V::Mask lanes = V::first(V::kLanes)) {
    return V::load_code16(reinterpret_cast<const std::int16_t*>(from) + channel, lanes);
  }
};

template <class V>
struct FloatSource {
  using Number = typename V::Float;
  static constexpr Format kFormat = Format::kFloat;
  static Number load(const std::byte* from, int channel) {
    return V::load_float(reinterpret_cast<const float*>(from) + channel);
  }
  static Number max(Number a, Number b) { return V::max(a, b); }
  static Number real(Number value, std::int32_t, Number) { return value; }
};

// What a code's form in memory loses to become code - zero_point.
template <class Source>
constexpr std::int32_t zero_in_memory(std::int32_t zero_point) {
  return zero_point - (Source::kFormat == Format::kCode16 ? kCode16Offset : 0);
}

}  // namespace nawq::kernels
