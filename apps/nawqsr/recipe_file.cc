// Writing; parse_recipe.cc reads.
#include "nawqsr/recipe_file.h"

#include <cmath>
#include <cstdlib>

#include "base/text.h"
#include "nawqsr/base64.h"
#include "nawqsr/json_output.h"
#include "nawqsr/recipe_keys.h"

namespace nawq::cli {
namespace {

using quantize::TensorRange;

std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// "-0" would be read as the integer 0.
std::string number_text(double number) {
  if (number == 0) return std::signbit(number) ? "-0.0" : "0";
  return concat(number);
}

// The shortest text that is read, as a double, to a number that rounds to this float.
std::string number_text(float number) {
  if (number == 0) return number_text(double{number});
  std::string text = concat(number);
  const bool is_exact = static_cast<float>(std::strtod(text.c_str(), nullptr)) == number;
  return is_exact ? text : concat(double{number});
}

std::string list_text(const std::vector<float>& numbers) {
  std::string text = "[";
  for (const float number : numbers) text += concat(text.size() > 1 ? ", " : "", number_text(number));
  return text + "]";
}

std::string range_text(const TensorRange& range) {
  return concat('[', number_text(range.min), ", ", number_text(range.max), ']');
}

// {"key": value, ...} or [...], an entry a line.
class Block {
 public:
  Block(std::string& out, char open) : out_(out) { out_ += open; }
  void add(std::string_view entry) {
    out_ += concat(is_first_ ? "\n    " : ",\n    ", entry);
    is_first_ = false;
  }
  void close(char with) { out_ += is_first_ ? concat(with) : concat("\n  ", with); }

 private:
  std::string& out_;
  bool is_first_ = true;
};

Status check_finite(bool is_finite, std::string_view kind, std::string_view name) {
  if (is_finite) return {};
  return fail(ErrorKind::kModel, concat(kind, " '", name, "': has a number that is not finite"));
}

bool all_finite(const std::vector<float>& numbers) {
  for (const float number : numbers)
    if (!std::isfinite(number)) return false;
  return true;
}

void write_layers(const std::vector<quantize::DecidedLayer>& layers, std::string& out) {
  Block block(out, '[');
  for (const quantize::DecidedLayer& layer : layers) {
    std::string entry = concat("{\"", key::kName, "\": ", json_text(layer.name), ", \"", key::kOp,
                               "\": ", json_text(layer.op));
    if (layer.bits != 0) entry += concat(", \"", key::kBits, "\": ", layer.bits);
    block.add(concat(entry, ", \"", key::kDre, "\": ", layer.dre ? "true}" : "false}"));
  }
  block.close(']');
}

Status write_ranges(const quantize::Decisions& decisions, std::string& out) {
  Block block(out, '{');
  for (const auto& [name, range8] : decisions.ranges8) {
    const auto range16 = decisions.ranges16.find(name);
    if (range16 == decisions.ranges16.end())
      return fail(ErrorKind::kModel, concat("tensor '", name, "': has no range for 16 bits"));
    for (const TensorRange& range : {range8, range16->second})
      NAWQ_CHECK(check_finite(std::isfinite(range.min) && std::isfinite(range.max), "tensor", name));
    block.add(concat(json_text(name), ": {\"8\": ", range_text(range8),
                     ", \"16\": ", range_text(range16->second), '}'));
  }
  block.close('}');
  return {};
}

Status write_weights(const quantize::Decisions& decisions, std::string& out) {
  Block block(out, '{');
  for (const auto& [name, weights] : decisions.weights) {
    NAWQ_CHECK(check_finite(all_finite(weights.scales), "node", name));
    std::string entry = concat(json_text(name), ": {\"", key::kScales, "\": ", list_text(weights.scales));
    if (const auto bias = decisions.biases.find(name); bias != decisions.biases.end()) {
      NAWQ_CHECK(check_finite(all_finite(bias->second), "node", name));
      entry += concat(", \"", key::kBias, "\": ", list_text(bias->second));
    }
    block.add(concat(entry, ", \"", key::kCodes, "\": \"", to_base64(std::as_bytes(std::span(weights.codes))),
                     "\"}"));
  }
  block.close('}');
  return {};
}

}  // namespace

Result<std::string> recipe_text(const RecipeFile& recipe) {
  std::string out =
      concat("{\n  \"", key::kVersion, "\": ", key::kThisVersion, ",\n  \"", key::kModel, "\": {\"",
             key::kName, "\": ", json_text(recipe.model), ", \"", key::kFingerprint, "\": \"",
             fingerprint_text(recipe.fingerprint), "\"},\n  \"", key::kMadeWith, "\": ");
  Block made_with(out, '{');
  for (const auto& [name, value] : recipe.made_with)
    made_with.add(concat(json_text(name), ": ", json_text(value)));
  made_with.close('}');
  out += concat(",\n  \"", key::kUnreadBits, "\": ", recipe.decisions.unread_bits, ",\n  \"", key::kSameIo,
                "\": ", recipe.decisions.same_io ? "true" : "false", ",\n  \"", key::kLayers, "\": ");
  write_layers(recipe.decisions.layers, out);
  out += concat(",\n  \"", key::kRanges, "\": ");
  NAWQ_CHECK(write_ranges(recipe.decisions, out));
  out += concat(",\n  \"", key::kWeights, "\": ");
  NAWQ_CHECK(write_weights(recipe.decisions, out));
  return out + "\n}\n";
}

Status check_network(const RecipeFile& recipe, std::string_view file, std::string_view model,
                     std::uint64_t fingerprint) {
  if (recipe.fingerprint == fingerprint) return {};
  return fail(ErrorKind::kUsage, concat(file, ": is a recipe for ", recipe.model, " with the fingerprint ",
                                        fingerprint_text(recipe.fingerprint), "; this network is ", model,
                                        " with ", fingerprint_text(fingerprint)));
}

}  // namespace nawq::cli
