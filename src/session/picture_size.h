// Owns: arithmetic on sizes of pictures that upscalers share.
#pragma once

#include <cstdint>

#include "session/network.h"

namespace nawq::session {

// The program itself, its libraries, what they need to read and write pictures, and the network's weights:
// what a limit of memory leaves less for pictures.
inline constexpr std::int64_t kProgramBytes = std::int64_t{64} << 20;

inline Extent scaled(Extent size, std::int64_t scale) {
  return {size.width_px * scale, size.height_px * scale};
}

// Three channels; saturates, so that an absurd header is "too large" and not a small number.
inline std::int64_t picture_bytes(Extent size, int bits) {
  std::int64_t bytes = bits / 8 * 3;
  const bool overflow = __builtin_mul_overflow(bytes, size.width_px, &bytes) ||
                        __builtin_mul_overflow(bytes, size.height_px, &bytes);
  constexpr std::int64_t kLargest = INT64_MAX / 8;  // a few of these can still be added
  return overflow || bytes > kLargest ? kLargest : bytes;
}

}  // namespace nawq::session
