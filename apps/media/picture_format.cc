#include "media/picture_format.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "media/picture.h"

namespace nawq::media {
namespace {

// libvips reads no picture with a longer side (below VIPS_MAX_COORD); PNG and TIFF themselves go on to 2^31 -
// 1 and 2^32 - 1.
constexpr std::int64_t kMaxSidePx = 9'999'999;

constexpr WritableFormat kWritable[] = {
    {"png", PictureFormat::kPng, "PNG", kMaxSidePx, 16},
    {"jpg", PictureFormat::kJpeg, "JPEG", 65500,
     8},  // JPEG_MAX_DIMENSION of libjpeg; the format's own is 65535
    {"jpeg", PictureFormat::kJpeg, "JPEG", 65500, 8},
    {"webp", PictureFormat::kWebp, "WebP", 16383, 8},
    {"tif", PictureFormat::kTiff, "TIFF", kMaxSidePx, 16},
    {"tiff", PictureFormat::kTiff, "TIFF", kMaxSidePx, 16},
};

constexpr std::string_view kOnlyReadable[] = {"gif", "heic", "heif", "avif", "jpe", "jfif"};

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& letter : lower)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return lower;
}

}  // namespace

std::span<const WritableFormat> writable_formats() { return kWritable; }

const WritableFormat* find_writable(std::string_view extension) {
  const auto* found = std::ranges::find(kWritable, lower_case(extension), &WritableFormat::extension);
  return found == std::end(kWritable) ? nullptr : found;
}

Result<const WritableFormat*> format_for(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  if (const WritableFormat* format = find_writable(extension.empty() ? extension : extension.substr(1)))
    return format;
  return fail(ErrorKind::kUsage,
              concat(path.string(), extension.empty() ? ": has no extension" : ": has an unknown extension",
                     "; pictures are written as ", writable_extensions()));
}

Status check_format_size(const WritableFormat& format, std::int64_t width_px, std::int64_t height_px) {
  if (width_px <= format.max_side_px && height_px <= format.max_side_px) return {};
  return fail(ErrorKind::kResource, concat(format.name, " holds at most ", format.max_side_px,
                                           " pixels a side, and the picture has ", width_px, "x", height_px));
}

bool can_write_extension(std::string_view extension) { return find_writable(extension) != nullptr; }

bool is_picture_extension(std::string_view extension) {
  return can_write_extension(extension) || std::ranges::count(kOnlyReadable, lower_case(extension)) > 0;
}

int writable_bits(std::string_view extension) {
  const WritableFormat* format = find_writable(extension);
  return format ? format->max_bits : 0;
}

std::string writable_extensions() {
  std::string list;
  for (const WritableFormat& format : kWritable) list += concat(list.empty() ? "" : ", ", format.extension);
  return list;
}

}  // namespace nawq::media
