#include "image/geometry.h"

#include <algorithm>

#include "base/text.h"

namespace nawq {
namespace {

// Copies samples [first, first + out.size()) of a row; those behind its end repeat its last pixel.
template <class Sample>
void copy_row(std::span<const Sample> row, std::int64_t first, std::int64_t channels, std::span<Sample> out) {
  const auto begin = row.begin() + first;
  const auto inside = std::min(std::ssize(out), std::ssize(row) - first);
  std::copy(begin, begin + inside, out.begin());
  for (auto i = inside; i < std::ssize(out); ++i)
    out[static_cast<std::size_t>(i)] =
        row[static_cast<std::size_t>(std::ssize(row) - channels + i % channels)];
}

// Rows and columns behind the picture's end are those of its edge.
Result<Image> copy_from(const Image& image, std::int64_t left_px, std::int64_t top_px, std::int64_t width_px,
                        std::int64_t height_px) {
  NAWQ_TRY(Image result, Image::create(width_px, height_px, image.channels(), image.bits()));
  const std::int64_t channels = image.channels(), first = left_px * channels;
  for (std::int64_t y = 0; y < height_px; ++y) {
    const std::int64_t source_y = std::min(top_px + y, image.height_px() - 1);
    if (image.bits() == 8)
      copy_row(image.row8(source_y), first, channels, result.row8(y));
    else
      copy_row(image.row16(source_y), first, channels, result.row16(y));
  }
  return result;
}

}  // namespace

Result<Image> crop(const Image& image, std::int64_t left_px, std::int64_t top_px, std::int64_t width_px,
                   std::int64_t height_px) {
  const bool inside = left_px >= 0 && top_px >= 0 && width_px >= 1 && height_px >= 1 &&
                      left_px <= image.width_px() - width_px && top_px <= image.height_px() - height_px;
  if (!inside)
    return fail(ErrorKind::kUsage,
                concat("no ", width_px, "x", height_px, " pixels at (", left_px, ", ", top_px,
                       ") of a picture of ", image.width_px(), "x", image.height_px()));
  return copy_from(image, left_px, top_px, width_px, height_px);
}

Result<Image> pad_edge(const Image& image, std::int64_t width_px, std::int64_t height_px) {
  if (image.empty() || width_px < image.width_px() || height_px < image.height_px())
    return fail(ErrorKind::kUsage, concat("a picture of ", image.width_px(), "x", image.height_px(),
                                          " cannot be padded to ", width_px, "x", height_px));
  return copy_from(image, 0, 0, width_px, height_px);
}

}  // namespace nawq
