#include "image/bicubic.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/text.h"

namespace nawq {
namespace {

// Which samples of an axis each result sample is made of, and with what weight.
struct Taps {
  std::int64_t per_sample = 0;
  std::vector<std::int64_t> sources = {};  // [result sample][tap], inside the axis
  std::vector<double> weights = {};        // same layout; they sum to 1
};

double cubic(double distance) {
  const double x = std::fabs(distance), x2 = x * x, x3 = x2 * x;
  if (x <= 1) return 1.5 * x3 - 2.5 * x2 + 1;
  if (x <= 2) return -0.5 * x3 + 2.5 * x2 - 4 * x + 2;
  return 0;
}

// `ratio`: result samples per source sample.
Taps make_taps(std::int64_t size, std::int64_t result_size, double ratio) {
  const double stretch = std::min(ratio, 1.0), width = 4 / stretch;
  Taps taps{.per_sample = static_cast<std::int64_t>(std::ceil(width)) + 2};
  const auto count = static_cast<std::size_t>(result_size * taps.per_sample);
  taps.sources.reserve(count);
  taps.weights.reserve(count);
  for (std::int64_t i = 0; i < result_size; ++i) {
    const double centre = (static_cast<double>(i) + 0.5) / ratio - 0.5;
    const auto first = static_cast<std::int64_t>(std::floor(centre - width / 2));
    double sum = 0;
    for (std::int64_t tap = 0; tap < taps.per_sample; ++tap) {
      const double weight = cubic(stretch * (centre - static_cast<double>(first + tap)));
      taps.sources.push_back(std::clamp<std::int64_t>(first + tap, 0, size - 1));
      taps.weights.push_back(weight);
      sum += weight;
    }
    for (auto weight = taps.weights.end() - taps.per_sample; weight != taps.weights.end(); ++weight)
      *weight /= sum;
  }
  return taps;
}

template <class Sample>
Sample rounded(double value) {
  constexpr double kMax = sizeof(Sample) == 1 ? 255 : 65535;
  return static_cast<Sample>(std::clamp(std::floor(value + 0.5), 0.0, kMax));
}

// One row of the first pass, in the picture's width.
template <class Sample>
void resize_down_the_column(const Image& image, const Taps& taps, std::int64_t y, std::vector<double>& sums,
                            std::vector<Sample>& out) {
  std::ranges::fill(sums, 0.0);
  for (std::int64_t tap = y * taps.per_sample; tap < (y + 1) * taps.per_sample; ++tap) {
    const double weight = taps.weights[static_cast<std::size_t>(tap)];
    if (weight == 0) continue;
    const auto row = image.row<Sample>(taps.sources[static_cast<std::size_t>(tap)]);
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += weight * row[i];
  }
  for (std::size_t i = 0; i < sums.size(); ++i) out[i] = rounded<Sample>(sums[i]);
}

template <class Sample, int kChannels>
void resize_along_row(const std::vector<Sample>& row, const Taps& taps, std::span<Sample> out) {
  std::size_t tap = 0;
  for (std::size_t i = 0; i < out.size(); i += kChannels) {
    double sums[kChannels] = {};
    for (std::int64_t t = 0; t < taps.per_sample; ++t, ++tap) {
      const auto source = static_cast<std::size_t>(taps.sources[tap] * kChannels);
      for (std::size_t c = 0; c < kChannels; ++c) sums[c] += taps.weights[tap] * row[source + c];
    }
    for (std::size_t c = 0; c < kChannels; ++c) out[i + c] = rounded<Sample>(sums[c]);
  }
}

template <class Sample>
void resize_rows(const Image& image, const Taps& down, const Taps& along, Image& result) {
  const auto row_samples = static_cast<std::size_t>(image.width_px() * image.channels());
  std::vector<double> sums(row_samples);
  std::vector<Sample> row(row_samples);
  for (std::int64_t y = 0; y < result.height_px(); ++y) {
    resize_down_the_column(image, down, y, sums, row);
    if (image.channels() == 3)
      resize_along_row<Sample, 3>(row, along, result.row<Sample>(y));
    else
      resize_along_row<Sample, 1>(row, along, result.row<Sample>(y));
  }
}

Result<Image> resize(const Image& image, std::int64_t width_px, std::int64_t height_px, double ratio_x,
                     double ratio_y) {
  NAWQ_TRY(Image result, Image::create(width_px, height_px, image.channels(), image.bits()));
  const Taps down = make_taps(image.height_px(), height_px, ratio_y);
  const Taps along = make_taps(image.width_px(), width_px, ratio_x);
  if (image.bits() == 8)
    resize_rows<std::uint8_t>(image, down, along, result);
  else
    resize_rows<std::uint16_t>(image, down, along, result);
  return result;
}

}  // namespace

Result<Image> bicubic_downscale(const Image& hr, int scale) {
  if (hr.empty()) return fail(ErrorKind::kInput, "an empty picture cannot be resized");
  if (scale < 1) return fail(ErrorKind::kUsage, concat("a scale of ", scale, " is not 1 or more"));
  const double ratio = 1.0 / scale;
  return resize(hr, (hr.width_px() - 1) / scale + 1, (hr.height_px() - 1) / scale + 1, ratio, ratio);
}

Result<Image> bicubic_resize(const Image& image, std::int64_t width_px, std::int64_t height_px) {
  if (image.empty()) return fail(ErrorKind::kInput, "an empty picture cannot be resized");
  if (width_px < 1 || height_px < 1)
    return fail(ErrorKind::kUsage, concat("a picture of ", width_px, "x", height_px, " pixels has no area"));
  return resize(image, width_px, height_px,
                static_cast<double>(width_px) / static_cast<double>(image.width_px()),
                static_cast<double>(height_px) / static_cast<double>(image.height_px()));
}

}  // namespace nawq
