#include "quantize/make_recipe.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "graph/explicit_conversions.h"
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
    recipe_.same_io = options_.same_io;
    if (options_.same_io) raise_picture_readers();
    for (const auto& [name, range] : ranges8_) add_formats(name);
    if (options_.same_io) add_computed_formats();
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

  // From the last one back: what reads the picture has readers of its own.
  void raise_picture_readers() {
    std::vector<int> read(graph_.values.size(), kPictureBits);  // by value: the largest of its readers
    for (auto node = graph_.nodes.rbegin(); node != graph_.nodes.rend(); ++node) {
      int behind = kPictureBits;
      for (const graph::ValueId id : node->outputs)
        behind = std::max(behind, read[static_cast<std::size_t>(id)]);
      const auto own = recipe_.wordlengths.find(node->name);
      const bool reads_picture = own != recipe_.wordlengths.end() && !values_.reads_rounded(*node);
      const auto* conv = node->as<graph::Conv>();
      if (reads_picture) own->second = conv && !conv->pad_values.empty() ? 16 : behind;
      if (own != recipe_.wordlengths.end()) behind = own->second;
      for (const graph::ValueId id : node->inputs)
        if (id != graph::kNoValue)
          read[static_cast<std::size_t>(id)] = std::max(read[static_cast<std::size_t>(id)], behind);
    }
  }

  void add_format(const std::string& name, const TensorRange& range, int bits) {
    std::vector<graph::CodeFormat>& formats = recipe_.tensors[name];
    if (std::ranges::find(formats, bits, &graph::CodeFormat::bits) != formats.end()) return;
    formats.push_back(code_format(range.min, range.max, bits));
    std::ranges::sort(formats, {}, &graph::CodeFormat::bits);
  }

  const TensorRange& range_of(const std::string& name, int bits) const {
    return (bits == 8 ? ranges8_ : ranges16_).find(name)->second;
  }

  // Of the wordlength in which a value is computed; parts of a concatenation have the ranges of the whole.
  void add_computed_formats() {
    const std::vector<int> computed = graph::computed_bits(graph_, recipe_);
    for (const graph::Node& node : graph_.nodes) {
      for (const graph::ValueId id : node.outputs) {
        const int bits = computed[static_cast<std::size_t>(id)];
        if (values_.is_rounded(id))
          add_format(graph_.value(id).name, range_of(graph_.value(id).name, bits), bits);
      }
      if (node.as<graph::Concat>() && values_.is_rounded(node.outputs[0])) add_part_formats(node, computed);
      set_function_format(node);
    }
  }

  void add_part_formats(const graph::Node& concat, const std::vector<int>& computed) {
    const std::string& whole = graph_.value(concat.outputs[0]).name;
    for (const graph::ValueId part : concat.inputs) {
      if (part == graph_.input || graph_.constant(part)) continue;
      const std::string& name = graph_.value(part).name;
      for (const int bits : {computed[static_cast<std::size_t>(part)],
                             computed[static_cast<std::size_t>(concat.outputs[0])]}) {
        if (values_.is_rounded(part))
          add_format(name, range_of(name, bits), bits);
        else if (values_.whole(part) == graph::kNoValue)
          add_format(name, range_of(whole, bits), bits);
      }
    }
  }

  void set_function_format(const graph::Node& node) {
    const auto* unary = node.as<graph::Unary>();
    const auto formats = recipe_.tensors.find(graph_.value(node.outputs[0]).name);
    if (!unary || formats == recipe_.tensors.end()) return;
    for (graph::CodeFormat& format : formats->second) {
      if (format.bits != 16) continue;
      if (unary->kind == graph::UnaryKind::kSigmoid) format = {16, 1.0f / 65536, 0};
      if (unary->kind == graph::UnaryKind::kTanh) format = {16, 1.0f / 32768, 32768};
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
    if (value == graph_.input)
      return bits == 8 ? options_.input_scale
                       : static_cast<float>(double{options_.input_scale} * 255 / 65535);
    const graph::ValueId whole = values_.whole(value);
    if (whole == graph::kNoValue) return std::nullopt;
    const graph::CodeFormat* format = format_of(whole, bits);
    return format ? std::optional(format->scale) : std::nullopt;
  }

  Status quantize_weights(const graph::Node& node) {
    const graph::Shape& shape = graph_.shape(node.inputs[0]);
    const auto own = recipe_.wordlengths.find(node.name);
    const auto scale =
        scale_of(node.inputs[0], own == recipe_.wordlengths.end() ? bits_of(node) : own->second);
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
