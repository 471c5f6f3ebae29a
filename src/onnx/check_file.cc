#include "onnx/check_file.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/text.h"
#include "onnx/names.h"

namespace nawq::onnx {
namespace {

using ::onnx::TypeProto;
using ::onnx::ValueInfoProto;

constexpr std::int64_t kOldestOpset = 9, kNewestOpset = 21;

tl::unexpected<Error> refuse(std::string why) { return fail(ErrorKind::kModel, std::move(why)); }

Result<std::int64_t> read_opset(const ::onnx::ModelProto& proto) {
  std::int64_t opset = 0;
  for (const auto& import : proto.opset_import())
    if (import.domain().empty() || import.domain() == "ai.onnx")
      opset = std::max(opset, std::int64_t{import.version()});
  if (opset == 0) return refuse("is truncated or not an ONNX file: it states no opset");
  if (opset < kOldestOpset || opset > kNewestOpset)
    return refuse(concat("opset ", opset, " is not supported: ", kOldestOpset, " to ", kNewestOpset, " are"));
  return opset;
}

// Graph inputs that no initializer fills (files of IR 3 list weights among the inputs).
std::vector<const ValueInfoProto*> real_inputs(const ::onnx::GraphProto& graph) {
  std::set<std::string_view> filled;
  for (const auto& tensor : graph.initializer()) filled.insert(tensor.name());
  std::vector<const ValueInfoProto*> inputs;
  for (const ValueInfoProto& input : graph.input())
    if (!filled.contains(input.name())) inputs.push_back(&input);
  return inputs;
}

std::string names_text(const std::vector<const ValueInfoProto*>& values) {
  constexpr std::size_t kMost = 8;
  std::string out;
  for (std::size_t i = 0; i < std::min(values.size(), kMost); ++i)
    out += concat(i ? ", '" : "'", printable(values[i]->name()), "'");
  return values.size() > kMost ? out + ", ..." : out;
}

Result<const ValueInfoProto*> the_only(const std::vector<const ValueInfoProto*>& values, const char* role) {
  if (values.size() != 1)
    return refuse(concat("is not a super-resolution network: it has ", values.size(), " ", role, "s",
                         values.empty() ? "" : ", ", names_text(values), "; one picture is expected"));
  return values.front();
}

Status check_is_real(const ValueInfoProto& value, const char* role) {
  if (value.type().value_case() != TypeProto::kTensorType)
    return refuse(concat(role, " '", printable(value.name()), "' is not a tensor"));
  const int type = value.type().tensor_type().elem_type();
  if (type != ::onnx::TensorProto::FLOAT && type != ::onnx::TensorProto::FLOAT16)
    return refuse(concat(role, " '", printable(value.name()), "' of data type ", data_type_text(type),
                         " is not supported: only float and float16 are"));
  return {};
}

// 0 where the file leaves the dimension open.
std::int64_t stated_dim(const ValueInfoProto& value, int index) {
  const auto& dim = value.type().tensor_type().shape().dim(index);
  return dim.has_dim_value() ? std::max<std::int64_t>(dim.dim_value(), 0) : 0;
}

Status read_input(const ValueInfoProto& input, ModelInfo& info) {
  NAWQ_CHECK(check_is_real(input, "input"));
  const std::string what = concat("input '", printable(input.name()), "' ", dims_text(input.type()));
  if (input.type().tensor_type().shape().dim_size() != 4)
    return refuse(concat("is not a super-resolution network: ", what, " is not [N,C,H,W]"));
  if (stated_dim(input, 0) > 1) return refuse(concat(what, ": a fixed batch is not supported, only N=1"));
  info.channels = stated_dim(input, 1);
  if (info.channels == 0)
    return refuse(concat(what, " leaves the number of channels open: 1 or 3 must be stated"));
  if (info.channels != 1 && info.channels != 3)
    return refuse(
        concat("is not a super-resolution network: ", what, " has ", info.channels, " channels, not 1 or 3"));
  info.fixed_height_px = stated_dim(input, 2);
  info.fixed_width_px = stated_dim(input, 3);
  info.input_name = input.name();
  return {};
}

Status read_output(const ValueInfoProto& output, ModelInfo& info) {
  NAWQ_CHECK(check_is_real(output, "output"));
  info.output_name = output.name();
  if (!output.type().tensor_type().has_shape()) return {};
  const std::string what = concat("output '", printable(output.name()), "' ", dims_text(output.type()));
  if (output.type().tensor_type().shape().dim_size() != 4)
    return refuse(concat("is not a super-resolution network: ", what, " is no picture"));
  const std::int64_t channels = stated_dim(output, 1);
  if (channels != 0 && channels != info.channels)
    return refuse(concat("is not a super-resolution network: ", what, " for a picture of ", info.channels,
                         " channels"));
  return {};
}

// Walks the nodes in file order.
class NameCheck {
 public:
  explicit NameCheck(const ParsedFile& file) : file_(file) {}

