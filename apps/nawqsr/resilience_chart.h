// Owns: a picture of what each layer loses at 8 bits: a bar a layer, SVG that needs nothing else.
#pragma once

#include <string>

#include "nawqsr/resilience_table.h"

namespace nawq::cli {

std::string resilience_chart(const std::string& model, const ResilienceTable& table);

}  // namespace nawq::cli
