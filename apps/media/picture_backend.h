// Owns: the table of functions that the picture library (nawq_media_vips.so) offers to the program that loads
// it. Both sides are built together; nothing of it is kept stable.
#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "media/picture.h"
#include "media/picture_format.h"

namespace nawq::media {

// An encoded picture: an open file, or bytes where descriptor is negative.
struct EncodedPicture {
  int descriptor = -1;
  std::span<const std::byte> bytes = {};
};

// Messages do not name the picture.
struct PictureBackend {
  Status (*start)();  // once, before anything else
  Result<PictureInfo> (*probe)(const EncodedPicture& encoded);
  Result<Picture> (*read)(const EncodedPicture& encoded);
  // The format can hold the picture's size and depth. Leaves the descriptor open.
  Status (*write)(const Image& image, PictureFormat format, int quality, int descriptor);
};

// The loaded and started back end; the same error every time when that fails. Safe from any thread.
Result<const PictureBackend*> picture_backend();

}  // namespace nawq::media
