#include "quantize/make_recipe.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/text.h"
#include "quantize/formats.h"

namespace nawq::quantize {
namespace {

constexpr int kPictureBits = 8;

class RecipeMaker {
 public:
  RecipeMaker(const graph::Graph& graph, const Ranges& ranges8, const Ranges& ranges16,
              const RecipeOptions& options)
      : graph_(graph),
        ranges8_(ranges8),
        ranges16_(ranges16),
        options_(options),
        producers_(graph.values.size()) {
    for (const graph::Node& node : graph.nodes)
      for (const graph::ValueId output : node.outputs) producers_[static_cast<std::size_t>(output)] = &node;
  }

  Result<graph::Recipe> make() {
    for (const graph::Node& node : graph_.nodes)
      if (!node.as<graph::Concat>()) set_wordlength(node);
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

  bool is_rounded(graph::ValueId value) const {
    return value != graph::kNoValue && ranges8_.contains(graph_.value(value).name);
  }

  // A piece of a tensor is rounded with the whole.
  bool is_part_of_rounded(graph::ValueId value) const {
    if (value == graph::kNoValue || is_rounded(value)) return value != graph::kNoValue;
    const graph::Node* producer = producers_[static_cast<std::size_t>(value)];
    return producer && (producer->as<graph::Split>() || producer->as<graph::Slice>()) &&
           is_part_of_rounded(producer->inputs[0]);
  }

  bool is_dre(const graph::Node& node) const {
    return (options_.dre.all || options_.dre.names.contains(node.name)) &&
           std::ranges::any_of(node.inputs, [&](graph::ValueId value) { return is_part_of_rounded(value); });
  }

  // Nodes that read nothing rounded (they work on accumulators, or on vectors) have no wordlength.
  void set_wordlength(const graph::Node& node) {
    if (std::ranges::any_of(node.inputs, [&](graph::ValueId value) { return is_rounded(value); })) {
      recipe_.wordlengths[node.name] = bits_of(node);
      for (const graph::ValueId value : node.inputs)
        if (is_rounded(value)) wanted_[graph_.value(value).name].insert(bits_of(node));
    } else if (std::ranges::count(node.inputs, graph_.input) > 0) {
      recipe_.wordlengths[node.name] = kPictureBits;
    }
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
    if (const graph::CodeFormat* format = format_of(value, bits)) return format->scale;
    const graph::Node* producer = producers_[static_cast<std::size_t>(value)];
    if (producer && (producer->as<graph::Split>() || producer->as<graph::Slice>()))
      return scale_of(producer->inputs[0], bits);
    return std::nullopt;
  }

  Status quantize_weights(const graph::Node& node) {
    const graph::Shape& shape = graph_.shape(node.inputs[0]);
    const auto scale = scale_of(node.inputs[0], bits_of(node));
    const bool reads_vector = shape[2] == 1 && shape[3] == 1;
    if (!scale && reads_vector) return {};
    if (!scale)
      return fail(ErrorKind::kModel, concat(graph::node_text(node), ": the range of its input is not known"));
    recipe_.weights[node.name] = round_weights(graph_, node, *scale);
    return {};
  }

  const graph::Graph& graph_;
  const Ranges& ranges8_;
  const Ranges& ranges16_;
  const RecipeOptions& options_;
  std::vector<const graph::Node*> producers_;    // by value
  std::map<std::string, std::set<int>> wanted_;  // by value name: wordlengths of its readers
  graph::Recipe recipe_;
};

}  // namespace

Result<graph::Recipe> make_recipe(const graph::Graph& graph, const Ranges& ranges8, const Ranges& ranges16,
                                  const RecipeOptions& options) {
  return RecipeMaker(graph, ranges8, ranges16, options).make();
}

}  // namespace nawq::quantize
