// Reading recipe files. A field is known by its path: "layers[3].bits", "ranges['x']['8']".
#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <set>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "nawqsr/base64.h"
#include "nawqsr/recipe_file.h"
#include "nawqsr/recipe_keys.h"

namespace nawq::cli {
namespace {

using nlohmann::json;
using quantize::TensorRange;

tl::unexpected<Error> wrong(std::string_view path, std::string_view why) {
  return fail(ErrorKind::kUsage, path.empty() ? std::string(why) : concat(path, ": ", why));
}

std::string inside(std::string_view path, std::string_view key) {
  return path.empty() ? std::string(key) : concat(path, '.', key);
}
std::string entry_of(std::string_view path, std::string_view name) { return concat(path, "['", name, "']"); }
std::string element_of(std::string_view path, std::size_t index) { return concat(path, '[', index, ']'); }

Status check_keys(const json& object, std::string_view path, std::initializer_list<std::string_view> known) {
  if (!object.is_object()) return wrong(path, "is no object");
  for (const auto& [key, value] : object.items())
    if (std::ranges::find(known, key) == known.end()) return wrong(inside(path, key), "is unknown");
  return {};
}

Result<const json*> field(const json& object, std::string_view path, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return wrong(inside(path, key), "is missing");
  return &*found;
}

Result<std::string> text_field(const json& object, std::string_view path, const char* key) {
  NAWQ_TRY(const json* value, field(object, path, key));
  if (!value->is_string()) return wrong(inside(path, key), "is no text");
  return value->get<std::string>();
}

Result<int> bits_field(const json& object, std::string_view path, const char* key) {
  NAWQ_TRY(const json* value, field(object, path, key));
  if (value->is_number_integer() && (*value == 8 || *value == 16)) return value->get<int>();
  return wrong(inside(path, key), "is neither 8 nor 16");
}

Result<bool> truth_field(const json& object, std::string_view path, const char* key) {
  NAWQ_TRY(const json* value, field(object, path, key));
  if (!value->is_boolean()) return wrong(inside(path, key), "is neither true nor false");
  return value->get<bool>();
}

Result<double> number_of(const json& value, const std::string& path) {
  if (!value.is_number()) return wrong(path, "is no number");
  const auto number = value.get<double>();
  if (std::isfinite(static_cast<float>(number))) return number;
  return wrong(path, "is larger than a float32 can be");
}

Result<std::vector<float>> numbers_of(const json& list, const std::string& path) {
  if (!list.is_array()) return wrong(path, "is no list of numbers");
  std::vector<float> numbers;
  for (std::size_t i = 0; i < list.size(); ++i) {
    NAWQ_TRY(const double number, number_of(list[i], element_of(path, i)));
    numbers.push_back(static_cast<float>(number));
  }
  return numbers;
}

Result<std::uint64_t> fingerprint_field(const json& object, std::string_view path) {
  NAWQ_TRY(const std::string text, text_field(object, path, key::kFingerprint));
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (fingerprint_text(number) == text) return number;
  return wrong(inside(path, key::kFingerprint), "is no number of 16 hexadecimal digits");
}

Result<std::map<std::string, std::string>> made_with_of(const json& object) {
  if (!object.is_object()) return wrong(key::kMadeWith, "is no object");
  std::map<std::string, std::string> made_with;
  for (const auto& [name, value] : object.items()) {
    NAWQ_TRY(made_with[name], text_field(object, key::kMadeWith, name.c_str()));
  }
  return made_with;
}

Result<quantize::DecidedLayer> layer_of(const json& object, const std::string& path) {
  NAWQ_CHECK(check_keys(object, path, {key::kName, key::kOp, key::kBits, key::kDre}));
  quantize::DecidedLayer layer;
  NAWQ_TRY(layer.name, text_field(object, path, key::kName));
  NAWQ_TRY(layer.op, text_field(object, path, key::kOp));
  if (object.contains(key::kBits)) {
    NAWQ_TRY(layer.bits, bits_field(object, path, key::kBits));
  }
  NAWQ_TRY(layer.dre, truth_field(object, path, key::kDre));
  return layer;
}

Result<std::vector<quantize::DecidedLayer>> layers_of(const json& list) {
  if (!list.is_array()) return wrong(key::kLayers, "is no list");
  std::vector<quantize::DecidedLayer> layers;
  std::set<std::string> names;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string path = element_of(key::kLayers, i);
    NAWQ_TRY(quantize::DecidedLayer layer, layer_of(list[i], path));
    if (!names.insert(layer.name).second) return wrong(path, concat("'", layer.name, "' is there twice"));
    layers.push_back(std::move(layer));
  }
  return layers;
}

Result<TensorRange> range_field(const json& object, const std::string& path, const char* key) {
  NAWQ_TRY(const json* list, field(object, path, key));
  const std::string here = entry_of(path, key);
  if (!list->is_array() || list->size() != 2) return wrong(here, "is not [least, largest]");
  NAWQ_TRY(const double min, number_of((*list)[0], element_of(here, 0)));
  NAWQ_TRY(const double max, number_of((*list)[1], element_of(here, 1)));
  if (min > max) return wrong(here, "ends before it begins");
  return TensorRange{min, max};
}

Status take_ranges(const json& object, quantize::Decisions& decisions) {
  if (!object.is_object()) return wrong(key::kRanges, "is no object");
  for (const auto& [name, ranges] : object.items()) {
    const std::string path = entry_of(key::kRanges, name);
    NAWQ_CHECK(check_keys(ranges, path, {key::kRange8, key::kRange16}));
    NAWQ_TRY(decisions.ranges8[name], range_field(ranges, path, key::kRange8));
    NAWQ_TRY(decisions.ranges16[name], range_field(ranges, path, key::kRange16));
  }
  return {};
}

Result<graph::WeightCodes> weights_of(const json& object, const std::string& path) {
  graph::WeightCodes weights;
  NAWQ_TRY(const json* scales, field(object, path, key::kScales));
  NAWQ_TRY(weights.scales, numbers_of(*scales, inside(path, key::kScales)));
  for (std::size_t i = 0; i < weights.scales.size(); ++i)
    if (!(weights.scales[i] > 0))
      return wrong(element_of(inside(path, key::kScales), i), "is not above 0 as a float32");
  NAWQ_TRY(const std::string text, text_field(object, path, key::kCodes));
  const auto codes = from_base64(text);
  if (!codes) return wrong(inside(path, key::kCodes), "is no base64");
  for (const std::byte code : *codes)
    weights.codes.push_back(static_cast<std::int8_t>(std::to_integer<int>(code)));
  return weights;
}

Status take_weights(const json& object, quantize::Decisions& decisions) {
  if (!object.is_object()) return wrong(key::kWeights, "is no object");
  for (const auto& [name, entry] : object.items()) {
    const std::string path = entry_of(key::kWeights, name);
    NAWQ_CHECK(check_keys(entry, path, {key::kScales, key::kBias, key::kCodes}));
    NAWQ_TRY(graph::WeightCodes weights, weights_of(entry, path));
    if (entry.contains(key::kBias)) {
      NAWQ_TRY(std::vector<float> bias, numbers_of(entry[key::kBias], inside(path, key::kBias)));
      if (bias.size() != weights.scales.size())
        return wrong(inside(path, key::kBias),
                     concat("has ", bias.size(), " numbers for ", weights.scales.size(), " output channels"));
      decisions.biases[name] = std::move(bias);
    }
    decisions.weights[name] = std::move(weights);
  }
  return {};
}

Result<json> parse(std::string_view text) {
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    const std::string_view before = text.substr(0, std::min(error.byte, text.size()));
    return wrong("", concat("line ", std::ranges::count(before, '\n') + 1, " is no JSON"));
  }
}

