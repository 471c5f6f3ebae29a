// Owns: a picture in memory: 8- or 16-bit samples, 1 (grey) or 3 (RGB) interleaved channels, sRGB-like
// values. Knows nothing of files.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace nawq {

class Image {
 public:
  Image() = default;

  // Zero-filled. width_px, height_px >= 1; channels 1 or 3; bits 8 or 16. Fails when the size does not fit in
  // memory's address range; the allocation itself may throw std::bad_alloc.
  static Result<Image> create(std::int64_t width_px, std::int64_t height_px, int channels, int bits);

  std::int64_t width_px() const { return width_px_; }
  std::int64_t height_px() const { return height_px_; }
  int channels() const { return channels_; }
  int bits() const { return bits_; }
  int max_sample() const { return bits_ == 8 ? 255 : 65535; }
  bool empty() const { return width_px_ == 0; }

  // One row, width_px * channels samples. row8 needs bits() == 8, row16 bits() == 16.
  std::span<std::uint8_t> row8(std::int64_t y);
  std::span<const std::uint8_t> row8(std::int64_t y) const;
  std::span<std::uint16_t> row16(std::int64_t y);
  std::span<const std::uint16_t> row16(std::int64_t y) const;

  // The same for code that is written once for both depths; Sample is std::uint8_t or std::uint16_t.
  template <class Sample>
  std::span<Sample> row(std::int64_t y) {
    if constexpr (sizeof(Sample) == 1)
      return row8(y);
    else
      return row16(y);
  }
  template <class Sample>
  std::span<const Sample> row(std::int64_t y) const {
    if constexpr (sizeof(Sample) == 1)
      return row8(y);
    else
      return row16(y);
  }

  // Any depth; for code where clarity matters more than time.
  int sample(std::int64_t x, std::int64_t y, int channel) const;
  void set_sample(std::int64_t x, std::int64_t y, int channel, int value);

  bool operator==(const Image&) const = default;

 private:
  std::int64_t row_samples() const { return width_px_ * channels_; }

  std::int64_t width_px_ = 0, height_px_ = 0;
  int channels_ = 0, bits_ = 8;
  std::vector<std::uint8_t> samples8_;    // in use when bits_ == 8
  std::vector<std::uint16_t> samples16_;  // in use when bits_ == 16
};

}  // namespace nawq
