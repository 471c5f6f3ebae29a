// Owns: what the two halves of the libvips back end share: owning pointers and its error text.
#pragma once

#include <vips/vips.h>

#include <memory>
#include <string>

#include "base/result.h"
#include "media/picture_backend.h"

namespace nawq::media {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

// The first line of libvips's error text, which is cleared.
std::string take_vips_error();

// Silences GLib, starts libvips without its cache and lets it read no formats but PNG, JPEG, WebP, TIFF, GIF
// and HEIF.
Status start_vips();

Result<PictureInfo> probe_with_vips(const EncodedPicture& encoded);
Result<Picture> read_with_vips(const EncodedPicture& encoded);
Status write_with_vips(const Image& image, PictureFormat format, int quality, int descriptor);

}  // namespace nawq::media
