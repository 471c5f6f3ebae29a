#include "nawqsr/resilience_chart.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "nawqsr/report/html_text.h"

namespace nawq::cli {
namespace {

constexpr double kWidth = 960, kNames = 300, kValues = 110, kTop = 64, kRow = 24, kBar = 14, kFoot = 40;

// A loss below nothing is a gain within the noise of the measurement: a bar of no length.
double length(double drop, double largest) {
  return largest > 0 && std::isfinite(drop)
             ? std::clamp(drop / largest, 0.0, 1.0) * (kWidth - kNames - kValues)
             : 0;
}

std::string text_at(double x, double y, const char* kind, const std::string& text) {
  return concat("<text x=\"", fixed(x, 1), "\" y=\"", fixed(y, 1), "\" class=\"", kind, "\">", escaped(text),
                "</text>\n");
}

std::string bar_at(double y, double length_px, double height_px, const char* kind) {
  return concat("<rect x=\"", fixed(kNames, 1), "\" y=\"", fixed(y, 1), "\" width=\"", fixed(length_px, 2),
                "\" height=\"", fixed(height_px, 1), "\" class=\"", kind, "\"/>\n");
}

// The end of a long name says more than its beginning.
std::string short_name(const std::string& name) {
  constexpr std::size_t kMost = 40;
  return name.size() <= kMost ? name : concat("\u2026", name.substr(name.size() - kMost));
}

std::string row_at(double y, const ResilienceRow& row, const ResilienceTable& table, double largest) {
  std::string out = concat("<g><title>", escaped(row.name), "</title>\n");
  out += text_at(kNames - 10, y + kBar - 2, "name", short_name(row.name));
  out += bar_at(y, length(row.loss.drop, largest), kBar, row.selected ? "dre" : "fixed");
  if (row.with_dre) out += bar_at(y + kBar - 4, length(row.with_dre->drop, largest), 4, "run-time");
  out +=
      text_at(kNames + length(row.loss.drop, largest) + 8, y + kBar - 2, "value",
              concat(fixed(row.loss.drop, 4), *unit_of(table.metric) == 0 ? "" : " ", unit_of(table.metric)));
  return out + "</g>\n";
}

constexpr const char* kStyle =
    "<style>text{font:12px system-ui,sans-serif;fill:#1d2026}.title{font-size:18px;font-weight:600}"
    ".name{text-anchor:end;font-family:monospace}.fixed{fill:#2868c8}.dre{fill:#7a3db8}"
    ".run-time{fill:#1d2026}.soft{fill:#5d6470}</style>\n";

}  // namespace

std::string resilience_chart(const std::string& model, const ResilienceTable& table) {
  double largest = 0;
  for (const ResilienceRow& row : table.rows)
    if (std::isfinite(row.loss.drop)) largest = std::max(largest, row.loss.drop);
  const double height = kTop + kRow * static_cast<double>(table.rows.size()) + kFoot;
  std::string out =
      concat("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", fixed(kWidth, 0), ' ',
             fixed(height, 0), "\" width=\"", fixed(kWidth, 0), "\" height=\"", fixed(height, 0), "\">\n",
             kStyle, "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
  out += text_at(20, 30, "title", concat(model, ": what each layer loses at 8 bits"));
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    out += row_at(kTop + kRow * static_cast<double>(i), table.rows[i], table, largest);
  out += text_at(
      20, height - 14, "soft",
      "violet: selected for ranges found on every picture; thin black: what is lost with such ranges");
  return out + "</svg>\n";
}

}  // namespace nawq::cli
