// Owns: layers that the command line names by patterns.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "session/quantization.h"

namespace nawq::cli {

// Layers whose names match one of the patterns (* and ? as in file names). kUsage, naming the option and the
// network, for a pattern without one.
Result<std::set<std::string>> matching_layers(const std::vector<quantize::Layer>& layers,
                                              const std::string& network, const char* option,
                                              const std::vector<std::string>& patterns);

// "all", "none", or what the parts between commas match.
Result<quantize::DreLayers> dre_layers(const std::vector<quantize::Layer>& layers, const std::string& network,
                                       const std::string& dre);

}  // namespace nawq::cli
