#include "graph/settle_recipe.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "base/text.h"
#include "graph/spread_formats.h"
#include "graph/weight_channels.h"

namespace nawq::graph {
namespace {

constexpr int kPictureBits = 8;

double real(std::int8_t code, float scale) { return static_cast<double>(code) * double{scale}; }

// What multiplies the recipe's weights of each output channel to give the graph's, by the largest of them.
std::vector<double> channel_factors(const std::vector<float>& weights, const WeightCodes& coded,
                                    const WeightChannels& channels) {
  std::vector<double> factors(channels.count(), 1.0);
  std::vector<int> largest(channels.count(), 0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::size_t c = channels(i);
    if (std::abs(int{coded.codes[i]}) <= largest[c]) continue;
    largest[c] = std::abs(int{coded.codes[i]});
    factors[c] = double{weights[i]} / real(coded.codes[i], coded.scales[c]);
  }
  return factors;
}

Status settle_weights(const Graph& graph, const Node& node, const WeightChannels& channels,
                      WeightCodes& coded) {
  const auto refuse = [&] {
    return fail(
        ErrorKind::kModel,
        concat(node_text(node), ": what is multiplied into its 8-bit weights differs by input channel"));
  };
  const std::vector<float>& weights = graph.constant(node.inputs[1])->floats;
  if (weights.size() != coded.codes.size()) return refuse();
  const std::vector<double> factors = channel_factors(weights, coded, channels);
  for (std::size_t c = 0; c < factors.size(); ++c) {
    // Within the roundings of weights to float32 the scales stay as they are.
    if (std::abs(factors[c] - 1) <= 0x1p-21) continue;
    coded.scales[c] = static_cast<float>(std::abs(factors[c]) * double{coded.scales[c]});
    if (!(coded.scales[c] > 0) || !std::isfinite(coded.scales[c])) return refuse();
  }
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::size_t c = channels(i);
    if (factors[c] < 0 && coded.codes[i] == std::numeric_limits<std::int8_t>::min()) return refuse();
    if (factors[c] < 0) coded.codes[i] = static_cast<std::int8_t>(-coded.codes[i]);
    const double expected = real(coded.codes[i], coded.scales[c]);
    if (!(std::abs(double{weights[i]} - expected) <= 1e-3 * double{coded.scales[c]})) return refuse();
  }
  return {};
}

Status settle_all_weights(const Graph& graph, std::map<std::string, WeightCodes>& weights) {
  std::map<std::string, WeightCodes> settled;
  for (const Node& node : graph.nodes) {
    const auto found = weights.find(node.name);
    if (found == weights.end()) continue;
    const Shape& shape = graph.shape(node.inputs.size() > 1 ? node.inputs[1] : node.inputs[0]);
    if (const auto* conv = node.as<Conv>()) {
      NAWQ_CHECK(settle_weights(graph, node, {*conv, shape}, found->second));
    } else if (const auto* transposed = node.as<ConvTranspose>()) {
      NAWQ_CHECK(settle_weights(graph, node, {*transposed, shape}, found->second));
    } else {
      continue;
    }
    settled.insert(weights.extract(found));
  }
  weights = std::move(settled);
  return {};
}

// What affine_to_conv made of a factor and a summand for each channel: no rounding is stated for them.
void add_factors(const Graph& graph, const Node& node, Recipe& recipe) {
  const auto* conv = node.as<Conv>();
  if (!conv || recipe.weights.contains(node.name) || !graph.constant(node.inputs[1])) return;
  const Tensor& weights = *graph.constant(node.inputs[1]);
  if (weights.shape != Shape{conv->groups, 1, 1, 1}) return;
  constexpr std::int8_t kLargestCode = 127;
  WeightCodes coded;
  for (const float factor : weights.floats) {
    const bool is_zero = factor == 0;
    coded.codes.push_back(is_zero ? std::int8_t{0} : factor < 0 ? std::int8_t{-127} : kLargestCode);
    coded.scales.push_back(is_zero ? 1.0f : std::abs(factor) / float{kLargestCode});
  }
  recipe.weights[node.name] = std::move(coded);
}

bool reads_only_picture(const Graph& graph, const Node& node) {
  return std::ranges::all_of(node.inputs,
                             [&](ValueId id) { return id == graph.input || graph.constant(id) != nullptr; });
}

// Of a node "name/part" that is gone; 0 where there is none.
int part_wordlength(const Recipe& recipe, const std::set<std::string_view>& there, const std::string& name) {
  const std::string begin = concat(name, '/');
  for (auto part = recipe.wordlengths.lower_bound(begin);
       part != recipe.wordlengths.end() && part->first.starts_with(begin); ++part)
    if (!there.contains(part->first)) return part->second;
  return 0;
}

// Of the only format of what the node reads; 0 where there is none, or several.
int operand_wordlength(const Graph& graph, const Recipe& recipe, const Node& node) {
  for (const ValueId id : node.inputs) {
    const auto formats = recipe.tensors.find(graph.value(id).name);
    if (formats != recipe.tensors.end() && formats->second.size() == 1) return formats->second.front().bits;
  }
  return 0;
}

int settled_wordlength(const Graph& graph, const Recipe& recipe, const std::set<std::string_view>& there,
                       const Node& node) {
  const bool is_own = recipe.wordlengths.contains(node.name);
  const bool is_pictures_own = !recipe.tensors.contains(graph.value(graph.input).name);
  if (is_own && is_pictures_own && reads_only_picture(graph, node)) return kPictureBits;
  if (is_own) return recipe.wordlengths.find(node.name)->second;
  const int of_part = part_wordlength(recipe, there, node.name);
  return of_part != 0 ? of_part : operand_wordlength(graph, recipe, node);
}

}  // namespace

Status settle_recipe(const Graph& graph, Recipe& recipe) {
  NAWQ_CHECK(settle_all_weights(graph, recipe.weights));
  if (!graph.rounded.empty())
    for (const Node& node : graph.nodes) add_factors(graph, node, recipe);
  std::map<std::string, int> wordlengths;
  std::map<std::string, std::vector<CodeFormat>> tensors;
  std::set<std::string> dre;
  const auto keep_formats = [&](ValueId id) {
    const auto found = recipe.tensors.find(graph.value(id).name);
    if (found != recipe.tensors.end()) tensors.insert(*found);
  };
  std::set<std::string_view> there;
  for (const Node& node : graph.nodes) there.insert(node.name);
  keep_formats(graph.input);
  for (const Node& node : graph.nodes) {
    if (const int bits = settled_wordlength(graph, recipe, there, node)) wordlengths[node.name] = bits;
    if (recipe.dre.contains(node.name) && !reads_only_picture(graph, node)) dre.insert(node.name);
    for (const ValueId id : node.outputs) keep_formats(id);
  }
  recipe.wordlengths = std::move(wordlengths);
  recipe.tensors = std::move(tensors);
  recipe.dre = std::move(dre);
  if (!graph.rounded.empty()) spread_formats(graph, recipe);
  return {};
}

}  // namespace nawq::graph
