// Owns: how wide a piece of a picture row a convolution works on at a time.
#pragma once

#include <algorithm>
#include <cstdint>

namespace nawq::reference {

// Pixels of one piece, so that `taps` rows of it stay in the second cache (256 KiB). Results do not depend on
// it.
inline std::int64_t tile_width(std::int64_t taps, std::int64_t row_width) {
  constexpr std::int64_t kPatchFloats = 65536;
  constexpr std::int64_t kNarrowest = 16, kWidest = 512;
  const std::int64_t wanted = std::clamp(kPatchFloats / taps / kNarrowest * kNarrowest, kNarrowest, kWidest);
  return std::min(wanted, row_width);
}

}  // namespace nawq::reference
