#include "onnx/import.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "base/text.h"
#include "onnx/names.h"
#include "onnx/operators.h"
#include "onnx/recipe_import.h"

namespace nawq::onnx {
namespace {

using ::onnx::NodeProto;

constexpr std::int64_t kLargestSide = std::int64_t{1} << 24;

// Room for weights that are computed from weights, and for a few planes of the picture's size.
FoldBudget fold_budget(const ParsedFile& file, std::int64_t pixels) {
  const std::int64_t bytes = (std::int64_t{64} << 20) + 16 * file.bytes + 256 * pixels;
  return {bytes, (std::int64_t{1} << 27) + 4 * bytes};
}

Status check_size(const ParsedFile& file, std::int64_t width_px, std::int64_t height_px) {
  const std::string size = concat(width_px, "x", height_px, " pixels");
  if (width_px < 1 || height_px < 1 || width_px > kLargestSide || height_px > kLargestSide)
    return fail(ErrorKind::kUsage, concat("a picture of ", size, " is not supported"));
  const ModelInfo& info = file.info;
  const bool fits = (info.fixed_width_px == 0 || info.fixed_width_px == width_px) &&
                    (info.fixed_height_px == 0 || info.fixed_height_px == height_px);
  const auto side = [](std::int64_t fixed) { return fixed == 0 ? std::string("any") : concat(fixed); };
  if (!fits)
    return fail(ErrorKind::kModel, concat("takes pictures of ", side(info.fixed_width_px), "x",
                                          side(info.fixed_height_px), " pixels only, not ", size));
  return {};
}

struct Failure {
  Error error;
  Unsupported node;
};

class GraphImport {
 public:
  GraphImport(const ParsedFile& file, std::int64_t width_px, std::int64_t height_px)
      : file_(file),
        recipe_(graph_, file.info),
        emitter_(graph_, recipe_, fold_budget(file, width_px * height_px)) {
    Operand input{
        file.info.input_name, graph::DataType::kFloat, {1, file.info.channels, height_px, width_px}, {}, {}};
    input.value = emitter_.add_input(printable(input.name), input.shape);
    values_[file.info.input_name] = {NodeInput::State::kKnown, std::move(input), {}};
  }

  // Nodes in file order; `all` goes on after a failure.
  void run(bool all) {
    const auto& nodes = file_.proto.graph().node();
    for (int i = 0; i < nodes.size() && (all || failures_.empty()); ++i) take(nodes.Get(i), i);
  }

  std::vector<Failure>& failures() { return failures_; }

  // Once every node is taken.
  Result<graph::Graph> finish() {
    const NodeInput output = look_up(file_.info.output_name);
    if (output.state == NodeInput::State::kUnavailable) return fail(ErrorKind::kModel, output.why);
    NAWQ_CHECK(check_output(output.operand));
    graph_.output = output.operand.value;
    if (graph_.output != graph_.input) emitter_.name_value(graph_.output, printable(file_.info.output_name));
    return std::move(graph_);
  }

  // Behind finish(), whose graph it is given.
  Result<graph::Recipe> finish_recipe(const graph::Graph& graph) { return recipe_.finish(graph); }

 private:
  NodeInput look_up(const std::string& name) const {
    if (name.empty()) return {};
    if (const auto known = values_.find(name); known != values_.end()) return known->second;
    const auto weights = file_.initializers.find(name);
    if (weights == file_.initializers.end()) return {NodeInput::State::kUnknown, {}, {}};
    Operand operand = constant_operand(printable(name), weights->second);
    operand.stored_type = file_.stored_type(*weights->second);
    return {NodeInput::State::kKnown, std::move(operand), {}};
  }

  void take(const NodeProto& node, int index) {
    std::vector<NodeInput> inputs;
    for (const std::string& name : node.input()) inputs.push_back(look_up(name));
    NodeImport scope(file_, node, node_name(node, index), std::move(inputs), emitter_, recipe_);
    const std::size_t first_new = graph_.values.size();
    auto results = translate(node, scope);
    if (results) return keep(node, index, std::move(*results), first_new);
    for (const std::string& name : node.output()) values_[name] = {NodeInput::State::kUnknown, {}, {}};
    if (scope.met_unknown()) return;
    Unsupported refused{node_name(node, index), printable(node.op_type()), results.error().message};
    failures_.push_back(
        {with_context(std::move(results.error()), node_text(node, index)), std::move(refused)});
  }

