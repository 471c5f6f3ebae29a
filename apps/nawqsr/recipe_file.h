// Owns: recipes as files that a person can read and edit (docs/recipe.md). Opens no files.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "session/quantized_network.h"

namespace nawq::cli {

struct RecipeFile {
  std::string model;              // its name, for people
  std::uint64_t fingerprint = 0;  // session::fingerprint of the network that the recipe is for
  std::map<std::string, std::string> made_with = {};  // options, the command: nothing reads them
  quantize::Decisions decisions = {};
};

// JSON, a layer, tensor or convolution a line. Every number is the shortest text that gives it back. Fails
// (kModel) for numbers that JSON does not have, naming the tensor or node.
Result<std::string> recipe_text(const RecipeFile& recipe);

// What recipe_text writes, however it was edited or laid out: writing what was read of its own text gives the
// same bytes. Errors (kUsage) begin with `file` and name the field. What depends on the network
// (quantize::make_recipe checks it) is not checked.
Result<RecipeFile> parse_recipe(std::string_view text, std::string_view file);

// kUsage where the recipe was made for another network.
Status check_network(const RecipeFile& recipe, std::string_view file, std::string_view model,
                     std::uint64_t fingerprint);

}  // namespace nawq::cli
