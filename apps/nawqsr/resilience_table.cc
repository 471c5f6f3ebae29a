#include "nawqsr/resilience_table.h"

#include <algorithm>

#include "base/text.h"
#include "nawqsr/columns.h"
#include "nawqsr/json_output.h"
#include "nawqsr/report/html_text.h"

namespace nawq::cli {
namespace {

using nlohmann::json;

json loss_json(const quantize::Loss& loss) {
  return {{"drop", finite_or_null(loss.drop)}, {"added_error", finite_or_null(loss.added_error)}};
}

json row_json(const ResilienceRow& row) {
  json fields = loss_json(row.loss);
  fields.update({{"name", row.name},
                 {"op", row.op},
                 {"macs", row.macs},
                 {"macs_share", row.macs_share},
                 {"range", {row.range_min, row.range_max}},
                 {"clip_rate", row.clip_rate ? json(*row.clip_rate) : json(nullptr)},
                 {"with_dre", row.with_dre ? loss_json(*row.with_dre) : json(nullptr)},
                 {"selected", row.selected}});
  return fields;
}

// For terminals: the page's minus is no ASCII.
std::string short_number(double number) {
  return number < 0 ? concat('-', shown_short(-number)) : shown_short(number);
}

std::string row_text(const ResilienceRow& row, std::size_t name_width) {
  return concat(left(row.name, name_width), right(concat(fixed(100 * row.macs_share, 1), " %"), 9),
                right(fixed(row.loss.drop, 4), 10),
                right(row.with_dre ? fixed(row.with_dre->drop, 4) : std::string(), 10),
                right(short_number(row.loss.added_error), 11),
                right(row.clip_rate ? concat(fixed(100 * *row.clip_rate, 3), " %") : std::string(), 10),
                right(short_number(row.range_min), 11), right(short_number(row.range_max), 11),
                row.selected ? "   *" : "", '\n');
}

}  // namespace

const char* unit_of(quantize::Metric metric) { return metric == quantize::Metric::kSsim ? "" : "dB"; }

const char* name_of(quantize::Metric metric) {
  switch (metric) {
    case quantize::Metric::kPsnr:
      return "psnr";
    case quantize::Metric::kSsim:
      return "ssim";
    case quantize::Metric::kFidelity:
      return "fidelity";
  }
  return "";
}

std::string table_text(const ResilienceTable& table) {
  std::size_t width = 8;
  for (const ResilienceRow& row : table.rows) width = std::max(width, row.name.size());
  const bool has_unit = table.metric != quantize::Metric::kSsim;
  std::string text = concat(left("layer", width), right("work", 9), right(has_unit ? "drop, dB" : "drop", 10),
                            right("with DRE", 10), right("error", 11), right("clipped", 10),
                            right("from", 11), right("to", 11), "   DRE\n");
  for (const ResilienceRow& row : table.rows) text += row_text(row, width);
  return text;
}

json table_json(const ResilienceTable& table) {
  json rows = json::array();
  for (const ResilienceRow& row : table.rows) rows.push_back(row_json(row));
  return rows;
}

}  // namespace nawq::cli
