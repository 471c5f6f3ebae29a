#include "session/evaluate.h"

#include <chrono>

#include "base/text.h"
#include "image/bicubic.h"
#include "image/depth.h"
#include "image/geometry.h"
#include "image/measures.h"
#include "session/picture_tensor.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

tl::unexpected<Error> in_picture(const Error& error, const std::string& name) {
  return tl::unexpected<Error>(with_context(error, name));
}

Result<EvaluationRow> measure(Upscaler& upscaler, EvaluationPair& pair, const EvaluationOptions& options,
                              double& seconds) {
  NAWQ_CHECK(match_sizes(pair, upscaler.scale()));
  NAWQ_TRY(const Image lr, to_rgb(*pair.lr));
  const UpscaleOptions upscale{.bits = 8, .keep_grey = false, .max_memory_bytes = options.max_memory_bytes};
  const auto start = std::chrono::steady_clock::now();
  NAWQ_TRY(const Image sr, upscaler.upscale(lr, upscale, [](double) { return true; }));
  seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  const std::int64_t border_px = options.border_px.value_or(upscaler.scale());
  const bool is_luma = options.space == MeasureSpace::kLuma;
  EvaluationRow row{.name = pair.name};
  NAWQ_TRY(const Image hr, with_bits(pair.hr, 8));
  NAWQ_TRY(row.psnr_db, is_luma ? psnr_y_db(hr, sr, border_px) : psnr_rgb_db(hr, sr, border_px));
  NAWQ_TRY(row.ssim, is_luma ? ssim_y(hr, sr, border_px) : ssim_rgb(hr, sr, border_px));
  return row;
}

Result<Evaluation> run(Upscaler& upscaler, PairSource& pairs, const EvaluationOptions& options,
                       RowProgress progress) {
  Evaluation result;
  for (std::int64_t i = 0; i < pairs.count(); ++i) {
    NAWQ_TRY(EvaluationPair pair, pairs.read(i));
    auto row = measure(upscaler, pair, options, result.seconds);
    if (!row) return in_picture(row.error(), pair.name);
    result.psnr_db += row->psnr_db;
    result.ssim += row->ssim;
    if (!progress(*row, i + 1)) return fail(ErrorKind::kInterrupted, "stopped");
    result.rows.push_back(std::move(*row));
  }
  if (result.rows.empty()) return fail(ErrorKind::kOutput, "the set holds no pictures");
  result.psnr_db /= static_cast<double>(result.rows.size());
  result.ssim /= static_cast<double>(result.rows.size());
  return result;
}

}  // namespace

Status match_sizes(EvaluationPair& pair, std::int64_t scale) {
  const std::int64_t width = pair.lr ? pair.lr->width_px() * scale : pair.hr.width_px() / scale * scale;
  const std::int64_t height = pair.lr ? pair.lr->height_px() * scale : pair.hr.height_px() / scale * scale;
  const std::int64_t spare_w = pair.hr.width_px() - width, spare_h = pair.hr.height_px() - height;
  if (width < 1 || height < 1) return fail(ErrorKind::kInput, concat("is smaller than the scale of ", scale));
  if (spare_w < 0 || spare_h < 0 || spare_w >= scale || spare_h >= scale)
    return fail(ErrorKind::kInput,
                concat("LR is ", pair.lr->width_px(), "x", pair.lr->height_px(), " and HR ",
                       pair.hr.width_px(), "x", pair.hr.height_px(), ": not a pair at scale ", scale));
  if (spare_w || spare_h) {
    NAWQ_TRY(pair.hr, crop(pair.hr, 0, 0, width, height));
  }
  if (!pair.lr) {
    NAWQ_TRY(pair.lr, bicubic_downscale(pair.hr, static_cast<int>(scale)));
  }
  return {};
}

Result<Evaluation> evaluate(Upscaler& upscaler, PairSource& pairs, const EvaluationOptions& options,
                            RowProgress progress) {
  return within_memory([&] { return run(upscaler, pairs, options, progress); });
}

}  // namespace nawq::session
