// One cut of a picture, four times.
#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "media/picture.h"
#include "nawqsr/base64.h"
#include "nawqsr/report/html_text.h"
#include "nawqsr/report/sections.h"

namespace nawq::cli {
namespace {

constexpr int kAmplification = 16;

bool same_size(const Image& a, const Image& b) {
  return a.width_px() == b.width_px() && a.height_px() == b.height_px() && a.channels() == b.channels() &&
         a.bits() == b.bits();
}

// Black where the two are equal.
Result<Image> amplified_difference(const Image& a, const Image& b) {
  NAWQ_TRY(Image difference, Image::create(a.width_px(), a.height_px(), a.channels(), 8));
  const int step = a.bits() == 8 ? 1 : 257;
  for (std::int64_t y = 0; y < a.height_px(); ++y)
    for (std::int64_t x = 0; x < a.width_px(); ++x)
      for (int c = 0; c < a.channels(); ++c) {
        const int apart = std::abs(a.sample(x, y, c) - b.sample(x, y, c)) * kAmplification / step;
        difference.set_sample(x, y, c, std::min(apart, 255));
      }
  return difference;
}

Result<std::string> figure(const Image& image, const std::string& title, const std::string& note) {
  if (image.empty()) return std::string();
  NAWQ_TRY(const std::vector<std::byte> png, media::encode_png(image));
  return concat("<figure><img alt=\"", title, "\" width=\"", image.width_px(), "\" height=\"",
                image.height_px(), "\" src=\"data:image/png;base64,", to_base64(png),
                "\"><figcaption><strong>", title, "</strong> ", note, "</figcaption></figure>\n");
}

}  // namespace

Result<std::string> worst_picture(const session::QuantizationReport& report) {
  if (!report.worst) return std::string();
  const session::WorstPicture& worst = *report.worst;
  NAWQ_TRY(const std::string original, figure(worst.original, "Original", escaped(worst.name)));
  NAWQ_TRY(const std::string in_float,
           figure(worst.in_float, "Float", shown(worst.float_psnr_db, 2) + " dB"));
  NAWQ_TRY(const std::string quantized,
           figure(worst.quantized, "Quantized", shown(worst.psnr_db, 2) + " dB"));
  std::string difference;
  if (!worst.quantized.empty() && same_size(worst.in_float, worst.quantized)) {
    NAWQ_TRY(const Image apart, amplified_difference(worst.in_float, worst.quantized));
    NAWQ_TRY(difference,
             figure(apart, "Difference", concat("float to quantized, ", kAmplification, "\u00d7")));
  }
  const std::string figures = original + in_float + quantized + difference;
  if (figures.empty()) return std::string();
  return concat("<div class=\"card pictures\">\n", figures, "</div>\n");
}

}  // namespace nawq::cli