  Status run() {
    const auto& nodes = file_.proto.graph().node();
    for (const auto& node : nodes)
      for (const std::string& name : node.output()) later_.insert(name);
    for (int i = 0; i < nodes.size(); ++i) NAWQ_CHECK(check_node(nodes.Get(i), i));
    const std::string& output = file_.info.output_name;
    if (!is_made(output)) return refuse(concat("output '", printable(output), "' is made by no node"));
    return {};
  }

 private:
  bool is_made(const std::string& name) const {
    return made_.contains(name) || name == file_.info.input_name || file_.initializers.contains(name);
  }

  Status check_node(const ::onnx::NodeProto& node, int index) {
    for (const std::string& name : node.input()) {
      if (name.empty() || is_made(name)) continue;
      const char* why = later_.contains(name)
                            ? "', which is made only later: nodes are out of order or form a cycle"
                            : "', which nothing makes";
      return refuse(concat(node_text(node, index), " reads '", printable(name), why));
    }
    for (const std::string& name : node.output()) {
      if (name.empty()) continue;
      if (is_made(name))
        return refuse(concat(node_text(node, index), " makes '", printable(name), "' a second time"));
      made_.insert(name);
    }
    return {};
  }

  const ParsedFile& file_;
  std::set<std::string_view> made_, later_;
};

bool is_quantized(const ::onnx::GraphProto& graph) {
  return std::ranges::any_of(graph.node(), [](const ::onnx::NodeProto& node) {
    return node.op_type() == "QuantizeLinear" || node.op_type() == "DequantizeLinear";
  });
}

}  // namespace

Result<ModelInfo> read_info(const ::onnx::ModelProto& proto) {
  if (!proto.has_graph()) return refuse("is truncated or not an ONNX file");
  ModelInfo info;
  NAWQ_TRY(info.opset, read_opset(proto));
  const ::onnx::GraphProto& graph = proto.graph();
  if (graph.sparse_initializer_size() > 0)
    return refuse(concat("sparse weights '", printable(graph.sparse_initializer(0).values().name()),
                         "' are not supported"));
  NAWQ_TRY(const ValueInfoProto* input, the_only(real_inputs(graph), "input"));
  std::vector<const ValueInfoProto*> outputs;
  for (const ValueInfoProto& value : graph.output()) outputs.push_back(&value);
  NAWQ_TRY(const ValueInfoProto* output, the_only(outputs, "output"));
  NAWQ_CHECK(read_input(*input, info));
  NAWQ_CHECK(read_output(*output, info));
  info.quantized = is_quantized(graph);
  info.producer = proto.producer_name();
  if (!proto.producer_version().empty()) info.producer += " " + proto.producer_version();
  for (const auto& entry : proto.metadata_props()) info.metadata.try_emplace(entry.key(), entry.value());
  return info;
}

Status check_names(const ParsedFile& file) { return NameCheck(file).run(); }

}  // namespace nawq::onnx
