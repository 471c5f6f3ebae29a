// Owns: scale and zero point from a range (docs/numerics.md, "Codes"), the same offline and at run time.
#pragma once

#include <cstdint>
#include <limits>

namespace nawq {

// Below it 1 / scale, by which codes are made, is no longer a float32.
inline constexpr float kSmallestScale = std::numeric_limits<float>::min();

// real = (code - zero_point) * scale.
struct CodeScale {
  float scale = 1;
  std::int32_t zero_point = 0;
  bool operator==(const CodeScale&) const = default;
};

// For codes of `bits` (8 or 16) that reach from `min` to `max`. The range is widened to contain 0, so that 0
// is a code exactly, and held within the finite float32 numbers; a NaN widens nothing.
CodeScale code_scale(double min, double max, int bits);

}  // namespace nawq
