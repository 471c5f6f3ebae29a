// Owns: how alike two pictures are: PSNR, SSIM and the largest difference, as MATLAB computes them.
// Every measure wants two pictures of one size (kInput otherwise); depth may differ, and a grey picture is R
// = G = B. Samples are taken on the 8-bit scale (a 16-bit sample is divided by 257), so that L = 255.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "image/image.h"

namespace nawq {

// PSNR of Y = 16 + (65.481 R + 128.553 G + 24.966 B) / 255 in double, not rounded, after border_px are
// cropped from each side. Infinite where nothing differs.
Result<double> psnr_y_db(const Image& a, const Image& b, std::int64_t border_px);

// Mean SSIM of the same Y: 11x11 Gaussian window of sigma 1.5, only where it lies inside, K1 = 0.01, K2 =
// 0.03. After the border is cropped, 11x11 pixels must be left.
Result<double> ssim_y(const Image& a, const Image& b, std::int64_t border_px);

// PSNR of the error over all samples of R, G and B.
Result<double> psnr_rgb_db(const Image& a, const Image& b, std::int64_t border_px);

// Mean of the SSIM of R, G and B.
Result<double> ssim_rgb(const Image& a, const Image& b, std::int64_t border_px);

// Over all samples, in steps of the deeper of the two pictures; the 8-bit one is first widened when they
// differ.
Result<int> largest_difference(const Image& a, const Image& b);

}  // namespace nawq
