#include "session/reference_picture.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "codec/context.h"
#include "image/depth.h"
#include "image/geometry.h"
#include "image/measures.h"
#include "image/ssim.h"
#include "session/engine.h"
#include "session/picture_tensor.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

constexpr double kWhite = 255;

double mean_square(const Plane& a, const Plane& b) {
  return squared_difference(a, b) / static_cast<double>(a.samples.size());
}

double psnr_db(double error) {
  return error == 0 ? std::numeric_limits<double>::infinity() : 10 * std::log10(kWhite * kWhite / error);
}

Status check_sizes(const PicturePair& pair, std::int64_t scale, std::int64_t border_px) {
  const std::int64_t width_px = pair.small.width_px() * scale, height_px = pair.small.height_px() * scale;
  const bool fits = pair.original.empty() ||
                    (pair.original.width_px() == width_px && pair.original.height_px() == height_px);
  if (!fits)
    return fail(ErrorKind::kInput, concat(pair.name, ": the original has ", pair.original.width_px(), "x",
                                          pair.original.height_px(), " pixels, ", scale,
                                          " times the small picture's ", pair.small.width_px(), "x",
                                          pair.small.height_px(), " are ", width_px, "x", height_px));
  if (std::min(width_px, height_px) - 2 * border_px < kSsimWindowPx)
    return fail(ErrorKind::kInput, concat(pair.name, ": ", pair.small.width_px(), "x", pair.small.height_px(),
                                          " pixels are too few to measure on"));
  return {};
}

}  // namespace

Result<PictureScore> score_of(const ReferencePicture& picture, const Image& result, std::int64_t border_px,
                              bool with_ssim) {
  NAWQ_TRY(const Image shown, crop(result, 0, 0, picture.size.width_px, picture.size.height_px));
  PictureScore score{.error = mean_square(luma_plane(shown, border_px), picture.float_luma)};
  NAWQ_TRY(const Image pixels, with_bits(shown, 8));
  const Plane luma = luma_plane(pixels, border_px);
  const bool has_original = !picture.original.empty();
  score.psnr_db = psnr_db(has_original ? mean_square(luma, picture.luma) : score.error);
  if (with_ssim) score.ssim = ssim(luma, has_original ? picture.luma : picture.float_luma);
  return score;
}

Result<std::vector<ReferencePicture>> reference_pictures(const plan::Program& floating,
                                                         std::vector<PicturePair> pictures, Isa isa,
                                                         ThreadTeam& team) {
  return within_memory([&]() -> Result<std::vector<ReferencePicture>> {
    const std::int64_t scale = floating.scale, border_px = scale;
    const auto loaded = codec::LoadedProgram::load(floating, isa);
    std::vector<ReferencePicture> found;
    for (PicturePair& pair : pictures) {
      NAWQ_CHECK(check_sizes(pair, scale, border_px));
      NAWQ_TRY(const Extent size, accepted_size(floating, {pair.small.width_px(), pair.small.height_px()}));
      NAWQ_TRY(const Image ready, floating.channels == 1 ? to_luma(pair.small) : to_rgb(pair.small));
      NAWQ_TRY(Image padded, pad_edge(ready, size.width_px, size.height_px));
      NAWQ_TRY(const auto context,
               codec::Context::create(loaded, {size.width_px, size.height_px},
                                      {.in_bits = padded.bits(), .out_bits = 16, .workers = team.size()}));
      NAWQ_TRY(Image result,
               Image::create(size.width_px * scale, size.height_px * scale, padded.channels(), 16));
      NAWQ_CHECK(context->run(padded, result, team, [](double) { return true; }));
      const Extent shown{pair.small.width_px() * scale, pair.small.height_px() * scale};
      NAWQ_TRY(result, crop(result, 0, 0, shown.width_px, shown.height_px));
      NAWQ_TRY(Image original, pair.original.empty() ? Result<Image>(Image()) : with_bits(pair.original, 8));
      const Plane luma = original.empty() ? Plane{} : luma_plane(original, border_px);
      ReferencePicture reference{.name = std::move(pair.name),
                                 .padded = std::move(padded),
                                 .size = shown,
                                 .original = std::move(original),
                                 .in_float = std::move(result),
                                 .luma = luma,
                                 .float_luma = {}};
      reference.float_luma = luma_plane(reference.in_float, border_px);
      NAWQ_TRY(const PictureScore score, score_of(reference, reference.in_float, border_px, true));
      reference.float_psnr_db = score.psnr_db;
      reference.float_ssim = score.ssim;
      found.push_back(std::move(reference));
    }
    return found;
  });
}

}  // namespace nawq::session
