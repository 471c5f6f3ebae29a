#include "image/plane.h"

namespace nawq {
namespace {

// of_pixel(r, g, b) on the 8-bit scale.
template <class Sample, class OfPixel>
void fill(const Image& image, std::int64_t border_px, OfPixel of_pixel, Plane& plane) {
  constexpr double kTo8Bits = sizeof(Sample) == 1 ? 1 : 257;
  const auto channels = static_cast<std::size_t>(image.channels()), step = channels == 3 ? std::size_t{1} : 0;
  const auto width = static_cast<std::size_t>(plane.width_px),
             first = static_cast<std::size_t>(border_px) * channels;
  double* out = plane.samples.data();
  for (std::int64_t y = 0; y < plane.height_px; ++y) {
    const Sample* pixel = image.row<Sample>(y + border_px).data() + first;
    for (std::size_t x = 0; x < width; ++x, pixel += channels)
      *out++ = of_pixel(pixel[0] / kTo8Bits, pixel[step] / kTo8Bits, pixel[2 * step] / kTo8Bits);
  }
}

template <class OfPixel>
Plane make_plane(const Image& image, std::int64_t border_px, OfPixel of_pixel) {
  Plane plane{.width_px = image.width_px() - 2 * border_px, .height_px = image.height_px() - 2 * border_px};
  plane.samples.resize(static_cast<std::size_t>(plane.width_px * plane.height_px));
  if (image.bits() == 8)
    fill<std::uint8_t>(image, border_px, of_pixel, plane);
  else
    fill<std::uint16_t>(image, border_px, of_pixel, plane);
  return plane;
}

}  // namespace

double squared_difference(const Plane& a, const Plane& b) {
  double sum = 0;
  for (std::int64_t y = 0; y < a.height_px; ++y) {
    const auto row_a = a.row(y), row_b = b.row(y);
    double row_sum = 0;
    for (std::size_t x = 0; x < row_a.size(); ++x) row_sum += (row_a[x] - row_b[x]) * (row_a[x] - row_b[x]);
    sum += row_sum;
  }
  return sum;
}

Plane luma_plane(const Image& image, std::int64_t border_px) {
  return make_plane(image, border_px, [](double r, double g, double b) {
    return 16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255;
  });
}

Plane channel_plane(const Image& image, int channel, std::int64_t border_px) {
  return make_plane(image, border_px, [channel](double r, double g, double b) {
    return channel == 0 ? r : channel == 1 ? g : b;
  });
}

}  // namespace nawq
