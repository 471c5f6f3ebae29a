#include "plan/resampling.h"

#include <cmath>

#include "base/text.h"

namespace nawq::plan {
namespace {

bool follows_scale(const graph::Graph& graph, const graph::Node& node) {
  const auto& op = *node.as<graph::Resize>();
  const graph::Shape& in = graph.shape(node.inputs[0]);
  return static_cast<double>(op.size.h) == std::floor(static_cast<double>(in[2]) * op.scale_h) &&
         static_cast<double>(op.size.w) == std::floor(static_cast<double>(in[3]) * op.scale_w);
}

bool same_size(const graph::Graph& graph, graph::ValueId a, graph::ValueId b) {
  const graph::Shape& left = graph.shape(a);
  const graph::Shape& right = graph.shape(b);
  return left.size() == 4 && right.size() == 4 && left[2] == right[2] && left[3] == right[3];
}

}  // namespace

Result<Resampling> make_resampling(const graph::Node& node, const View& src, const ValueMap& values) {
  const auto& op = *node.as<graph::Resize>();
  const graph::Node& other =
      values.larger().nodes[static_cast<std::size_t>(&node - values.graph().nodes.data())];
  const auto& larger = *other.as<graph::Resize>();
  Resampling made;
  made.src = src;
  made.mode = static_cast<ResizeMode>(op.mode);
  made.coordinates = static_cast<CoordinateMode>(op.coordinates);
  made.rounding = static_cast<NearestRounding>(op.rounding);
  made.cubic_a = op.cubic_a;
  made.exclude_outside = op.exclude_outside;
  if (op.scale_h == larger.scale_h && op.scale_w == larger.scale_w && follows_scale(values.graph(), node) &&
      follows_scale(values.larger(), other)) {
    made.scale_h = op.scale_h;
    made.scale_w = op.scale_w;
    return made;
  }
  for (graph::ValueId like = 0; like < static_cast<graph::ValueId>(values.graph().values.size()); ++like) {
    if (!values.is_ready(like) || !same_size(values.graph(), like, node.outputs[0]) ||
        !same_size(values.larger(), like, node.outputs[0]))
      continue;
    const auto tensor = values.sized_like(like);
    if (!tensor) continue;  // it lives only as a part of others
    made.like = *tensor;
    return made;
  }
  return fail(ErrorKind::kModel,
              concat(graph::node_text(node), ": what its output size follows from cannot be told"));
}

}  // namespace nawq::plan
