#include "quantize/decisions.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

#include "base/text.h"

namespace nawq::quantize {
namespace {

using graph::Node;
using Nodes = std::map<std::string_view, const Node*>;

tl::unexpected<Error> refuse(std::string message) { return fail(ErrorKind::kModel, std::move(message)); }

Nodes nodes_of(const graph::Graph& graph) {
  Nodes nodes;
  for (const Node& node : graph.nodes) nodes.emplace(node.name, &node);
  return nodes;
}

tl::unexpected<Error> unknown_node(std::string_view name) {
  return refuse(concat("node '", name, "': the network has none of this name"));
}

Status check_names(const Nodes& nodes, const Decisions& decisions) {
  std::set<std::string_view> named;
  for (const DecidedLayer& layer : decisions.layers) {
    const auto found = nodes.find(layer.name);
    if (found == nodes.end()) return unknown_node(layer.name);
    if (layer.op != graph::op_name(found->second->op))
      return refuse(concat(graph::node_text(*found->second), ": is no ", layer.op));
    if (!named.insert(layer.name).second)
      return refuse(concat(graph::node_text(*found->second), ": is given twice"));
  }
  for (const auto& [name, bias] : decisions.biases)
    if (!decisions.weights.contains(name))
      return refuse(concat("node '", name, "': has a bias but no weights"));
  return {};
}

Status check_ranges(const graph::Graph& graph, const Decisions& decisions) {
  std::set<std::string_view> values;
  for (const graph::Value& value : graph.values) values.insert(value.name);
  for (const auto& [name, range] : decisions.ranges8) {
    if (!values.contains(name))
      return refuse(concat("tensor '", name, "': the network has none of this name"));
    if (!decisions.ranges16.contains(name))
      return refuse(concat("tensor '", name, "': has no range for 16 bits"));
  }
  for (const auto& [name, range] : decisions.ranges16)
    if (!decisions.ranges8.contains(name))
      return refuse(concat("tensor '", name, "': has no range for 8 bits"));
  return {};
}

Status check_count(const Node& node, std::string_view what, std::size_t count, std::size_t wanted) {
  if (count == wanted) return {};
  return refuse(concat(graph::node_text(node), ": has ", count, ' ', what, ", not ", wanted));
}

Status check_weights(const graph::Graph& graph, const Node& node, const graph::WeightCodes& codes,
                     const std::vector<float>* bias) {
  const bool is_convolution = node.as<graph::Conv>() || node.as<graph::ConvTranspose>();
  if (!is_convolution || !graph.constant(node.inputs[1]))
    return refuse(concat(graph::node_text(node), ": has no weights to be rounded"));
  const std::size_t channels = biases_of(graph, node).size();
  NAWQ_CHECK(check_count(node, "codes of weights", codes.codes.size(),
                         graph.constant(node.inputs[1])->floats.size()));
  NAWQ_CHECK(check_count(node, "scales of weights", codes.scales.size(), channels));
  if (bias) NAWQ_CHECK(check_count(node, "biases", bias->size(), channels));
  for (const float scale : codes.scales)
    if (!(scale > 0) || !std::isfinite(scale))
      return refuse(concat(graph::node_text(node), ": a scale of its weights is ", scale));
  return {};
}

// Checked.
Result<RoundedLayers> rounded_layers(const graph::Graph& graph, const Nodes& nodes,
                                     const Decisions& decisions) {
  RoundedLayers rounded;
  for (const auto& [name, codes] : decisions.weights) {
    const auto node = nodes.find(name);
    if (node == nodes.end()) return unknown_node(name);
    const auto bias = decisions.biases.find(name);
    const bool has_bias = bias != decisions.biases.end();
    NAWQ_CHECK(check_weights(graph, *node->second, codes, has_bias ? &bias->second : nullptr));
    RoundedLayer& layer = rounded[name];
    layer.weights = codes;
    if (has_bias) layer.biases = bias->second;
  }
  return rounded;
}

int bits_of(const graph::Recipe& recipe, const std::string& name) {
  const auto found = recipe.wordlengths.find(name);
  return found == recipe.wordlengths.end() ? 0 : found->second;
}

std::string bits_text(int bits) { return bits == 0 ? std::string("no wordlength") : concat(bits, " bits"); }

// Every layer is there, with what it can have: one that reads the picture has the picture's 8 bits.
Status check_layers(const Nodes& nodes, const Decisions& decisions, const graph::Recipe& made) {
  std::set<std::string_view> decided;
  for (const DecidedLayer& layer : decisions.layers) {
    decided.insert(layer.name);
    const Node& node = *nodes.find(layer.name)->second;
    if (const int bits = bits_of(made, layer.name); bits != layer.bits)
      return refuse(
          concat(graph::node_text(node), ": has ", bits_text(bits), ", not ", bits_text(layer.bits)));
    if (layer.dre && !made.dre.contains(layer.name))
      return refuse(
          concat(graph::node_text(node), ": reads nothing whose range can be found on the picture"));
  }
  for (const auto& [name, bits] : made.wordlengths)
    if (!decided.contains(name))
      return refuse(concat(graph::node_text(*nodes.find(name)->second), ": its wordlength is not given"));
  return {};
}

RecipeOptions options_of(const Decisions& decisions, float input_scale) {
  RecipeOptions options;
  options.bits = decisions.unread_bits;
  options.same_io = decisions.same_io;
  options.input_scale = input_scale;
  for (const DecidedLayer& layer : decisions.layers) {
    if (layer.bits != 0 && layer.bits != options.bits) options.others.insert(layer.name);
    if (layer.dre) options.dre.names.insert(layer.name);
  }
  return options;
}

}  // namespace

Result<graph::Recipe> make_recipe(const graph::Graph& graph, const Decisions& decisions, float input_scale) {
  const Nodes nodes = nodes_of(graph);
  NAWQ_CHECK(check_names(nodes, decisions));
  NAWQ_CHECK(check_ranges(graph, decisions));
  NAWQ_TRY(const RoundedLayers rounded, rounded_layers(graph, nodes, decisions));
  RecipeOptions options = options_of(decisions, input_scale);
  options.rounded = &rounded;
  NAWQ_TRY(graph::Recipe recipe, make_recipe(graph, decisions.ranges8, decisions.ranges16, options));
  NAWQ_CHECK(check_layers(nodes, decisions, recipe));
  return recipe;
}

Result<Decisions> find_decisions(const graph::Graph& graph, const graph::Recipe& recipe,
                                 const Ranges& ranges8, const Ranges& ranges16, int unread_bits,
                                 float input_scale) {
  Decisions decisions{.unread_bits = unread_bits,
                      .same_io = recipe.same_io,
                      .ranges8 = ranges8,
                      .ranges16 = ranges16,
                      .weights = recipe.weights,
                      .biases = recipe.biases};
  for (const Node& node : graph.nodes) {
    const int bits = bits_of(recipe, node.name);
    const bool dre = recipe.dre.contains(node.name);
    if (bits != 0 || dre) decisions.layers.push_back({node.name, graph::op_name(node.op), bits, dre});
  }
  NAWQ_TRY(const graph::Recipe again, make_recipe(graph, decisions, input_scale));
  if (again == recipe) return decisions;
  for (const auto& [name, formats] : recipe.tensors)
    if (const auto found = again.tensors.find(name); found == again.tensors.end() || found->second != formats)
      return refuse(concat("tensor '", name, "': its formats do not follow from its ranges"));
  return refuse("the recipe does not follow from its ranges and wordlengths");
}

}  // namespace nawq::quantize
