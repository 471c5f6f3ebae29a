// Owns: what to type to make the same quantization again.
#pragma once

#include <string>

#include "nawqsr/quantize_options.h"

namespace nawq::cli {

// For a POSIX shell. A budget of time is said as the evaluations that it was enough for.
std::string command_line(const QuantizeOptions& options, const session::SearchOutcome& outcome);

}  // namespace nawq::cli
