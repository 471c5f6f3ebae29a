#include "base/text.h"
#include "graph/graph.h"

namespace nawq::graph {
namespace {

std::string extent_text(Extent2d extent) { return concat(extent.h, 'x', extent.w); }

std::string pads_text(Padding2d pads) {
  return concat(pads.top, ',', pads.left, ',', pads.bottom, ',', pads.right);
}

void add_window(std::string& out, Extent2d stride, Extent2d dilation, Padding2d pads) {
  if (stride != Extent2d{}) out += concat(" stride ", extent_text(stride));
  if (dilation != Extent2d{}) out += concat(" dilation ", extent_text(dilation));
  if (pads != Padding2d{}) out += concat(" pads ", pads_text(pads));
}

// The attributes of an operator that differ from "nothing special", each led by a space.
struct Attributes {
  std::string operator()(const Conv& op) const {
    std::string out;
    add_window(out, op.stride, op.dilation, op.pads);
    if (op.groups != 1) out += concat(" groups ", op.groups);
    if (!op.pad_values.empty()) out += " padded with a value per channel";
    return out;
  }
  std::string operator()(const ConvTranspose& op) const {
    std::string out;
    add_window(out, op.stride, op.dilation, op.pads);
    if (op.output_padding != Extent2d{0, 0})
      out += concat(" output padding ", extent_text(op.output_padding));
    if (op.groups != 1) out += concat(" groups ", op.groups);
    return out;
  }
  std::string operator()(const Pool& op) const {
    std::string out = concat(" kernel ", extent_text(op.kernel));
    add_window(out, op.stride, op.dilation, op.pads);
    return out;
  }
  std::string operator()(const Unary& op) const {
    if (op.kind == UnaryKind::kClip || op.kind == UnaryKind::kHardSigmoid)
      return concat(" ", op.alpha, " ", op.beta);
    return op.kind == UnaryKind::kLeakyRelu || op.kind == UnaryKind::kElu ? concat(" ", op.alpha) : "";
  }
  std::string operator()(const Reduce& op) const { return concat(" axes ", to_text(op.axes)); }
  std::string operator()(const Concat& op) const { return concat(" axis ", op.axis); }
  std::string operator()(const Split& op) const {
    return concat(" axis ", op.axis, " sizes ", to_text(op.sizes));
  }
  std::string operator()(const Slice& op) const {
    return concat(" from ", to_text(op.starts), " step ", to_text(op.steps));
  }
  std::string operator()(const Pad& op) const {
    static constexpr const char* kModes[] = {" constant", " reflect", " edge"};
    return concat(kModes[static_cast<int>(op.mode)], " before ", to_text(op.before), " after ",
                  to_text(op.after));
  }
  std::string operator()(const DepthToSpace& op) const { return shuffle_text(op.block, op.order); }
  std::string operator()(const SpaceToDepth& op) const { return shuffle_text(op.block, op.order); }
  std::string operator()(const ChannelShuffle& op) const { return concat(" groups ", op.groups); }
  std::string operator()(const Resize& op) const {
    static constexpr const char* kModes[] = {" nearest", " linear", " cubic"};
    static constexpr const char* kCoordinates[] = {" half-pixel", " pytorch-half-pixel", " align-corners",
                                                   " asymmetric"};
    return concat(kModes[static_cast<int>(op.mode)], kCoordinates[static_cast<int>(op.coordinates)]);
  }
  std::string operator()(const Transpose& op) const { return concat(" perm ", to_text(op.perm)); }
  template <class Plain>
  std::string operator()(const Plain&) const {
    return {};
  }

 private:
  static std::string shuffle_text(std::int64_t block, ShuffleOrder order) {
    return concat(" block ", block, order == ShuffleOrder::kCrd ? " crd" : " dcr");
  }
};

std::string operand_text(const Graph& graph, ValueId id) {
  const Value& value = graph.value(id);
  return value.is_constant() ? concat(value.name, to_text(value.shape)) : concat('%', value.name);
}

std::string line_text(const Graph& graph, const Node& node) {
  std::string out;
  for (const ValueId id : node.outputs) {
    if (!out.empty()) out += ", ";
    out += concat('%', graph.value(id).name, ' ', to_text(graph.shape(id)));
  }
  out += concat(" = ", op_name(node.op), visit_op(Attributes{}, node.op), " (");
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (i) out += ", ";
    out += operand_text(graph, node.inputs[i]);
  }
  return out + ")\n";
}

}  // namespace

std::string dump(const Graph& graph) {
  std::string out =
      concat("input %", graph.value(graph.input).name, ' ', to_text(graph.shape(graph.input)), '\n');
  for (const Node& node : graph.nodes) out += line_text(graph, node);
  return out + concat("output %", graph.value(graph.output).name, '\n');
}

}  // namespace nawq::graph
