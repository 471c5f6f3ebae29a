// The figures at the top, and how they came about at the bottom.
#include <cmath>

#include "base/text.h"
#include "nawqsr/report/html_text.h"
#include "nawqsr/report/sections.h"

namespace nawq::cli {
namespace {

using session::QuantizationReport;

std::string tile(const char* title, const std::string& figure, const char* unit, const std::string& note) {
  return concat("<dl class=\"tile card\"><dt>", title, "</dt><dd><span class=\"figure\">", figure,
                " <span class=\"unit\">", unit, "</span></span></dd><dd class=\"note\">", note,
                "</dd></dl>\n");
}

std::string layer_tile(const QuantizationReport& report) {
  const double layers = static_cast<double>(report.layers_8bit + report.layers_16bit);
  const double share = layers > 0 ? 100 * static_cast<double>(report.layers_8bit) / layers : 0;
  return concat("<dl class=\"tile card\"><dt>Layers of 8 and 16 bits</dt><dd><span class=\"figure\">",
                report.layers_8bit, " <span class=\"unit\">and</span> ", report.layers_16bit,
                "</span></dd><dd class=\"note\"><span class=\"split\"><span class=\"b8\" style=\"width:",
                fixed(share, 1), "%\"></span><span class=\"b16\" style=\"width:", fixed(100 - share, 1),
                "%\"></span></span>", report.layers_dre, " with a range found on every picture</dd></dl>\n");
}

// A difference that says which way it goes.
std::string change_text(double change, int decimals) {
  return concat(change > 0 ? "+" : "", shown(change, decimals));
}

std::string fact(const char* title, const std::string& value) {
  return concat("<div><dt>", title, "</dt><dd>", value, "</dd></div>\n");
}

}  // namespace

std::string summary_tiles(const QuantizationReport& report) {
  std::string out = "<div class=\"tiles\">\n";
  out += tile("PSNR", shown(report.psnr_db, 2), "dB",
              concat(change_text(report.psnr_db - report.psnr_reference_db, 3), " dB to the float network"));
  out += tile("BOPs reduction", shown(report.bops_reduction, 2), "\u00d7",
              concat("of at most 2 against 16 bits; SSIM ", shown(report.ssim, 4), " of ",
                     shown(report.ssim_reference, 4)));
  out += layer_tile(report);
  out += tile("Search", shown_seconds(report.search_seconds), "",
              concat(report.evaluations, " configurations in the work of ", shown(report.work, 1),
                     " runs over all pictures"));
  return out + "</div>\n";
}

std::string making(const QuantizationReport& report) {
  std::string out = "<div class=\"card\">\n<dl class=\"facts\">\n";
  out += fact("Search", escaped(report.optimizer));
  out += fact("Asked for", concat(escaped(report.metric), ": at most ", shown_short(report.epsilon),
                                  " below ", shown(report.reference, 4)));
  out += fact("Reached", shown(report.value, 4));
  out += fact("Cost model",
              concat(escaped(report.cost_model), ": ", shown(report.cost_reduction, 2), "\u00d7 less"));
  out += fact("Target", escaped(report.target));
  out += fact("All in 8 bits", concat(shown(report.int8_psnr_db, 3), " dB"));
  out += fact("All in 16 bits", concat(shown(report.a16w8_psnr_db, 3), " dB"));
  out += fact("Float", concat(shown(report.psnr_reference_db, 3), " dB"));
  out += fact("Calibration",
              concat(report.calibration_pictures, " pictures, ", shown_seconds(report.calibration_seconds)));
  out += fact("Weights", shown_seconds(report.weights_seconds));
  out += "</dl>\n";
  if (!report.notes.empty()) {
    out += "<ul class=\"notes\">\n";
    for (const std::string& note : report.notes) out += concat("<li>", escaped(note), "</li>\n");
    out += "</ul>\n";
  }
  return out + concat("<pre><code>", escaped(report.command), "</code></pre>\n</div>\n");
}

}  // namespace nawq::cli
