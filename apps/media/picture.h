// Owns: pictures in files: what a header says, pixels in and out. The decoders are loaded when first used.
// Messages start with the path (or the name given). Kinds: kInput, a picture that cannot be read; kUsage, a
// folder or an unknown extension; kResource, more pixels than the format or the address range holds; kOutput,
// what cannot be written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "image/image.h"

namespace nawq::media {

// What read_picture() would give, known from the header: turned upright, CMYK and the like as RGB, palettes
// resolved.
struct PictureInfo {
  std::int64_t width_px = 0, height_px = 0;
  int channels = 0;    // 1 or 3
  int bits = 0;        // 8 or 16
  std::string format;  // "PNG", "JPEG", "WebP", "TIFF", "GIF", "HEIF"
  bool has_alpha = false;
  int frames = 1;
  // What the file has and the pixels do not keep: "alpha channel", "CMYK colour space", "Lab colour space",
  // "ICC profile", "EXIF metadata", "XMP metadata", "IPTC metadata", "all frames but the first".
  std::vector<std::string> not_kept;
};

struct Picture {
  Image image;
  std::vector<std::string> not_kept;  // as in PictureInfo
};

// Decodes no pixel.
Result<PictureInfo> probe_picture(const std::filesystem::path& path);
Result<PictureInfo> probe_picture_bytes(std::span<const std::byte> bytes, std::string_view name);

// The whole first frame, upright. A truncated file is an error. The pixels' allocation may throw
// std::bad_alloc.
Result<Picture> read_picture(const std::filesystem::path& path);
Result<Picture> read_picture_bytes(std::span<const std::byte> bytes, std::string_view name);

struct WriteOptions {
  std::optional<int> quality;  // 1..100, for JPEG and WebP; 95 where absent
};

// The format is that of the extension; 16-bit pictures become 8-bit ones in JPEG and WebP. What was at `path`
// stays until the new file is whole, and no partial file is left behind.
Status write_picture(const Image& image, const std::filesystem::path& path, const WriteOptions& options = {});

// A PNG in memory.
Result<std::vector<std::byte>> encode_png(const Image& image);

// Says, before any work, whether a picture of this size could be written there: extension known, folder there
// and writable, size within the format's.
Status check_writable(const std::filesystem::path& path, std::int64_t width_px, std::int64_t height_px);

// Extensions come without the point, in any case.
bool is_picture_extension(std::string_view extension);  // can be read
bool can_write_extension(std::string_view extension);
int writable_bits(
    std::string_view extension);    // the deepest samples that its format keeps: 8 or 16; 0 if unknown
std::string writable_extensions();  // "png, jpg, jpeg, ..." for messages

}  // namespace nawq::media
