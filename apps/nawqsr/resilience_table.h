// Owns: what `analyze` found out about each layer, the one that loses most first, as text and as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "session/quantization.h"

namespace nawq::cli {

// A layer that was measured with only itself at 8 bits.
struct ResilienceRow {
  std::string name, op;
  std::int64_t macs = 0;
  double macs_share = 0;  // 0..1
  quantize::Loss loss;
  std::optional<quantize::Loss> with_dre;  // the same with its range found on every picture
  double range_min = 0, range_max = 0;     // of what it reads, for 8-bit codes
  std::optional<double> clip_rate;         // share of numbers outside it
  bool selected = false;                   // for run-time ranges
};

struct ResilienceTable {
  quantize::Metric metric = quantize::Metric::kPsnr;
  std::vector<ResilienceRow> rows;
};

// "dB", or nothing for SSIM.
const char* unit_of(quantize::Metric metric);
// "psnr", "ssim", "fidelity".
const char* name_of(quantize::Metric metric);

std::string table_text(const ResilienceTable& table);
nlohmann::json table_json(const ResilienceTable& table);

}  // namespace nawq::cli