Status check_version(const json& object) {
  if (!object.is_object()) return wrong("", "is no object");
  NAWQ_TRY(const json* version, field(object, "", key::kVersion));
  if (*version == key::kThisVersion) return {};
  return wrong(key::kVersion, concat("is not ", key::kThisVersion, ": it was made by another nawqsr"));
}

Result<RecipeFile> recipe_of(const json& object) {
  NAWQ_CHECK(check_version(object));
  NAWQ_CHECK(check_keys(object, "",
                        {key::kVersion, key::kModel, key::kMadeWith, key::kUnreadBits, key::kSameIo,
                         key::kLayers, key::kRanges, key::kWeights}));
  RecipeFile recipe;
  NAWQ_TRY(const json* model, field(object, "", key::kModel));
  NAWQ_CHECK(check_keys(*model, key::kModel, {key::kName, key::kFingerprint}));
  NAWQ_TRY(recipe.model, text_field(*model, key::kModel, key::kName));
  NAWQ_TRY(recipe.fingerprint, fingerprint_field(*model, key::kModel));
  if (const auto made_with = object.find(key::kMadeWith); made_with != object.end()) {
    NAWQ_TRY(recipe.made_with, made_with_of(*made_with));
  }
  NAWQ_TRY(recipe.decisions.unread_bits, bits_field(object, "", key::kUnreadBits));
  if (object.contains(key::kSameIo)) {
    NAWQ_TRY(recipe.decisions.same_io, truth_field(object, "", key::kSameIo));
  }
  NAWQ_TRY(const json* layers, field(object, "", key::kLayers));
  NAWQ_TRY(recipe.decisions.layers, layers_of(*layers));
  NAWQ_TRY(const json* ranges, field(object, "", key::kRanges));
  NAWQ_CHECK(take_ranges(*ranges, recipe.decisions));
  if (const auto weights = object.find(key::kWeights); weights != object.end())
    NAWQ_CHECK(take_weights(*weights, recipe.decisions));
  return recipe;
}

}  // namespace

Result<RecipeFile> parse_recipe(std::string_view text, std::string_view file) {
  return parse(text).and_then(recipe_of).map_error(
      [&](const Error& error) { return with_context(error, file); });
}

}  // namespace nawq::cli
