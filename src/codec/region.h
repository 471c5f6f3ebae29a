// Owns: rectangles of pixels in a picture, a tensor or a grid.
#pragma once

#include <algorithm>
#include <cstdint>

#include "codec/sizes.h"

namespace nawq::codec {

struct Region {
  std::int64_t x = 0, y = 0, width_px = 0, height_px = 0;

  std::int64_t x_end() const { return x + width_px; }
  std::int64_t y_end() const { return y + height_px; }
  bool is_empty() const { return width_px <= 0 || height_px <= 0; }
  std::int64_t pixels() const { return is_empty() ? 0 : width_px * height_px; }
  bool operator==(const Region&) const = default;
};

inline Region whole(Extent extent) { return {0, 0, extent.width_px, extent.height_px}; }

// From (x, y) up to, not including, (x_end, y_end).
inline Region between(std::int64_t x, std::int64_t y, std::int64_t x_end, std::int64_t y_end) {
  return {x, y, x_end - x, y_end - y};
}

// The smallest that holds both; an empty one adds nothing.
inline Region united(const Region& a, const Region& b) {
  if (a.is_empty()) return b;
  if (b.is_empty()) return a;
  return between(std::min(a.x, b.x), std::min(a.y, b.y), std::max(a.x_end(), b.x_end()),
                 std::max(a.y_end(), b.y_end()));
}

// The pixels that a block of `block` x `block` for each of its pixels makes.
inline Region enlarged(const Region& region, std::int64_t block) {
  return {region.x * block, region.y * block, region.width_px * block, region.height_px * block};
}

inline Region clipped(const Region& region, Extent extent) {
  return between(std::max<std::int64_t>(region.x, 0), std::max<std::int64_t>(region.y, 0),
                 std::min(region.x_end(), extent.width_px), std::min(region.y_end(), extent.height_px));
}

}  // namespace nawq::codec
