#include "image/measures.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "image/plane.h"
#include "image/ssim.h"

namespace nawq {
namespace {

using PlaneOf = Plane (*)(const Image& image, int channel, std::int64_t border_px);

Status check_pair(const Image& a, const Image& b, std::int64_t border_px, std::int64_t least_px) {
  if (a.width_px() != b.width_px() || a.height_px() != b.height_px())
    return fail(ErrorKind::kInput, concat("pictures of ", a.width_px(), "x", a.height_px(), " and ",
                                          b.width_px(), "x", b.height_px(), " cannot be compared"));
  if (border_px < 0)
    return fail(ErrorKind::kUsage, concat("a border of ", border_px, " pixels is less than none"));
  const std::int64_t shorter_px = std::min(a.width_px(), a.height_px());
  if (border_px > shorter_px / 2 || shorter_px - 2 * border_px < least_px)
    return fail(ErrorKind::kInput, concat("a picture of ", a.width_px(), "x", a.height_px(),
                                          " is too small to measure: without a border of ", border_px,
                                          " pixels, ", least_px, "x", least_px, " must be left"));
  return {};
}

Result<double> psnr_db(const Image& a, const Image& b, std::int64_t border_px, PlaneOf plane_of, int planes) {
  NAWQ_CHECK(check_pair(a, b, border_px, 1));
  double sum = 0, samples = 0;
  for (int i = 0; i < planes; ++i) {
    const Plane plane_a = plane_of(a, i, border_px);
    sum += squared_difference(plane_a, plane_of(b, i, border_px));
    samples += static_cast<double>(plane_a.samples.size());
  }
  if (sum == 0) return std::numeric_limits<double>::infinity();
  return 10 * std::log10(255.0 * 255.0 * samples / sum);
}

Result<double> mean_ssim(const Image& a, const Image& b, std::int64_t border_px, PlaneOf plane_of,
                         int planes) {
  NAWQ_CHECK(check_pair(a, b, border_px, kSsimWindowPx));
  double sum = 0;
  for (int i = 0; i < planes; ++i) sum += ssim(plane_of(a, i, border_px), plane_of(b, i, border_px));
  return sum / planes;
}

Plane luma(const Image& image, int, std::int64_t border_px) { return luma_plane(image, border_px); }

// In 16-bit steps from 8-bit samples where the other picture is deeper.
int widened(const Image& image, std::int64_t x, std::int64_t y, int channel, bool to_16) {
  const int sample = image.sample(x, y, image.channels() == 3 ? channel : 0);
  return to_16 && image.bits() == 8 ? sample * 257 : sample;
}

}  // namespace

Result<double> psnr_y_db(const Image& a, const Image& b, std::int64_t border_px) {
  return psnr_db(a, b, border_px, luma, 1);
}

Result<double> ssim_y(const Image& a, const Image& b, std::int64_t border_px) {
  return mean_ssim(a, b, border_px, luma, 1);
}

Result<double> psnr_rgb_db(const Image& a, const Image& b, std::int64_t border_px) {
  return psnr_db(a, b, border_px, channel_plane, 3);
}

Result<double> ssim_rgb(const Image& a, const Image& b, std::int64_t border_px) {
  return mean_ssim(a, b, border_px, channel_plane, 3);
}

Result<int> largest_difference(const Image& a, const Image& b) {
  NAWQ_CHECK(check_pair(a, b, 0, 1));
  const bool to_16 = a.bits() != b.bits();
  const int channels = std::max(a.channels(), b.channels());
  int largest = 0;
  for (std::int64_t y = 0; y < a.height_px(); ++y)
    for (std::int64_t x = 0; x < a.width_px(); ++x)
      for (int c = 0; c < channels; ++c)
        largest = std::max(largest, std::abs(widened(a, x, y, c, to_16) - widened(b, x, y, c, to_16)));
  return largest;
}

}  // namespace nawq
