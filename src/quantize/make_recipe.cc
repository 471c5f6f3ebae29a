#include "quantize/make_recipe.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "quantize/formats.h"
#include "quantize/rounded_values.h"

namespace nawq::quantize {
namespace {

constexpr int kPictureBits = 8;

class RecipeMaker {
 public:
  RecipeMaker(const graph::Graph& graph, const Ranges& ranges8, const Ranges& ranges16,
              const RecipeOptions& options)
      : graph_(graph), ranges8_(ranges8), ranges16_(ranges16), options_(options), values_(graph, ranges8) {}

  Result<graph::Recipe> make() {
    for (const graph::Node& node : graph_.nodes)
      if (values_.has_wordlength(node)) set_wordlength(node);
    for (const graph::Node& node : graph_.nodes)
      if (is_dre(node)) recipe_.dre.insert(node.name);
    for (const auto& [name, range] : ranges8_) add_formats(name);
    for (const graph::Node& node : graph_.nodes)
      if (node.as<graph::Conv>() || node.as<graph::ConvTranspose>()) NAWQ_CHECK(quantize_weights(node));
    return std::move(recipe_);
  }

 private:
  int bits_of(const graph::Node& node) const {
    return options_.others.contains(node.name) ? 24 - options_.bits : options_.bits;
  }

  bool is_dre(const graph::Node& node) const {
    return (options_.dre.all || options_.dre.names.contains(node.name)) && values_.reads_rounded(node);
  }

  void set_wordlength(const graph::Node& node) {
    const bool reads_rounded = values_.reads_rounded(node);
    recipe_.wordlengths[node.name] = reads_rounded ? bits_of(node) : kPictureBits;
    for (const graph::ValueId value : node.inputs)
      if (const graph::ValueId whole = values_.whole(value); whole != graph::kNoValue)
        wanted_[graph_.value(whole).name].insert(bits_of(node));
  }

  void add_formats(const std::string& name) {
    std::set<int>& wanted = wanted_[name];
    if (wanted.empty()) wanted.insert(options_.bits);
    for (const int bits : wanted) {
      const Ranges& ranges = bits == 8 ? ranges8_ : ranges16_;
      const auto range = ranges.find(name);
      if (range != ranges.end())
        recipe_.tensors[name].push_back(code_format(range->second.min, range->second.max, bits));
    }
  }

  const graph::CodeFormat* format_of(graph::ValueId value, int bits) const {
    const auto found = recipe_.tensors.find(graph_.value(value).name);
    if (found == recipe_.tensors.end()) return nullptr;
    const auto format = std::ranges::find(found->second, bits, &graph::CodeFormat::bits);
    return format == found->second.end() ? &found->second.front() : &*format;
  }

  // Of the codes that a node reads; a piece of a tensor has the whole's.
  std::optional<float> scale_of(graph::ValueId value, int bits) const {
    if (value == graph_.input) return options_.input_scale;
    const graph::ValueId whole = values_.whole(value);
    if (whole == graph::kNoValue) return std::nullopt;
    const graph::CodeFormat* format = format_of(whole, bits);
    return format ? std::optional(format->scale) : std::nullopt;
  }

  Status quantize_weights(const graph::Node& node) {
    const graph::Shape& shape = graph_.shape(node.inputs[0]);
    const auto scale = scale_of(node.inputs[0], bits_of(node));
    const bool reads_vector = shape[2] == 1 && shape[3] == 1;
    if (!scale && reads_vector) return {};
    if (!scale)
      return fail(ErrorKind::kModel, concat(graph::node_text(node), ": the range of its input is not known"));
    NAWQ_CHECK(check_weights(graph_, node));
    if (const RoundedLayer* given = given_weights(node)) return use_weights(node, *given, *scale);
    recipe_.weights[node.name] = round_weights(graph_, node, *scale, options_.weight_scales);
    return {};
  }

  const RoundedLayer* given_weights(const graph::Node& node) const {
    if (!options_.rounded) return nullptr;
    const auto found = options_.rounded->find(node.name);
    return found == options_.rounded->end() ? nullptr : &found->second;
  }

  Status use_weights(const graph::Node& node, const RoundedLayer& given, float input_scale) {
    const std::size_t channels = biases_of(graph_, node).size();
    if (given.weights.codes.size() != graph_.constant(node.inputs[1])->floats.size() ||
        given.weights.scales.size() != channels || (!given.biases.empty() && given.biases.size() != channels))
      return fail(ErrorKind::kModel,
                  concat(graph::node_text(node), ": the rounded weights given for it are for other weights"));
    graph::WeightCodes& codes = recipe_.weights[node.name] = given.weights;
    raise_scales(graph_, node, given.biases, input_scale, options_.weight_scales, codes);
    if (!given.biases.empty()) recipe_.biases[node.name] = given.biases;
    return {};
  }

  const graph::Graph& graph_;
  const Ranges& ranges8_;
  const Ranges& ranges16_;
  const RecipeOptions& options_;
  const RoundedValues values_;
  std::map<std::string, std::set<int>> wanted_;  // by value name: wordlengths of its readers
  graph::Recipe recipe_;
};

}  // namespace

Result<graph::Recipe> make_recipe(const graph::Graph& graph, const Ranges& ranges8, const Ranges& ranges16,
                                  const RecipeOptions& options) {
  return RecipeMaker(graph, ranges8, ranges16, options).make();
}

}  // namespace nawq::quantize
