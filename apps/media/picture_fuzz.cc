// Any bytes either decode or are refused: nothing crashes, and no header makes us take memory without end.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "media/picture.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::int64_t kMostPixels = 1'000'000;
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto info = nawq::media::probe_picture_bytes(bytes, "fuzz");
  if (!info || info->width_px > kMostPixels / info->height_px) return 0;
  const auto picture = nawq::media::read_picture_bytes(bytes, "fuzz");
  if (!picture) return 0;
  const bool as_probed = picture->image.width_px() == info->width_px &&
                         picture->image.height_px() == info->height_px &&
                         picture->image.channels() == info->channels && picture->image.bits() == info->bits;
  if (!as_probed) std::abort();
  return 0;
}
