// DepthToSpace: as the operator, or as operators on at most four dimensions, an output channel at a time,
// (b*b,H,W) -> (b,b,H,W) -> (H,b,W,b) -> (b*H,b*W).
#include "base/text.h"
#include "onnx/node_export.h"

namespace nawq::onnx {
namespace {

using Dims = std::vector<std::int64_t>;

// The channels of each output channel: one after the other, or every so many.
TensorNames emit_blocks(NodeExport& node, const graph::DepthToSpace& op, const std::string& x,
                        std::int64_t channels) {
  if (channels == 1) return {x};
  const std::int64_t positions = op.block * op.block;
  GraphWriter& writer = node.writer();
  TensorNames blocks;
  if (op.order == graph::ShuffleOrder::kCrd) {
    for (std::int64_t c = 0; c < channels; ++c)
      blocks.push_back(writer.tensor_name(node.part_name(concat("blocks:", c))));
    const Dims sizes(static_cast<std::size_t>(channels), positions);
    const TensorNames inputs{x, writer.add_list(node.part_name("sizes"), sizes)};
    set_attribute(writer.add_node("Split", node.part_name("blocks"), inputs, blocks), "axis",
                  std::int64_t{1});
    return blocks;
  }
  const std::string axis = writer.add_list(node.part_name("axis"), {1});
  const std::string step = writer.add_list(node.part_name("step"), {channels});
  const std::string end = writer.add_list(node.part_name("end"), {positions * channels});
  for (std::int64_t c = 0; c < channels; ++c) {
    const std::string start = writer.add_list(node.part_name(concat("start:", c)), {c});
    const TensorNames inputs{x, start, end, axis, step};
    blocks.push_back(node.emit_part("Slice", inputs, concat("blocks:", c)).first);
  }
  return blocks;
}

// Shapes without a number of pixels, in which 0 keeps a dimension: for a file of any size there is a step
// more.
std::string emit_plane(NodeExport& node, const graph::DepthToSpace& op, const std::string& block,
                       std::int64_t c) {
  const auto reshape = [&](const std::string& from, const char* part, const Dims& dims) {
    const std::string name = concat(part, ':', c);
    const std::string shape = node.writer().add_list(node.part_name(concat(name, ".shape")), dims);
    return node.emit_part("Reshape", {from, shape}, name).first;
  };
  const std::string parted = reshape(block, "parted", {op.block, op.block, 0, 0});
  auto [moved, transpose] = node.emit_part("Transpose", {parted}, concat("moved:", c));
  set_attribute(*transpose, "perm", Dims{2, 0, 3, 1});
  const graph::Shape& out = node.output_shape(0);
  if (out == node.other_output_shape(0)) return reshape(moved, "plane", {1, 1, out[2], out[3]});
  return reshape(reshape(moved, "rows", {0, op.block, 1, -1}), "plane", {1, 1, -1, 0});
}

}  // namespace

Status export_depth_to_space(NodeExport& node, const graph::DepthToSpace& op) {
  NAWQ_TRY(const std::string x, node.input(0));
  if (!node.has_four_dims()) {
    ::onnx::NodeProto& proto = node.emit("DepthToSpace", {x});
    set_attribute(proto, "blocksize", op.block);
    set_attribute(proto, "mode", op.order == graph::ShuffleOrder::kCrd ? "CRD" : "DCR");
    return {};
  }
  const std::int64_t channels = node.output_shape(0)[1];
  TensorNames planes;
  for (const std::string& block : emit_blocks(node, op, x, channels))
    planes.push_back(emit_plane(node, op, block, static_cast<std::int64_t>(planes.size())));
  set_attribute(node.emit("Concat", planes), "axis", std::int64_t{1});
  return {};
}

}  // namespace nawq::onnx
