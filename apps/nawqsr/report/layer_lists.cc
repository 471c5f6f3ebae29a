// Layers as bars and as rows.
#include <algorithm>
#include <cmath>
#include <vector>

#include "base/text.h"
#include "nawqsr/report/html_text.h"
#include "nawqsr/report/sections.h"

namespace nawq::cli {
namespace {

using session::QuantizationReport;
using session::ReportedLayer;

// By drops where they were measured, else by errors.
struct Sensitivity {
  bool by_drop = true;
  std::optional<double> of(const ReportedLayer& layer) const {
    const std::optional<double>& measured = by_drop ? layer.drop_db : layer.error;
    return measured && std::isfinite(*measured) ? measured : std::nullopt;
  }
  std::string text(double value) const { return by_drop ? shown(value, 4) + " dB" : shown_short(value); }
};

std::string bar(const ReportedLayer& layer, const Sensitivity& sensitivity, double largest) {
  const double value = *sensitivity.of(layer);
  const double percent = largest > 0 ? std::clamp(100 * value / largest, 0.0, 100.0) : 0;
  return concat("<li title=\"", escaped(layer.name), ": now ", precision_text(layer),
                "\"><span class=\"name\"><bdi>", escaped(layer.name),
                "</bdi></span><span class=\"track\"><span class=\"", precision_class(layer),
                "\" style=\"width:", fixed(percent, 2), "%\"></span></span><span class=\"value\">",
                sensitivity.text(value), "</span></li>\n");
}

std::string cell(const std::string& text) { return concat("<td class=\"right\">", text, "</td>"); }

std::string optional_cell(const std::optional<double>& value, std::string (*text)(double)) {
  return cell(value ? text(*value) : std::string());
}

std::string row(const ReportedLayer& layer, std::size_t index) {
  return concat(
      "<tr>", cell(concat(index + 1)), "<td class=\"name\">", escaped(layer.name), "</td><td>",
      escaped(layer.op), "</td>", cell(shown_percent(layer.macs_share, 1)), "<td><span class=\"chip ",
      precision_class(layer), "\">", layer.bits, "</span>",
      layer.dre ? " <span class=\"diamond\" title=\"range found on every picture\">\u25c6</span>" : "",
      "</td>", cell(shown_short(layer.range_min)), cell(shown_short(layer.range_max)),
      optional_cell(layer.clip_rate, [](double rate) { return shown_percent(rate, 3); }),
      optional_cell(layer.drop_db, [](double drop) { return shown(drop, 4); }),
      optional_cell(layer.error, shown_short), cell(concat(layer.partition)), "</tr>\n");
}

}  // namespace

std::string sensitivity_bars(const QuantizationReport& report) {
  Sensitivity sensitivity;
  sensitivity.by_drop = std::ranges::any_of(
      report.layers, [](const ReportedLayer& layer) { return layer.drop_db.has_value(); });
  std::vector<const ReportedLayer*> measured;
  for (const ReportedLayer& layer : report.layers)
    if (sensitivity.of(layer)) measured.push_back(&layer);
  if (measured.empty()) return {};
  std::ranges::stable_sort(measured, std::greater<>(),
                           [&](const ReportedLayer* layer) { return *sensitivity.of(*layer); });
  const double largest = *sensitivity.of(*measured.front());
  std::string out = "<div class=\"card\">\n<ol class=\"bars\">\n";
  for (const ReportedLayer* layer : measured) out += bar(*layer, sensitivity, largest);
  return concat(out, "</ol>\n<ul class=\"legend\"><li>",
                sensitivity.by_drop ? "PSNR lost against the original pictures"
                                    : "mean square of the difference from the float output",
                "</li><li>blue: chosen to be 8 bits, orange: 16</li></ul>\n</div>\n");
}

std::string layer_table(const QuantizationReport& report) {
  if (report.layers.empty()) return {};
  std::string out =
      "<div class=\"card scroll\">\n<table>\n<thead><tr><th "
      "class=\"right\">#</th><th>Layer</th><th>Operator</th>"
      "<th class=\"right\">Work</th><th>Bits</th><th class=\"right\">From</th><th class=\"right\">To</th>"
      "<th class=\"right\">Clipped</th><th class=\"right\">Drop, dB</th><th class=\"right\">Error</th>"
      "<th class=\"right\">Partition</th></tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < report.layers.size(); ++i) out += row(report.layers[i], i);
  return out + "</tbody>\n</table>\n</div>\n";
}

}  // namespace nawq::cli
