// Owns: one channel of a picture in double on the 8-bit scale (0..255), which is what the measures look at.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "image/image.h"

namespace nawq {

struct Plane {
  std::int64_t width_px = 0, height_px = 0;
  std::vector<double> samples = {};  // [y][x]

  std::span<const double> row(std::int64_t y) const {
    return {samples.data() + y * width_px, static_cast<std::size_t>(width_px)};
  }
};

// Sum of the squares of what two planes of one size differ by.
double squared_difference(const Plane& a, const Plane& b);

// Without border_px pixels at each side; more than twice that must be there in both directions.
// Y = 16 + (65.481 R + 128.553 G + 24.966 B) / 255.
Plane luma_plane(const Image& image, std::int64_t border_px);

// R, G or B (0, 1, 2); a grey picture has three equal ones.
Plane channel_plane(const Image& image, int channel, std::int64_t border_px);

}  // namespace nawq
