// Owns: cutting pictures and enlarging them at their edges. No sample changes its value.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "image/image.h"

namespace nawq {

// The rectangle whose top left pixel is (left_px, top_px). kUsage when it is empty or reaches outside the
// picture.
Result<Image> crop(const Image& image, std::int64_t left_px, std::int64_t top_px, std::int64_t width_px,
                   std::int64_t height_px);

// Grows the picture to width_px x height_px by repeating its last column to the right and its last row below.
// kUsage when it is larger than that already.
Result<Image> pad_edge(const Image& image, std::int64_t width_px, std::int64_t height_px);

}  // namespace nawq
