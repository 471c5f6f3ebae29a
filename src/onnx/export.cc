#include "onnx/export.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "graph/explicit_conversions.h"
#include "onnx/metadata.h"
#include "onnx/node_export.h"

namespace nawq::onnx {
namespace {

using graph::CodeFormat;
using graph::Graph;
using graph::Recipe;
using graph::ValueId;

constexpr std::int64_t kIrVersion = 10, kOpset = 21;  // the first to have 16-bit QuantizeLinear

Status check_same_structure(const Graph& graph, const Graph& other) {
  bool same = graph.nodes.size() == other.nodes.size() && graph.input == other.input &&
              graph.output == other.output && graph.values.size() == other.values.size();
  for (std::size_t i = 0; same && i < graph.nodes.size(); ++i)
    same = graph.nodes[i].op.index() == other.nodes[i].op.index() &&
           graph.nodes[i].inputs == other.nodes[i].inputs && graph.nodes[i].outputs == other.nodes[i].outputs;
  if (same) return {};
  return fail(ErrorKind::kModel,
              "the network's structure depends on the picture's size; a file for one size can "
              "hold it");
}

bool is_sound(const CodeFormat& format) {
  return (format.bits == 8 || format.bits == 16) && format.scale > 0 && std::isfinite(format.scale) &&
         format.zero_point >= 0 && format.zero_point < 1 << format.bits;
}

Status check_recipe(const Recipe& recipe) {
  for (const auto& [name, formats] : recipe.tensors)
    if (formats.empty() || !std::ranges::all_of(formats, is_sound))
      return fail(ErrorKind::kModel, concat("tensor '", name, "' has no format that codes can have"));
  return {};
}

// What makes the three kinds of files.
struct Style {
  bool finds_ranges = false;                         // of DRE layers, when the file runs
  std::vector<TensorEncoding>* described = nullptr;  // a float file, and what to round
};

class Exporter {
 public:
  Exporter(const Graph& graph, const Graph& other, const Recipe& recipe, const ExportInfo& info,
           const Style& style, ::onnx::GraphProto& proto)
      : graph_(graph),
        recipe_(recipe),
        proto_(proto),
        writer_(proto),
        rounding_(writer_, style.described),
        picture_{8, static_cast<float>(info.input_range / 255.0), 0},
        any_size_(graph.shape(graph.input) != other.shape(other.input)),
        scope_{graph, other, recipe, writer_, rounding_, values_, info.four_dims, style.finds_ranges} {}

  Status run() {
    proto_.set_name("network");
    name_values();
    describe(*proto_.add_input(), graph_.input, "height", "width");
    add_pair(graph_.input, picture_);
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) NAWQ_CHECK(write(i));
    return write_output();
  }

 private:
  // Values of the graph have the first claim on their names.
  void name_values() {
    output_name_ = writer_.tensor_name(graph_.value(graph_.output).name);
    values_[graph_.input].name = writer_.tensor_name(graph_.value(graph_.input).name);
    for (const graph::Node& node : graph_.nodes)
      for (const ValueId id : node.outputs) {
        const std::string& name = graph_.value(id).name;
        const bool is_result = id == graph_.output;
        computed_[id] = !is_result              ? writer_.tensor_name(name)
                        : rounding_.describes() ? output_name_
                                                : writer_.tensor_name(name + ".real");
      }
  }

  void describe(::onnx::ValueInfoProto& value, ValueId id, const char* height, const char* width) {
    value.set_name(id == graph_.input ? values_[id].name : output_name_);
    auto& tensor = *value.mutable_type()->mutable_tensor_type();
    tensor.set_elem_type(::onnx::TensorProto::FLOAT);
    const graph::Shape& shape = graph_.shape(id);
    for (std::size_t i = 0; i < shape.size(); ++i) {
      auto& dim = *tensor.mutable_shape()->add_dim();
      if (any_size_ && i >= 2)
        dim.set_dim_param(i == 2 ? height : width);
      else
        dim.set_dim_value(shape[i]);
    }
  }

  void add_pair(ValueId id, const CodeFormat& format) {
    WrittenValue& value = values_[id];
    const std::string& stem = id == graph_.input ? value.name : computed_[id];
    value.rounded.push_back({format, rounding_.round(value.name, stem, format, {})});
  }

  // Reads the codes of its operand and is nothing but the rounding of its result.
  void write_conversion(const graph::Node& node) {
    const ValueId from = node.inputs[0], to = node.outputs[0];
    const WrittenValue& read = values_[from];
    const bool is_shared = std::ranges::count_if(graph_.nodes, [&](const graph::Node& other) {
                             return std::ranges::find(other.inputs, from) != other.inputs.end();
                           }) > 1;
    std::string real = read.any();
    if (is_shared && !read.rounded.empty()) real = rounding_.read_again(read.rounded.front().tensor);
    if (rounding_.describes()) {
      writer_.add_node("Identity", node.name, {real}, {computed_[to]});
      real = computed_[to];
    }
    values_[to].name = real;
    add_pair(to, recipe_.tensors.find(graph_.value(to).name)->second.front());
  }

