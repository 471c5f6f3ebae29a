// Owns: the report of a quantization as one HTML page that needs nothing else: no scripts, fonts or pictures
// from outside.
#pragma once

#include <string>

#include "base/result.h"
#include "session/quantization_report.h"

namespace nawq::cli {

// Fails (kOutput) where pictures cannot be encoded.
Result<std::string> html_report(const session::QuantizationReport& report);

}  // namespace nawq::cli
