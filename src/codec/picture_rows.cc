#include "codec/picture_rows.h"

#include <algorithm>
#include <cstring>

namespace nawq::codec {
namespace {

using kernels::Format;

// Both counts of channels are padded to one size of pixel.
constexpr std::int64_t kStoredChannels = 4;

template <int kChannels, class Sample, class Number, class Convert>
void load_pixels(const Sample* from, std::int64_t count, bool bgr, Number* to, Convert&& convert) {
  const std::ptrdiff_t first = bgr ? kChannels - 1 : 0, last = kChannels - 1 - first;
  for (std::int64_t x = 0; x < count; ++x, from += kChannels, to += kStoredChannels) {
    to[0] = convert(from[first]);
    to[1] = kChannels == 3 ? convert(from[1]) : Number{0};
    to[2] = kChannels == 3 ? convert(from[last]) : Number{0};
    to[3] = Number{0};
  }
}

template <class Sample, class Number, class Convert>
void load_samples(const Image& picture, std::int64_t y, const Region& columns, bool bgr, Number* to,
                  Convert&& convert) {
  const Sample* from = picture.row<Sample>(y).data() + columns.x * picture.channels();
  to += columns.x * kStoredChannels;
  if (picture.channels() == 3)
    load_pixels<3>(from, columns.width_px, bgr, to, convert);
  else
    load_pixels<1>(from, columns.width_px, false, to, convert);
}

template <class Number>
void fill_numbers(std::byte* from, std::int64_t bytes, Number value) {
  std::fill_n(reinterpret_cast<Number*>(from), bytes / static_cast<std::int64_t>(sizeof(Number)), value);
}

void fill_zeros(const plan::Quantization& format, std::byte* from, std::int64_t bytes) {
  if (format.format == Format::kCode8)
    std::memset(from, format.zero_point, static_cast<std::size_t>(bytes));
  else if (format.format == Format::kCode16)
    fill_numbers(from, bytes, static_cast<std::int16_t>(format.zero_point - kernels::kCode16Offset));
  else
    fill_numbers(from, bytes, 0.0f);
}

}  // namespace

void load_row(const Image& picture, std::int64_t y, const Region& columns, const TensorLayout& tensor,
              float code_scale, bool bgr, std::byte* pixels) {
  std::byte* row = pixels + y * tensor.row_bytes;
  if (tensor.quantization.format == Format::kFloat) {
    auto* to = reinterpret_cast<float*>(row);
    const auto real = [&](int sample) { return static_cast<float>(sample) * code_scale; };
    if (picture.bits() == 8)
      load_samples<std::uint8_t>(picture, y, columns, bgr, to, real);
    else
      load_samples<std::uint16_t>(picture, y, columns, bgr, to, real);
  } else if (picture.bits() == 8) {
    load_samples<std::uint8_t>(picture, y, columns, bgr, reinterpret_cast<std::uint8_t*>(row),
                               [](std::uint8_t sample) { return sample; });
  } else {
    load_samples<std::uint16_t>(
        picture, y, columns, bgr, reinterpret_cast<std::int16_t*>(row),
        [](std::uint16_t sample) { return static_cast<std::int16_t>(sample - kernels::kCode16Offset); });
  }
}

void swap_red_and_blue(Image& picture, std::int64_t y) {
  const auto swap = [](auto row) {
    for (std::size_t i = 0; i + 2 < row.size(); i += 3) std::swap(row[i], row[i + 2]);
  };
  if (picture.bits() == 8)
    swap(picture.row8(y));
  else
    swap(picture.row16(y));
}

void fill_border(const TensorLayout& tensor, const plan::Quantization& format, const Region& region,
                 std::byte* pixels) {
  const Border& border = tensor.border;
  const std::int64_t left = region.x == 0 ? border.left * tensor.pixel_bytes : 0;
  const std::int64_t right = region.x_end() == tensor.size.width_px ? border.right * tensor.pixel_bytes : 0;
  const std::int64_t begin = region.x * tensor.pixel_bytes, end = region.x_end() * tensor.pixel_bytes;
  for (std::int64_t y = region.y; y < region.y_end(); ++y) {
    std::byte* row = pixels + y * tensor.row_bytes;
    fill_zeros(format, row + begin - left, left);
    fill_zeros(format, row + end, right);
  }
  const auto fill_rows = [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t y = first; y < last; ++y)
      fill_zeros(format, pixels + y * tensor.row_bytes + begin - left, left + end - begin + right);
  };
  const std::int64_t height = tensor.size.height_px;
  if (region.y == 0) fill_rows(-border.top, 0);
  if (region.y_end() == height) fill_rows(height, height + border.bottom);
}

}  // namespace nawq::codec