  Status check_rank(const graph::Node& node) const {
    for (const ValueId id : node.outputs)
      if (scope_.four_dims && graph_.shape(id).size() > 4)
        return fail(ErrorKind::kModel,
                    concat(graph::node_text(node), ": its result ", graph::to_text(graph_.shape(id)),
                           " has more than 4 dimensions"));
    return {};
  }

  Status write(std::size_t index) {
    const graph::Node& node = graph_.nodes[index];
    if (graph::is_conversion(graph_, recipe_, node)) {
      write_conversion(node);
      return {};
    }
    // The name of a result is known before the node is written, its rounded forms afterwards.
    for (const ValueId id : node.outputs) values_[id].name = computed_[id];
    NAWQ_CHECK(check_rank(node));
    NodeExport written(scope_, index);
    NAWQ_CHECK(export_node(written));
    for (const ValueId id : node.outputs) {
      const auto formats = recipe_.tensors.find(graph_.value(id).name);
      if (formats == recipe_.tensors.end()) continue;
      for (const CodeFormat& format : formats->second) add_pair(id, format);
    }
    return {};
  }

  Status write_output() {
    if (graph_.output == graph_.input) return fail(ErrorKind::kModel, "the network has no operators");
    describe(*proto_.add_output(), graph_.output, "out_height", "out_width");
    rounding_.round(values_[graph_.output].any(), output_name_, picture_, output_name_);
    return {};
  }

  const Graph& graph_;
  const Recipe& recipe_;
  ::onnx::GraphProto& proto_;
  GraphWriter writer_;
  RoundingWriter rounding_;
  CodeFormat picture_;
  bool any_size_;
  std::map<ValueId, WrittenValue> values_;   // of nodes already written
  std::map<ValueId, std::string> computed_;  // names of all results
  std::string output_name_;
  ExportScope scope_;
};

void add_metadata(::onnx::ModelProto& proto, const char* key, std::string value) {
  auto& entry = *proto.add_metadata_props();
  entry.set_key(key);
  entry.set_value(std::move(value));
}

void write_header(::onnx::ModelProto& proto, const ExportInfo& info) {
  proto.set_ir_version(kIrVersion);
  proto.add_opset_import()->set_version(kOpset);
  proto.set_producer_name("nawqsr");
  proto.set_producer_version(info.program_version);
  add_metadata(proto, kScaleKey, concat(info.scale));
  add_metadata(proto, kInputRangeKey, concat(info.input_range));
  add_metadata(proto, kColourKey, info.colour);
  add_metadata(proto, kProgramVersionKey, info.program_version);
}

void write_recipe_facts(::onnx::ModelProto& proto, const Graph& graph, const Recipe& recipe) {
  add_metadata(proto, kRecipeVersionKey, kRecipeVersion);
  if (!graph.rounded.empty()) add_metadata(proto, kRoundingsKey, kAllStated);
  std::string dre;
  for (const std::string& node : recipe.dre) dre += concat(dre.empty() ? "" : "\n", node);
  if (!dre.empty()) add_metadata(proto, kDreKey, std::move(dre));
}

Result<std::string> write_file(const Graph& graph, const Graph& other, const Recipe& recipe,
                               const ExportInfo& info, const Style& style) {
  NAWQ_CHECK(check_same_structure(graph, other));
  NAWQ_CHECK(check_recipe(recipe));
  ::onnx::ModelProto proto;
  write_header(proto, info);
  if (style.finds_ranges)
    add_metadata(proto, kOwnRangesKey, "1");
  else if (!style.described)
    write_recipe_facts(proto, graph, recipe);
  Exporter exporter(graph, other, recipe, info, style, *proto.mutable_graph());
  NAWQ_CHECK(exporter.run());
  if (proto.ByteSizeLong() > std::size_t{std::numeric_limits<std::int32_t>::max()})
    return fail(ErrorKind::kModel, "is larger than the 2 GiB that an ONNX file may have");
  return proto.SerializeAsString();
}

}  // namespace

Result<std::string> export_qdq(const Graph& graph, const Graph& other, const Recipe& recipe,
                               const ExportInfo& info) {
  return write_file(graph, other, recipe, info, {});
}

Result<std::string> export_dynamic(const Graph& graph, const Graph& other, const Recipe& recipe,
                                   const ExportInfo& info) {
  return write_file(graph, other, recipe, info, {.finds_ranges = true});
}

Result<DescribedFile> export_described(const Graph& graph, const Graph& other, const Recipe& recipe,
                                       const ExportInfo& info) {
  DescribedFile file;
  NAWQ_TRY(file.bytes, write_file(graph, other, recipe, info, {.described = &file.tensors}));
  return file;
}

}  // namespace nawq::onnx
