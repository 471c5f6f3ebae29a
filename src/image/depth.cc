#include "image/depth.h"

#include <algorithm>

namespace nawq {
namespace {

constexpr int kSteps = 257;  // 65535 / 255

}  // namespace

Result<Image> with_bits(const Image& image, int bits) {
  if (image.bits() == bits) return image;
  NAWQ_TRY(Image result, Image::create(image.width_px(), image.height_px(), image.channels(), bits));
  for (std::int64_t y = 0; y < image.height_px(); ++y) {
    if (bits == 16) {
      std::ranges::transform(image.row8(y), result.row16(y).begin(),
                             [](std::uint8_t v) { return static_cast<std::uint16_t>(v * kSteps); });
    } else {
      std::ranges::transform(image.row16(y), result.row8(y).begin(), [](std::uint16_t v) {
        return static_cast<std::uint8_t>((v + kSteps / 2) / kSteps);
      });
    }
  }
  return result;
}

}  // namespace nawq
