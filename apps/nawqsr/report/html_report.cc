#include "nawqsr/report/html_report.h"

#include "base/text.h"
#include "nawqsr/report/html_text.h"
#include "nawqsr/report/sections.h"

namespace nawq::cli {
namespace {

std::string section(const char* id, const char* title, const char* lead, const std::string& body) {
  if (body.empty()) return {};
  return concat("<section aria-labelledby=\"", id, "\">\n<h2 id=\"", id, "\">", title,
                "</h2>\n<p class=\"lead\">", lead, "</p>\n", body, "</section>\n");
}

std::string head(const session::QuantizationReport& report) {
  return concat(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
      escaped(report.model), " in 8 and 16 bits</title>\n<style>\n", page_style(), "</style>\n</head>\n");
}

std::string masthead(const session::QuantizationReport& report) {
  return concat("<header>\n<p class=\"kicker\">nawqsr quantize</p>\n<h1>", escaped(report.model),
                "</h1>\n<p class=\"subtitle\">", report.scale, "\u00d7 super-resolution in ",
                report.layers_8bit, " layers of 8 and ", report.layers_16bit, " of 16 bits, for ",
                escaped(report.target), "</p>\n</header>\n");
}

}  // namespace

std::string precision_text(const session::ReportedLayer& layer) {
  return concat(layer.bits, "-bit", layer.dre ? ", run-time range" : "");
}

const char* precision_class(const session::ReportedLayer& layer) { return layer.bits == 8 ? "b8" : "b16"; }

Result<std::string> html_report(const session::QuantizationReport& report) {
  NAWQ_TRY(const std::string worst, worst_picture(report));
  std::string page = head(report);
  page += "<body>\n" + masthead(report) + "<main>\n" + summary_tiles(report);
  page += section("quality", "Quality against cost",
                  "Every configuration that was measured. Further right is cheaper, higher is better.",
                  quality_chart(report));
  page += section("network", "The network",
                  "Layers in order, as wide as their share of the multiply-accumulates; arcs lead to "
                  "readers further on.",
                  network_picture(report));
  page += section("worst", "The picture that lost most",
                  "The same cut of each, and what quantization changed, sixteen times as strong.", worst);
  page += section("sensitivity", "Sensitivity",
                  "What is lost with only this layer in 8 bits and all others in 16, worst first.",
                  sensitivity_bars(report));
  page +=
      section("layers", "Layers",
              "Ranges are of what a layer reads. Clipped: the share of numbers outside it on pictures that "
              "calibration did not see.",
              layer_table(report));
  page += section("making", "How it was made", "The command repeats it.", making(report));
  page += concat("</main>\n<footer>nawqsr ", escaped(report.version), "</footer>\n</body>\n</html>\n");
  return page;
}

}  // namespace nawq::cli
