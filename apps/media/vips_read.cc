#include <algorithm>
#include <cstring>
#include <string_view>

#include "base/text.h"
#include "media/vips_common.h"

namespace nawq::media {
namespace {

using OwnedImage = Owned<VipsImage>;

constexpr int kStripRows = 128;

tl::unexpected<Error> unreadable(std::string reason) { return fail(ErrorKind::kInput, std::move(reason)); }

// One libvips operation with one picture in and one out.
template <class Operation>
Result<OwnedImage> apply(Operation operation) {
  VipsImage* out = nullptr;
  if (operation(&out) != 0) return unreadable(take_vips_error());
  return OwnedImage(out);
}

// The header only: pixels are decoded when they are asked for, from top to bottom.
Result<OwnedImage> open_picture(const EncodedPicture& encoded) {
  const Owned<VipsSource> source(
      encoded.descriptor >= 0 ? vips_source_new_from_descriptor(encoded.descriptor)
                              : vips_source_new_from_memory(encoded.bytes.data(), encoded.bytes.size()));
  if (!source) return unreadable(take_vips_error());
  if (!vips_foreign_find_load_source(source.get())) {
    vips_error_clear();
    return unreadable("is not a PNG, JPEG, WebP, TIFF, GIF or HEIF picture");
  }
  OwnedImage image(vips_image_new_from_source(source.get(), "", "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                                              VIPS_FAIL_ON_TRUNCATED, nullptr));
  if (!image) return unreadable(take_vips_error());
  return image;
}

bool has_field(VipsImage* image, const char* name) { return vips_image_get_typeof(image, name) != 0; }

// Packed Lab counts as four bands, none of them alpha.
bool has_alpha(VipsImage* image) {
  return vips_image_get_coding(image) == VIPS_CODING_NONE && vips_image_hasalpha(image);
}

bool is_cmyk(VipsImage* image) { return vips_image_get_interpretation(image) == VIPS_INTERPRETATION_CMYK; }

// Colour spaces whose samples are not yet grey or RGB, but lead there without a choice to make.
bool is_lab(VipsImage* image) {
  const VipsInterpretation space = vips_image_get_interpretation(image);
  return space == VIPS_INTERPRETATION_LAB || space == VIPS_INTERPRETATION_LABQ ||
         space == VIPS_INTERPRETATION_LABS;
}

Status check_samples(VipsImage* image) {
  const VipsBandFormat format = vips_image_get_format(image);
  if (is_lab(image)) return {};
  if (vips_image_get_coding(image) != VIPS_CODING_NONE)
    return unreadable("its samples are packed in an unknown way");
  if (format == VIPS_FORMAT_UCHAR || format == VIPS_FORMAT_USHORT) return {};
  return unreadable(concat("samples of type ", vips_enum_nick(VIPS_TYPE_BAND_FORMAT, format),
                           " are not supported, only 8 and 16 bits"));
}

int colour_channels(VipsImage* image) {
  if (is_cmyk(image) || is_lab(image)) return 3;
  return vips_image_get_bands(image) - (has_alpha(image) ? 1 : 0);
}

int sample_bits(VipsImage* image) {
  if (is_lab(image)) return 8;
  return vips_image_get_format(image) == VIPS_FORMAT_USHORT ? 16 : 8;
}

std::string format_name(VipsImage* image) {
  const char* loader = nullptr;
  if (!has_field(image, VIPS_META_LOADER) || vips_image_get_string(image, VIPS_META_LOADER, &loader) != 0)
    return "";
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"png", "PNG"}, {"jpeg", "JPEG"}, {"webp", "WebP"}, {"tiff", "TIFF"}, {"gif", "GIF"}, {"heif", "HEIF"}};
  for (const auto& [prefix, name] : kNames)
    if (std::string_view(loader).starts_with(prefix)) return std::string(name);
  return loader;
}

std::vector<std::string> not_kept(VipsImage* image) {
  std::vector<std::string> list;
  if (has_alpha(image)) list.emplace_back("alpha channel");
  if (is_cmyk(image)) list.emplace_back("CMYK colour space");
  if (is_lab(image)) list.emplace_back("Lab colour space");
  if (has_field(image, VIPS_META_ICC_NAME) && !is_cmyk(image)) list.emplace_back("ICC profile");
  if (has_field(image, VIPS_META_EXIF_NAME)) list.emplace_back("EXIF metadata");
  if (has_field(image, VIPS_META_XMP_NAME)) list.emplace_back("XMP metadata");
  if (has_field(image, VIPS_META_IPTC_NAME)) list.emplace_back("IPTC metadata");
  if (vips_image_get_n_pages(image) > 1) list.emplace_back("all frames but the first");
  return list;
}

Result<PictureInfo> describe(VipsImage* image) {
  NAWQ_CHECK(check_samples(image));
  const int channels = colour_channels(image);
  if (channels != 1 && channels != 3)
    return unreadable(concat("has ", channels, " colour channels, not 1 or 3"));
  PictureInfo info;
  info.width_px = vips_image_get_width(image);
  info.height_px = vips_image_get_height(image);
  if (vips_image_get_orientation_swap(image)) std::swap(info.width_px, info.height_px);
  info.channels = channels;
  info.bits = sample_bits(image);
  info.format = format_name(image);
  info.has_alpha = has_alpha(image);
  info.frames = vips_image_get_n_pages(image);
  info.not_kept = not_kept(image);
  return info;
}

// CMYK by its own profile where it has one; the samples keep their depth.
Result<OwnedImage> to_rgb(OwnedImage image, int bits) {
  if (is_cmyk(image.get()))
    return apply([&](VipsImage** out) {
      return vips_icc_transform(image.get(), out, "srgb", "embedded", TRUE, "input_profile", "cmyk", "depth",
                                bits, nullptr);
    });
  if (is_lab(image.get()))
    return apply([&](VipsImage** out) {
      return vips_colourspace(image.get(), out, VIPS_INTERPRETATION_sRGB, nullptr);
    });
  return image;
}

// Turning needs every row at hand, hence the copy; an upright picture is passed on.
Result<OwnedImage> turn_upright(OwnedImage image) {
  if (vips_image_get_orientation(image.get()) == 1) return image;
  const OwnedImage whole(vips_image_copy_memory(image.get()));
  if (!whole) return unreadable(take_vips_error());
  return apply([&](VipsImage** out) { return vips_autorot(whole.get(), out, nullptr); });
}

// Upright, without alpha, `info.channels` bands of `info.bits`.
Result<OwnedImage> prepare(OwnedImage image, const PictureInfo& info) {
  NAWQ_TRY(image, to_rgb(std::move(image), info.bits));
  if (vips_image_get_bands(image.get()) > info.channels) {
    NAWQ_TRY(image, apply([&](VipsImage** out) {
               return vips_extract_band(image.get(), out, 0, "n", info.channels, nullptr);
             }));
  }
  NAWQ_TRY(image, turn_upright(std::move(image)));
  const bool as_told = vips_image_get_width(image.get()) == info.width_px &&
                       vips_image_get_height(image.get()) == info.height_px &&
                       vips_image_get_bands(image.get()) == info.channels &&
                       sample_bits(image.get()) == info.bits;
  if (!as_told) return unreadable("its pixels are not what its header says");
  return image;
}

void copy_rows(VipsRegion* strip, std::int64_t first, std::int64_t count, Image& image) {
  for (std::int64_t y = first; y < first + count; ++y) {
    const auto row =
        image.bits() == 8 ? std::as_writable_bytes(image.row8(y)) : std::as_writable_bytes(image.row16(y));
    std::memcpy(row.data(), VIPS_REGION_ADDR(strip, 0, static_cast<int>(y)), row.size());
  }
}

Result<Image> decode(VipsImage* source, const PictureInfo& info) {
  NAWQ_TRY(Image image, Image::create(info.width_px, info.height_px, info.channels, info.bits));
  const Owned<VipsRegion> strip(vips_region_new(source));
  for (std::int64_t y = 0; y < info.height_px; y += kStripRows) {
    const std::int64_t rows = std::min<std::int64_t>(kStripRows, info.height_px - y);
    const VipsRect area{0, static_cast<int>(y), static_cast<int>(info.width_px), static_cast<int>(rows)};
    if (vips_region_prepare(strip.get(), &area) != 0) return unreadable(take_vips_error());
    copy_rows(strip.get(), y, rows, image);
  }
  return image;
}

}  // namespace

Result<PictureInfo> probe_with_vips(const EncodedPicture& encoded) {
  NAWQ_TRY(const OwnedImage image, open_picture(encoded));
  return describe(image.get());
}

Result<Picture> read_with_vips(const EncodedPicture& encoded) {
  NAWQ_TRY(OwnedImage source, open_picture(encoded));
  NAWQ_TRY(PictureInfo info, describe(source.get()));
  NAWQ_TRY(source, prepare(std::move(source), info));
  NAWQ_TRY(Image image, decode(source.get(), info));
  return Picture{std::move(image), std::move(info.not_kept)};
}

}  // namespace nawq::media
