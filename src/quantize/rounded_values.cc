#include "quantize/rounded_values.h"

#include <algorithm>

namespace nawq::quantize {
namespace {

bool cuts(const graph::Node& node) { return node.as<graph::Split>() || node.as<graph::Slice>(); }

}  // namespace

RoundedValues::RoundedValues(const graph::Graph& graph, const Ranges& ranges)
    : graph_(graph), ranges_(ranges), cut_from_(graph.values.size(), graph::kNoValue) {
  for (const graph::Node& node : graph.nodes)
    if (cuts(node))
      for (const graph::ValueId piece : node.outputs)
        cut_from_[static_cast<std::size_t>(piece)] = node.inputs[0];
}

bool RoundedValues::is_rounded(graph::ValueId value) const {
  return value != graph::kNoValue && ranges_.contains(graph_.value(value).name);
}

graph::ValueId RoundedValues::whole(graph::ValueId value) const {
  while (value != graph::kNoValue && !is_rounded(value)) value = cut_from_[static_cast<std::size_t>(value)];
  return value;
}

bool RoundedValues::reads_rounded(const graph::Node& node) const {
  return std::ranges::any_of(node.inputs, [&](auto value) { return whole(value) != graph::kNoValue; });
}

bool RoundedValues::has_wordlength(const graph::Node& node) const {
  if (node.as<graph::Concat>() || cuts(node)) return false;
  return reads_rounded(node) || std::ranges::count(node.inputs, graph_.input) > 0;
}

}  // namespace nawq::quantize
