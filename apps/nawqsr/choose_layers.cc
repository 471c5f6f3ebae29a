#include "nawqsr/choose_layers.h"

#include <fnmatch.h>

#include "base/text.h"

namespace nawq::cli {

Result<std::set<std::string>> matching_layers(const std::vector<quantize::Layer>& layers,
                                              const std::string& network, const char* option,
                                              const std::vector<std::string>& patterns) {
  std::set<std::string> found;
  for (const std::string& pattern : patterns) {
    const std::size_t before = found.size();
    for (const quantize::Layer& layer : layers)
      if (fnmatch(pattern.c_str(), layer.name.c_str(), 0) == 0) found.insert(layer.name);
    if (found.size() == before)
      return fail(ErrorKind::kUsage, concat(option, ": no layer of ", network, " is called '", pattern,
                                            "' (see `nawqsr inspect`)"));
  }
  return found;
}

Result<quantize::DreLayers> dre_layers(const std::vector<quantize::Layer>& layers, const std::string& network,
                                       const std::string& dre) {
  if (dre == "none") return quantize::DreLayers{};
  if (dre == "all") return quantize::DreLayers{.all = true};
  std::vector<std::string> patterns(1);
  for (const char letter : dre)
    if (letter == ',')
      patterns.emplace_back();
    else
      patterns.back() += letter;
  NAWQ_TRY(std::set<std::string> names, matching_layers(layers, network, "--dre", patterns));
  return quantize::DreLayers{.names = std::move(names)};
}

}  // namespace nawq::cli
