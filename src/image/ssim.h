// Owns: the structural similarity of two planes (Wang et al., 2004) as MATLAB's ssim computes it.
#pragma once

#include <cstdint>

#include "image/plane.h"

namespace nawq {

constexpr std::int64_t kSsimWindowPx = 11;

// Mean over all places where the window lies inside. Planes of one size, at least the window in both
// directions.
double ssim(const Plane& a, const Plane& b);

}  // namespace nawq