  static Result<Operands> translate(const NodeProto& node, NodeImport& scope) {
    if (!node.domain().empty() && node.domain() != "ai.onnx" && !is_quantization_of_microsoft(node))
      return fail(ErrorKind::kModel,
                  concat("operators of domain '", printable(node.domain()), "' are not supported"));
    const OperatorRule* rule = find_operator(node.op_type());
    if (!rule) return fail(ErrorKind::kModel, refusal(node.op_type()));
    if (node.input_size() < rule->least_inputs || node.input_size() > rule->most_inputs)
      return fail(ErrorKind::kModel, concat(node.input_size(), " inputs are not supported"));
    if (node.output_size() < 1) return fail(ErrorKind::kModel, "has no output");
    NAWQ_CHECK(scope.attributes().check_known(rule->attributes));
    return rule->translate(scope);
  }

  // ONNX Runtime's quantizer wrote 16-bit codes with operators of its own before opset 21 had them.
  static bool is_quantization_of_microsoft(const NodeProto& node) {
    return node.domain() == "com.microsoft" &&
           (node.op_type() == "QuantizeLinear" || node.op_type() == "DequantizeLinear");
  }

  // Values from `first_new` on are made by the node: they take the names of its outputs.
  void keep(const NodeProto& node, int index, Operands results, std::size_t first_new) {
    for (int i = 0; i < node.output_size(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      NodeInput& value = values_[node.output(i)];
      if (at >= results.size()) {
        value = {NodeInput::State::kUnavailable,
                 {},
                 concat("output ", i, " of ", node_text(node, index), " is not supported")};
        continue;
      }
      Operand& operand = results[at];
      if (operand.is_constant() && operand.name.empty()) operand.name = printable(node.output(i));
      if (!operand.is_constant() && static_cast<std::size_t>(operand.value) >= first_new &&
          !node.output(i).empty())
        operand.name = emitter_.name_value(operand.value, printable(node.output(i)));
      value = {NodeInput::State::kKnown, std::move(operand), {}};
    }
  }

  Status check_output(const Operand& output) const {
    if (output.codes)
      return fail(ErrorKind::kModel, "its output are codes: only a float output is supported");
    const graph::Shape& in = graph_.shape(graph_.input);
    const graph::Shape& out = output.shape;
    const auto refuse = [&](const char* why) {
      return fail(ErrorKind::kModel, concat("is not a super-resolution network: output ", graph::to_text(out),
                                            " for input ", graph::to_text(in), why));
    };
    if (output.is_constant()) return refuse(" does not depend on the picture");
    if (out.size() != 4) return refuse(" is no picture");
    if (out[0] != 1 || out[1] != in[1]) return refuse(" has other channels");
    if (out[2] % in[2] != 0 || out[3] % in[3] != 0) return refuse(" has no integer scale");
    if (out[2] / in[2] != out[3] / in[3]) return refuse(" has different scales in width and height");
    return {};
  }

  const ParsedFile& file_;
  graph::Graph graph_;
  RecipeImport recipe_;
  Emitter emitter_;
  std::map<std::string, NodeInput, std::less<>> values_;
  std::vector<Failure> failures_;
};

Result<QuantizedGraph> import_any(const ParsedFile& file, std::int64_t width_px, std::int64_t height_px) {
  NAWQ_CHECK(check_size(file, width_px, height_px));
  GraphImport import(file, width_px, height_px);
  import.run(false);
  if (!import.failures().empty()) return tl::unexpected<Error>(std::move(import.failures().front().error));
  QuantizedGraph imported;
  NAWQ_TRY(imported.graph, import.finish());
  if (file.info.quantized) {
    NAWQ_TRY(imported.recipe, import.finish_recipe(imported.graph));
  }
  return imported;
}

}  // namespace

Result<graph::Graph> import_graph(const ParsedFile& file, std::int64_t width_px, std::int64_t height_px) {
  NAWQ_TRY(QuantizedGraph imported, import_any(file, width_px, height_px));
  return std::move(imported.graph);
}

Result<QuantizedGraph> import_quantized(const ParsedFile& file, std::int64_t width_px,
                                        std::int64_t height_px) {
  if (!file.info.quantized) return fail(ErrorKind::kModel, "is not quantized");
  return import_any(file, width_px, height_px);
}

std::vector<Unsupported> list_unsupported(const ParsedFile& file, std::int64_t width_px,
                                          std::int64_t height_px) {
  std::vector<Unsupported> listed;
  if (!check_size(file, width_px, height_px)) return listed;
  GraphImport import(file, width_px, height_px);
  import.run(true);
  for (Failure& failure : import.failures()) listed.push_back(std::move(failure.node));
  return listed;
}

}  // namespace nawq::onnx
