#include "image/image.h"

#include <cassert>
#include <cstddef>

#include "base/text.h"

namespace nawq {
namespace {

std::size_t row_start(std::int64_t y, std::int64_t row_samples) {
  return static_cast<std::size_t>(y * row_samples);
}

Status check_layout(std::int64_t width_px, std::int64_t height_px, int channels, int bits) {
  if (width_px < 1 || height_px < 1)
    return fail(ErrorKind::kInput, concat("a picture of ", width_px, "x", height_px, " pixels has no area"));
  if (channels != 1 && channels != 3)
    return fail(ErrorKind::kInput, concat("a picture of ", channels, " channels is neither grey nor RGB"));
  if (bits != 8 && bits != 16)
    return fail(ErrorKind::kInput,
                concat("a picture of ", bits, " bits a sample is neither 8 nor 16 bits deep"));
  return {};
}

}  // namespace

Result<Image> Image::create(std::int64_t width_px, std::int64_t height_px, int channels, int bits) {
  NAWQ_CHECK(check_layout(width_px, height_px, channels, bits));
  std::int64_t samples = channels, bytes = 0;
  if (__builtin_mul_overflow(samples, width_px, &samples) ||
      __builtin_mul_overflow(samples, height_px, &samples) ||
      __builtin_mul_overflow(samples, bits / 8, &bytes) || bytes > PTRDIFF_MAX)
    return fail(ErrorKind::kResource,
                concat("a picture of ", width_px, "x", height_px, " pixels fits in no memory"));
  Image image;
  image.width_px_ = width_px;
  image.height_px_ = height_px;
  image.channels_ = channels;
  image.bits_ = bits;
  if (bits == 8)
    image.samples8_.resize(static_cast<std::size_t>(samples));
  else
    image.samples16_.resize(static_cast<std::size_t>(samples));
  return image;
}

std::span<std::uint8_t> Image::row8(std::int64_t y) {
  assert(bits_ == 8 && y >= 0 && y < height_px_);
  return {samples8_.data() + row_start(y, row_samples()), static_cast<std::size_t>(row_samples())};
}

std::span<const std::uint8_t> Image::row8(std::int64_t y) const {
  assert(bits_ == 8 && y >= 0 && y < height_px_);
  return {samples8_.data() + row_start(y, row_samples()), static_cast<std::size_t>(row_samples())};
}

std::span<std::uint16_t> Image::row16(std::int64_t y) {
  assert(bits_ == 16 && y >= 0 && y < height_px_);
  return {samples16_.data() + row_start(y, row_samples()), static_cast<std::size_t>(row_samples())};
}

std::span<const std::uint16_t> Image::row16(std::int64_t y) const {
  assert(bits_ == 16 && y >= 0 && y < height_px_);
  return {samples16_.data() + row_start(y, row_samples()), static_cast<std::size_t>(row_samples())};
}

int Image::sample(std::int64_t x, std::int64_t y, int channel) const {
  assert(x >= 0 && x < width_px_ && channel >= 0 && channel < channels_);
  const auto at = static_cast<std::size_t>(x * channels_ + channel);
  return bits_ == 8 ? row8(y)[at] : row16(y)[at];
}

void Image::set_sample(std::int64_t x, std::int64_t y, int channel, int value) {
  assert(x >= 0 && x < width_px_ && channel >= 0 && channel < channels_);
  assert(value >= 0 && value <= max_sample());
  const auto at = static_cast<std::size_t>(x * channels_ + channel);
  if (bits_ == 8)
    row8(y)[at] = static_cast<std::uint8_t>(value);
  else
    row16(y)[at] = static_cast<std::uint16_t>(value);
}

}  // namespace nawq
