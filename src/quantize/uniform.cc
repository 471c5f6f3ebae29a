#include "quantize/uniform.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/text.h"
#include "quantize/formats.h"

namespace nawq::quantize {
namespace {

constexpr int kPictureBits = 8;

class UniformQuantizer {
 public:
  UniformQuantizer(const graph::Graph& graph, const Ranges& ranges, const UniformOptions& options)
      : graph_(graph), options_(options), producers_(graph.values.size()) {
    for (const auto& [name, range] : ranges)
      recipe_.tensors[name] = {
          code_format(range.min * options.headroom, range.max * options.headroom, options.bits)};
    for (const graph::Node& node : graph.nodes)
      for (const graph::ValueId output : node.outputs) producers_[static_cast<std::size_t>(output)] = &node;
  }

  Result<graph::Recipe> quantize() {
    for (const graph::Node& node : graph_.nodes) {
      if (!node.as<graph::Concat>()) set_wordlength(node);
      if (node.as<graph::Conv>() || node.as<graph::ConvTranspose>()) NAWQ_CHECK(quantize_weights(node));
    }
    return std::move(recipe_);
  }

 private:
  const graph::CodeFormat* format_of(graph::ValueId value) const {
    if (value == graph::kNoValue) return nullptr;
    const auto found = recipe_.tensors.find(graph_.value(value).name);
    return found == recipe_.tensors.end() ? nullptr : &found->second.front();
  }

  // Nodes that read nothing rounded (they work on accumulators, or on vectors) have no wordlength.
  void set_wordlength(const graph::Node& node) {
    const bool reads_codes =
        std::ranges::any_of(node.inputs, [&](graph::ValueId value) { return format_of(value) != nullptr; });
    const bool reads_picture = std::ranges::count(node.inputs, graph_.input) > 0;
    if (reads_codes)
      recipe_.wordlengths[node.name] = options_.bits;
    else if (reads_picture)
      recipe_.wordlengths[node.name] = kPictureBits;
  }

  // Of the codes behind a value; a piece of a tensor has the whole's.
  std::optional<float> scale_of(graph::ValueId value) const {
    if (value == graph_.input) return options_.input_scale;
    if (const graph::CodeFormat* format = format_of(value)) return format->scale;
    const graph::Node* producer = producers_[static_cast<std::size_t>(value)];
    if (producer && (producer->as<graph::Split>() || producer->as<graph::Slice>()))
      return scale_of(producer->inputs[0]);
    return std::nullopt;
  }

  Status quantize_weights(const graph::Node& node) {
    const graph::Shape& shape = graph_.shape(node.inputs[0]);
    const auto scale = scale_of(node.inputs[0]);
    const bool reads_vector = shape[2] == 1 && shape[3] == 1;
    if (!scale && reads_vector) return {};
    if (!scale)
      return fail(ErrorKind::kModel, concat(graph::node_text(node), ": the range of its input is not known"));
    recipe_.weights[node.name] = round_weights(graph_, node, *scale);
    return {};
  }

  const graph::Graph& graph_;
  const UniformOptions& options_;
  std::vector<const graph::Node*> producers_;  // by value
  graph::Recipe recipe_;
};

}  // namespace

Result<graph::Recipe> uniform_recipe(const graph::Graph& graph, const Ranges& ranges,
                                     const UniformOptions& options) {
  return UniformQuantizer(graph, ranges, options).quantize();
}

}  // namespace nawq::quantize
