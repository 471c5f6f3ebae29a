// The operators that are the same at every size, and the list of all.
#include "base/text.h"
#include "onnx/node_export.h"

namespace nawq::onnx {
namespace {

using graph::UnaryKind;
using Axes = std::vector<std::int64_t>;

Status export_batch_norm(NodeExport& node, const graph::BatchNorm& op) {
  NAWQ_TRY(const TensorNames inputs, node.inputs());
  set_attribute(node.emit("BatchNormalization", inputs), "epsilon", op.epsilon);
  return {};
}

Status export_unary(NodeExport& node, const graph::Unary& op) {
  NAWQ_TRY(TensorNames inputs, node.inputs());
  if (op.kind == UnaryKind::kClip) {
    inputs.push_back(node.writer().add_number(node.part_name("min"), op.alpha));
    inputs.push_back(node.writer().add_number(node.part_name("max"), op.beta));
  }
  const bool is_gelu_tanh = op.kind == UnaryKind::kGeluTanh;
  ::onnx::NodeProto& proto = node.emit(is_gelu_tanh ? "Gelu" : graph::op_name(op), inputs);
  if (is_gelu_tanh) set_attribute(proto, "approximate", "tanh");
  if (op.kind == UnaryKind::kLeakyRelu || op.kind == UnaryKind::kElu || op.kind == UnaryKind::kHardSigmoid)
    set_attribute(proto, "alpha", op.alpha);
  if (op.kind == UnaryKind::kHardSigmoid) set_attribute(proto, "beta", op.beta);
  return {};
}

// An operator without attributes that the file calls as the graph does.
template <class Op>
Status export_plain(NodeExport& node, const Op& op) {
  NAWQ_TRY(const TensorNames inputs, node.inputs());
  node.emit(graph::op_name(op), inputs);
  return {};
}

Status export_reduce(NodeExport& node, const graph::Reduce& op) {
  NAWQ_TRY(TensorNames inputs, node.inputs());
  inputs.push_back(node.writer().add_list(node.part_name("axes"), op.axes));
  set_attribute(node.emit(graph::op_name(op), inputs), "keepdims", std::int64_t{op.keep_dims});
  return {};
}

// The deviation is the root of the mean squared difference from the mean.
Status export_statistics(NodeExport& node, const graph::ChannelStatistics& op) {
  NAWQ_TRY(const std::string x, node.input(0));
  const std::string axes = node.writer().add_list(node.part_name("axes"), {2, 3});
  if (op.statistic == graph::ChannelStatistic::kMean) {
    node.emit("ReduceMean", {x, axes});
    return {};
  }
  const std::string mean = node.emit_part("ReduceMean", {x, axes}, "mean").first;
  const std::string difference = node.emit_part("Sub", {x, mean}, "difference").first;
  const std::string square = node.emit_part("Mul", {difference, difference}, "square").first;
  const std::string variance = node.emit_part("ReduceMean", {square, axes}, "variance").first;
  node.emit("Sqrt", {variance});
  return {};
}

Status export_concat(NodeExport& node, const graph::Concat& op) {
  NAWQ_TRY(const TensorNames inputs, node.inputs());
  set_attribute(node.emit("Concat", inputs), "axis", op.axis);
  return {};
}

Status export_transpose(NodeExport& node, const graph::Transpose& op) {
  NAWQ_TRY(const TensorNames inputs, node.inputs());
  set_attribute(node.emit("Transpose", inputs), "perm", op.perm);
  return {};
}

// Groups and their members change places, in a picture of five dimensions.
void emit_shuffle(NodeExport& node, const std::string& x, std::int64_t channels, std::int64_t groups) {
  const std::string parted =
      node.writer().add_list(node.part_name("parted"), {1, groups, channels / groups, -1});
  const std::string split = node.emit_part("Reshape", {x, parted}, "split").first;
  auto [swapped, transpose] = node.emit_part("Transpose", {split}, "swapped");
  set_attribute(*transpose, "perm", Axes{0, 2, 1, 3});
  node.emit("Reshape", {swapped, node.shape_of(x, 0, "whole")});
}

Status export_channel_shuffle(NodeExport& node, const graph::ChannelShuffle& op) {
  NAWQ_TRY(const std::string x, node.input(0));
  emit_shuffle(node, x, node.input_shape(0)[1], op.groups);
  return {};
}

// The operator knows one order of channels; a shuffle makes the other one of it.
Status export_space_to_depth(NodeExport& node, const graph::SpaceToDepth& op) {
  NAWQ_TRY(const std::string x, node.input(0));
  if (op.order == graph::ShuffleOrder::kDcr) {
    set_attribute(node.emit("SpaceToDepth", {x}), "blocksize", op.block);
    return {};
  }
  auto [blocks, proto] = node.emit_part("SpaceToDepth", {x}, "blocks");
  set_attribute(*proto, "blocksize", op.block);
  emit_shuffle(node, blocks, node.output_shape(0)[1], op.block * op.block);
  return {};
}

struct OperatorExport {
  NodeExport& node;

  Status operator()(const graph::Conv& op) { return export_conv(node, op); }
  Status operator()(const graph::ConvTranspose& op) { return export_conv_transpose(node, op); }
  Status operator()(const graph::BatchNorm& op) { return export_batch_norm(node, op); }
  Status operator()(const graph::PRelu& op) { return export_plain(node, op); }
  Status operator()(const graph::Unary& op) { return export_unary(node, op); }
  Status operator()(const graph::Binary& op) { return export_plain(node, op); }
  Status operator()(const graph::Reduce& op) { return export_reduce(node, op); }
  Status operator()(const graph::ChannelStatistics& op) { return export_statistics(node, op); }
  Status operator()(const graph::Pool& op) { return export_pool(node, op); }
  Status operator()(const graph::Concat& op) { return export_concat(node, op); }
  Status operator()(const graph::Split& op) { return export_split(node, op); }
  Status operator()(const graph::Slice& op) { return export_slice(node, op); }
  Status operator()(const graph::Pad& op) { return export_pad(node, op); }
  Status operator()(const graph::DepthToSpace& op) { return export_depth_to_space(node, op); }
  Status operator()(const graph::SpaceToDepth& op) { return export_space_to_depth(node, op); }
  Status operator()(const graph::ChannelShuffle& op) { return export_channel_shuffle(node, op); }
  Status operator()(const graph::Resize& op) { return export_resize(node, op); }
  Status operator()(const graph::Reshape& op) { return export_reshape(node, op); }
  Status operator()(const graph::Transpose& op) { return export_transpose(node, op); }
  Status operator()(const graph::Expand& op) { return export_expand(node, op); }
  Status operator()(const graph::MatMul& op) { return export_plain(node, op); }
};

}  // namespace

Status export_node(NodeExport& node) { return graph::visit_op(OperatorExport{node}, node.node().op); }

}  // namespace nawq::onnx
