// Owns: bicubic interpolation that equals MATLAB's imresize: the maker of LR pictures and the rival of every
// network.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "image/image.h"

namespace nawq {

// Cubic kernel with a = -0.5, stretched by the reduction so that nothing aliases, weights normalised. Height
// first, then width; each pass is rounded half up and clamped to the sample range. Samples outside are those
// of the border. The result has ceil(size / scale) pixels; sizes that are no multiple of the scale are best
// cropped first. scale >= 1.
Result<Image> bicubic_downscale(const Image& hr, int scale);

// The same to any size, smaller or larger in either direction; the kernel is not stretched where the picture
// grows.
Result<Image> bicubic_resize(const Image& image, std::int64_t width_px, std::int64_t height_px);

}  // namespace nawq
