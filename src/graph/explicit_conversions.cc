#include "graph/explicit_conversions.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"

namespace nawq::graph {
namespace {

constexpr int kPictureBits = 8;

std::size_t index_of(ValueId id) { return static_cast<std::size_t>(id); }

bool cuts(const Node& node) { return node.as<Split>() || node.as<Slice>(); }

class ConversionWriter {
 public:
  ConversionWriter(Graph& graph, Recipe& recipe, float white)
      : graph_(graph),
        recipe_(recipe),
        before_(recipe.tensors),
        white_(white),
        bits_(computed_bits(graph, recipe)),
        whole_(graph.values.size(), kNoValue) {}

  Status run() {
    find_wholes();
    NAWQ_CHECK(keep_own_formats());
    for (Node& node : graph_.nodes) NAWQ_CHECK(convert_operands(node));
    place_nodes();
    if (bits_[index_of(graph_.output)] == 16)
      recipe_.tensors[graph_.value(graph_.output).name] = {picture_format(16)};
    for (const auto& [name, formats] : recipe_.tensors) graph_.rounded.insert(name);
    recipe_.same_io = false;
    return {};
  }

 private:
  CodeFormat picture_format(int bits) const {
    return {bits, static_cast<float>(double{white_} / ((1 << bits) - 1)), 0};
  }

  bool has_formats(ValueId id) const { return before_.contains(graph_.value(id).name); }

  // The rounded value that each is or is cut from; kNoValue where there is none.
  void find_wholes() {
    for (const Node& node : graph_.nodes)
      for (const ValueId id : node.outputs)
        whole_[index_of(id)] = has_formats(id) ? id
                               : cuts(node)    ? whole_[index_of(node.inputs[0])]
                                               : kNoValue;
  }

  Result<CodeFormat> format_of(ValueId id, int bits) const {
    if (id == graph_.input) return picture_format(bits);
    const std::string& name = graph_.value(whole_[index_of(id)]).name;
    for (const CodeFormat& format : before_.find(name)->second)
      if (format.bits == bits) return format;
    return fail(ErrorKind::kModel, concat("tensor '", name, "' has no format of ", bits, " bits"));
  }

  Status keep_own_formats() {
    for (const Node& node : graph_.nodes)
      for (const ValueId id : node.outputs) {
        if (!has_formats(id) || id == graph_.output) continue;
        NAWQ_TRY(const CodeFormat own, format_of(id, bits_[index_of(id)]));
        recipe_.tensors[graph_.value(id).name] = {own};
      }
    return {};
  }

  // 0 for what reads a value as it is.
  int wanted_bits(const Node& node) const {
    if (const auto found = recipe_.wordlengths.find(node.name); found != recipe_.wordlengths.end())
      return found->second;
    return node.as<Concat>() ? bits_[index_of(node.outputs[0])] : 0;
  }

  Status convert_operands(Node& node) {
    const int wanted = wanted_bits(node);
    for (ValueId& id : node.inputs) {
      if (wanted == 0 || id == kNoValue || graph_.constant(id)) continue;
      const bool is_rounded = id == graph_.input || whole_[index_of(id)] != kNoValue;
      if (!is_rounded || bits_[index_of(id)] == wanted) continue;
      NAWQ_TRY(id, converted(id, wanted));
    }
    return {};
  }

  Result<ValueId> converted(ValueId id, int bits) {
    const auto [made, is_new] = made_.try_emplace(id, kNoValue);
    if (!is_new) return made->second;
    NAWQ_TRY(const CodeFormat format, format_of(id, bits));
    const std::string name = concat(graph_.value(id).name, ".as", bits);
    made->second = static_cast<ValueId>(graph_.values.size());
    graph_.values.push_back({name, DataType::kFloat, graph_.shape(id), nullptr});
    recipe_.tensors[name] = {format};
    recipe_.wordlengths[name] = bits_[index_of(id)];
    return made->second;
  }

  // Each behind what makes its operand.
  void place_nodes() {
    std::vector<Node> nodes;
    const auto add_behind = [&](ValueId id) {
      const auto made = made_.find(id);
      if (made == made_.end()) return;
      const std::string& name = graph_.value(made->second).name;
      const auto [low, high] = code_bounds(recipe_.tensors[name].front());
      nodes.push_back({name, Unary{UnaryKind::kClip, low, high}, {id}, {made->second}});
    };
    add_behind(graph_.input);
    for (Node& node : graph_.nodes) {
      const std::vector<ValueId> outputs = node.outputs;
      nodes.push_back(std::move(node));
      for (const ValueId id : outputs) add_behind(id);
    }
    graph_.nodes = std::move(nodes);
  }

  Graph& graph_;
  Recipe& recipe_;
  const std::map<std::string, std::vector<CodeFormat>> before_;
  float white_;
  std::vector<int> bits_;            // by value, without those that are added
  std::vector<ValueId> whole_;       // by value
  std::map<ValueId, ValueId> made_;  // of a value in the other wordlength
};

}  // namespace

std::vector<int> computed_bits(const Graph& graph, const Recipe& recipe) {
  std::vector<int> bits(graph.values.size(), kPictureBits);
  for (const Node& node : graph.nodes) {
    int own = 0;
    for (const ValueId id : node.inputs)
      if (id != kNoValue && !graph.constant(id) && (own == 0 || node.as<Concat>()))
        own = std::max(own, bits[index_of(id)]);
    if (const auto found = recipe.wordlengths.find(node.name); found != recipe.wordlengths.end())
      own = found->second;
    if (const auto formats = recipe.tensors.find(graph.value(node.outputs[0]).name);
        node.as<Concat>() && formats != recipe.tensors.end() && !formats->second.empty())
      own = std::ranges::max(formats->second, {}, &CodeFormat::bits).bits;
    for (const ValueId id : node.outputs) bits[index_of(id)] = own;
  }
  return bits;
}

Status add_conversions(Graph& graph, Recipe& recipe, float white) {
  if (!recipe.same_io) return {};
  return ConversionWriter(graph, recipe, white).run();
}

bool is_conversion(const Graph& graph, const Recipe& recipe, const Node& node) {
  const auto* clip = node.as<Unary>();
  if (!clip || clip->kind != UnaryKind::kClip) return false;
  const std::string& made = graph.value(node.outputs[0]).name;
  const auto formats = recipe.tensors.find(made);
  if (formats == recipe.tensors.end() || formats->second.size() != 1) return false;
  const CodeFormat& format = formats->second.front();
  return made == concat(graph.value(node.inputs[0]).name, ".as", format.bits) &&
         std::pair(clip->alpha, clip->beta) == code_bounds(format);
}

std::pair<float, float> code_bounds(const CodeFormat& format) {
  const auto real = [&](std::int32_t code) {
    return static_cast<float>(static_cast<double>(code - format.zero_point) * double{format.scale});
  };
  return {real(0), real((1 << format.bits) - 1)};
}

}  // namespace nawq::graph
