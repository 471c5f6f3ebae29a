// Owns: the parts of the report's page, each a piece of HTML without resources of its own. What is not known
// is left out: a part that has nothing to show is empty.
#pragma once

#include <string>

#include "base/result.h"
#include "session/quantization_report.h"

namespace nawq::cli {

std::string summary_tiles(const session::QuantizationReport& report);
// Quality against cost of everything that was measured.
std::string quality_chart(const session::QuantizationReport& report);
// Layers side by side, as wide as their share of the work.
std::string network_picture(const session::QuantizationReport& report);
// What is lost with only this layer in 8 bits, worst first.
std::string sensitivity_bars(const session::QuantizationReport& report);
std::string layer_table(const session::QuantizationReport& report);
// Fails where the pictures cannot be encoded.
Result<std::string> worst_picture(const session::QuantizationReport& report);
// How it was made, notes, the command.
std::string making(const session::QuantizationReport& report);

std::string page_style();

// "8-bit", "16-bit", with ", run-time range" where there is one.
std::string precision_text(const session::ReportedLayer& layer);
// Class of a mark in the layer's colour.
const char* precision_class(const session::ReportedLayer& layer);

}  // namespace nawq::cli
