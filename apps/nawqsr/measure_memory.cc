#include "nawqsr/measure_memory.h"

#include "base/text.h"
#include "media/picture.h"

namespace nawq::cli {
namespace {

// Two pictures of up to three samples, and a plane of doubles of each.
constexpr double bytes_per_pixel(int bits) { return 2.0 * (3.0 * static_cast<double>(bits) / 8.0 + 8.0); }

}  // namespace

Status check_measure_memory(const std::filesystem::path& picture, std::int64_t max_memory_bytes) {
  NAWQ_TRY(const media::PictureInfo info, media::probe_picture(picture));
  const double needed =
      static_cast<double>(info.width_px) * static_cast<double>(info.height_px) * bytes_per_pixel(info.bits);
  const auto allowed = static_cast<double>(max_memory_bytes);
  if (needed <= allowed) return {};
  return fail(ErrorKind::kResource,
              concat(picture.string(), ": measuring a picture of ", info.width_px, "x", info.height_px,
                     " needs about ", bytes_text(needed), ", and ", bytes_text(allowed), " may be used"));
}

}  // namespace nawq::cli
