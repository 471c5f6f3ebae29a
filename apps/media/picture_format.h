// Owns: the picture formats by extension, and what each can hold.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "base/result.h"

namespace nawq::media {

enum class PictureFormat { kPng, kJpeg, kWebp, kTiff };

struct WritableFormat {
  std::string_view extension;  // lower case, without the point
  PictureFormat format;
  std::string_view name;
  std::int64_t max_side_px;
  int max_bits;
};

std::span<const WritableFormat> writable_formats();

// Null where no format that can be written has this extension (without the point, in any case).
const WritableFormat* find_writable(std::string_view extension);

// By the path's extension; kUsage, listing the known ones, when it is none of them.
Result<const WritableFormat*> format_for(const std::filesystem::path& path);

// kResource when the format cannot hold the size.
Status check_format_size(const WritableFormat& format, std::int64_t width_px, std::int64_t height_px);

}  // namespace nawq::media
