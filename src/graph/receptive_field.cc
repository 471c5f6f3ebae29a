#include "graph/receptive_field.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace nawq::graph {
namespace {

// What a value's pixel sees: a square of `width_px` input pixels, and the distance between neighbours in
// input pixels.
struct View {
  double width_px = 1;
  double pitch_px = 1;
  bool whole = false;  // the whole picture
};

void see_taps(View& view, std::int64_t taps, std::int64_t dilation, double tap_pitch_px) {
  view.width_px += static_cast<double>((taps - 1) * dilation) * tap_pitch_px;
}

// How an operator changes the view of what it reads. `in` holds the shapes of its operands, `out` that of its
// first result.
class ViewRule {
 public:
  ViewRule(const Graph& graph, const Node& node, View view) : graph_(graph), node_(node), view_(view) {}

  View operator()(const Conv& op) {
    const Shape& weights = graph_.shape(node_.inputs[1]);
    see_window({weights[2], weights[3]}, op.dilation);
    view_.pitch_px *= static_cast<double>(std::max(op.stride.h, op.stride.w));
    return view_;
  }
  View operator()(const Pool& op) {
    see_window(op.kernel, op.dilation);
    view_.pitch_px *= static_cast<double>(std::max(op.stride.h, op.stride.w));
    return view_;
  }
  View operator()(const ConvTranspose& op) {
    const Shape& weights = graph_.shape(node_.inputs[1]);
    const std::int64_t stride = std::min(op.stride.h, op.stride.w);
    const std::int64_t reach =
        (std::max(weights[2], weights[3]) - 1) * std::max(op.dilation.h, op.dilation.w);
    see_taps(view_, reach / stride + 1, 1, view_.pitch_px);
    view_.pitch_px /= static_cast<double>(stride);
    return view_;
  }
  View operator()(const DepthToSpace& op) {
    view_.pitch_px /= static_cast<double>(op.block);
    return view_;
  }
  View operator()(const SpaceToDepth& op) {
    see_taps(view_, op.block, 1, view_.pitch_px);
    view_.pitch_px *= static_cast<double>(op.block);
    return view_;
  }
  View operator()(const Resize& op) {
    static constexpr std::int64_t kTaps[] = {1, 2, 4};  // nearest, linear, cubic
    see_taps(view_, kTaps[static_cast<int>(op.mode)], 1, view_.pitch_px);
    view_.pitch_px /= static_cast<double>(std::min(op.scale_h, op.scale_w));
    return view_;
  }
  View operator()(const ChannelStatistics&) { return see_everything(); }
  View operator()(const Reduce& op) { return touches_space(op.axes) ? see_everything() : view_; }
  // Operators that move data across the picture in ways that no pass has recognised.
  View operator()(const Reshape&) { return same_picture() ? view_ : see_everything(); }
  View operator()(const Transpose&) { return same_picture() ? view_ : see_everything(); }
  template <class Pointwise>
  View operator()(const Pointwise&) {
    return view_;
  }

 private:
  void see_window(Extent2d taps, Extent2d dilation) {
    see_taps(view_, std::max(taps.h, taps.w), std::max(dilation.h, dilation.w), view_.pitch_px);
  }
  View see_everything() {
    view_.whole = true;
    return view_;
  }
  static bool touches_space(const std::vector<std::int64_t>& axes) {
    return std::ranges::any_of(axes, [](std::int64_t axis) { return axis >= 2; });
  }
  bool same_picture() const { return graph_.shape(node_.inputs[0]) == graph_.shape(node_.outputs[0]); }

  const Graph& graph_;
  const Node& node_;
  View view_;
};

}  // namespace

std::optional<std::int64_t> receptive_field_px(const Graph& graph) {
  std::vector<View> views(graph.values.size());
  for (const Node& node : graph.nodes) {
    View seen;
    bool first = true;
    for (const ValueId id : node.inputs) {
      if (graph.value(id).is_constant()) continue;
      const View& view = views[static_cast<std::size_t>(id)];
      seen.width_px = first ? view.width_px : std::max(seen.width_px, view.width_px);
      seen.pitch_px = first ? view.pitch_px : std::min(seen.pitch_px, view.pitch_px);
      seen.whole |= view.whole;
      first = false;
    }
    const View made = visit_op(ViewRule(graph, node, seen), node.op);
    for (const ValueId id : node.outputs) views[static_cast<std::size_t>(id)] = made;
  }
  const View& view = views[static_cast<std::size_t>(graph.output)];
  if (view.whole) return std::nullopt;
  return static_cast<std::int64_t>(std::ceil(view.width_px));
}

}  // namespace nawq::graph
