// AveragePool, MaxPool and their global kin.
#include "base/text.h"
#include "onnx/operators.h"
#include "onnx/window.h"

namespace nawq::onnx {
namespace {

// A window that lies in the padding alone has no largest element and no mean.
Status check_pads(const WindowAttributes& window) {
  const auto reaches = [](Pads pads, const Window& side) {
    return pads.before >= side.span() || pads.after >= side.span();
  };
  if (reaches(window.pads_h, window.h) || reaches(window.pads_w, window.w))
    return fail(ErrorKind::kModel,
                concat("pads=", window.pads_h.before, ",", window.pads_w.before, ",", window.pads_h.after,
                       ",", window.pads_w.after, " reach over the whole kernel"));
  return {};
}

}  // namespace

Result<Operands> import_pool(NodeImport& node) {
  graph::Pool op;
  op.kind = node.op_type() == "MaxPool" ? graph::PoolKind::kMax : graph::PoolKind::kAverage;
  NAWQ_TRY(const bool ceil_mode, node.attributes().flag("ceil_mode", false));
  NAWQ_TRY(const bool count_pads, node.attributes().flag("count_include_pad", false));
  NAWQ_TRY(const WindowAttributes window, read_window(node.attributes(), {0, 0}));
  NAWQ_CHECK(check_pads(window));
  NAWQ_TRY(const Operand x, node.picture(0));
  op.kernel = {window.h.kernel, window.w.kernel};
  op.stride = window.stride();
  op.dilation = window.dilation();
  op.pads = window_pads(window, x.shape[2], x.shape[3]);
  if (count_pads) op.counted_pads = op.pads;
  if (ceil_mode) {
    op.pads.bottom += ceil_mode_extra(window.h, x.shape[2], {op.pads.top, op.pads.bottom});
    op.pads.right += ceil_mode_extra(window.w, x.shape[3], {op.pads.left, op.pads.right});
  }
  return single(node.emit(op, {x}));
}

Result<Operands> import_global_pool(NodeImport& node) {
  NAWQ_TRY(const Operand x, node.picture(0));
  if (node.op_type() == "GlobalAveragePool") return single(node.emit(graph::ChannelStatistics{}, {x}));
  return single(node.emit(graph::Reduce{graph::ReduceKind::kMax, {2, 3}, true}, {x}));
}

}  // namespace nawq::onnx
