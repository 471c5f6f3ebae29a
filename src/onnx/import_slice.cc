// Operators that cut tensors and put them together.
#include <algorithm>
#include <numeric>

#include "base/text.h"
#include "onnx/operators.h"

namespace nawq::onnx {
namespace {

// One axis of a Slice.
struct Cut {
  std::int64_t start = 0, step = 1, size = 0;
};

// ONNX clamps starts and ends that lie outside, and counts negative ones from the end.
Cut clamped_cut(std::int64_t start, std::int64_t end, std::int64_t step, std::int64_t dim) {
  const std::int64_t lowest = step > 0 ? 0 : -1, highest = step > 0 ? dim : dim - 1;
  if (start < 0) start += dim;
  if (end < 0) end += dim;
  start = std::clamp(start, std::min<std::int64_t>(0, highest), highest);
  end = std::clamp(end, lowest, std::max(lowest, highest));
  const std::int64_t distance = step > 0 ? end - start : start - end;
  if (distance <= 0) return {0, 1, 0};
  // |step| beyond the distance picks one element, as the distance itself does; this also bounds it.
  const std::int64_t stride = std::clamp(step, -distance, distance);
  const std::int64_t size = (distance - 1) / (stride > 0 ? stride : -stride) + 1;
  return {start, size == 1 ? 1 : stride, size};
}

graph::Slice whole(const Operand& x) {
  graph::Slice op;
  op.starts.assign(x.shape.size(), 0);
  op.steps.assign(x.shape.size(), 1);
  op.sizes = x.shape;
  return op;
}

struct SliceOperands {
  std::vector<std::int64_t> starts, ends;
  std::optional<std::vector<std::int64_t>> axes, steps;
};

Result<SliceOperands> read_slice(NodeImport& node) {
  NAWQ_TRY(const auto starts, node.integers("starts", 1));
  NAWQ_TRY(const auto ends, node.integers("ends", 2));
  if (!starts || !ends) return fail(ErrorKind::kModel, "starts or ends are missing");
  SliceOperands read{*starts, *ends, {}, {}};
  NAWQ_TRY(read.axes, node.integers("axes", 3));
  if (node.has_input(4)) {
    NAWQ_TRY(read.steps, node.constant_integers(4, "steps"));
  }
  const std::size_t count = read.starts.size();
  if (read.ends.size() != count || (read.axes && read.axes->size() != count) ||
      (read.steps && read.steps->size() != count))
    return fail(ErrorKind::kModel, "starts, ends, axes and steps are not equally many");
  return read;
}

Result<std::vector<std::int64_t>> read_pad_axes(NodeImport& node, std::int64_t rank) {
  std::vector<std::int64_t> axes(static_cast<std::size_t>(rank));
  std::iota(axes.begin(), axes.end(), 0);
  if (!node.has_input(3)) return axes;
  NAWQ_TRY(axes, node.constant_integers(3, "axes"));
  for (std::int64_t& axis : axes) {
    NAWQ_TRY(axis, normalized_axis(axis, rank));
  }
  return axes;
}

Result<graph::PadMode> read_pad_mode(const NodeImport& node) {
  NAWQ_TRY(const std::string mode, node.attributes().text("mode", "constant"));
  if (mode == "constant") return graph::PadMode::kConstant;
  if (mode == "reflect") return graph::PadMode::kReflect;
  if (mode == "edge") return graph::PadMode::kEdge;
  return tl::unexpected<Error>(unsupported_value("mode", mode));
}

// Crops come first: what they cut away cannot be reflected.
Status check_reflection(const graph::Pad& op, const graph::Shape& shape) {
  if (op.mode != graph::PadMode::kReflect) return {};
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::int64_t most = std::max(op.before[i], op.after[i]),
                       least = std::min(op.before[i], op.after[i]);
    if (most > 0 && least < 0 && most >= shape[i] + std::max(least, -shape[i]))
      return fail(ErrorKind::kModel, concat("reflects ", most, " out of ", shape[i], " cropped by ", least));
  }
  return {};
}

// Sizes of equal parts, the last one smaller where they do not divide.
std::vector<std::int64_t> equal_parts(std::int64_t dim, std::int64_t parts) {
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(parts), (dim + parts - 1) / parts);
  sizes.back() = dim - sizes.front() * (parts - 1);
  return sizes;
}

}  // namespace

Result<Operands> import_slice(NodeImport& node) {
  NAWQ_TRY(const SliceOperands read, read_slice(node));
  NAWQ_TRY(const Operand x, node.input(0));
  graph::Slice op = whole(x);
  std::vector<bool> seen(x.shape.size(), false);
  for (std::size_t i = 0; i < read.starts.size(); ++i) {
    NAWQ_TRY(const std::int64_t normalized,
             normalized_axis(read.axes ? (*read.axes)[i] : static_cast<std::int64_t>(i), x.rank()));
    const auto axis = static_cast<std::size_t>(normalized);
    const std::int64_t step = read.steps ? (*read.steps)[i] : 1;
    if (step == 0) return tl::unexpected<Error>(unsupported_value("step", step));
    if (seen[axis]) return fail(ErrorKind::kModel, "names an axis twice");
    seen[axis] = true;
    const Cut cut = clamped_cut(read.starts[i], read.ends[i], step, x.shape[axis]);
    op.starts[axis] = cut.start;
    op.steps[axis] = cut.step;
    op.sizes[axis] = cut.size;
  }
  const graph::Slice everything = whole(x);
  if (op.sizes == everything.sizes && op.steps == everything.steps) return Operands{x};
  return single(node.emit(std::move(op), {x}));
}

Result<Operands> import_pad(NodeImport& node) {
  graph::Pad op;
  NAWQ_TRY(op.mode, read_pad_mode(node));
  NAWQ_TRY(op.value, node.attributes().real("value", 0));
  NAWQ_TRY(const auto pads, node.integers("pads", 1));
  if (!pads) return fail(ErrorKind::kModel, "pads are missing");
  if (node.has_input(2)) {
    NAWQ_TRY(op.value, node.constant_real(2, "constant_value"));
  }
  NAWQ_TRY(const Operand x, node.input(0));
  NAWQ_TRY(const std::vector<std::int64_t> axes, read_pad_axes(node, x.rank()));
  if (pads->size() != 2 * axes.size())
    return fail(ErrorKind::kModel, concat("has ", pads->size(), " pads for ", axes.size(), " dimensions"));
  op.before.assign(x.shape.size(), 0);
  op.after.assign(x.shape.size(), 0);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    op.before[static_cast<std::size_t>(axes[i])] = (*pads)[i];
    op.after[static_cast<std::size_t>(axes[i])] = (*pads)[i + axes.size()];
  }
  NAWQ_CHECK(check_reflection(op, x.shape));
  const bool is_nothing = std::ranges::all_of(*pads, [](std::int64_t amount) { return amount == 0; });
  if (is_nothing) return Operands{x};
  return single(node.emit(std::move(op), {x}));
}

Result<Operands> import_concat(NodeImport& node) {
  if (!node.attributes().has("axis")) return fail(ErrorKind::kModel, "attribute 'axis' is missing");
  NAWQ_TRY(const std::int64_t axis, node.attributes().integer("axis", 0));
  NAWQ_TRY(Operands inputs, node.all_inputs());
  NAWQ_TRY(const std::int64_t normalized, normalized_axis(axis, inputs.front().rank()));
  if (inputs.size() == 1) return inputs;
  return single(node.emit(graph::Concat{normalized}, inputs));
}

Result<Operands> import_split(NodeImport& node) {
  NAWQ_TRY(const std::int64_t axis, node.attributes().integer("axis", 0));
  NAWQ_TRY(const std::int64_t parts, node.attributes().integer("num_outputs", node.output_count()));
  NAWQ_TRY(const auto stated, node.integers("split", 1));
  if (parts != node.output_count())
    return fail(ErrorKind::kModel, concat("num_outputs=", parts, " but ", node.output_count(), " outputs"));
  NAWQ_TRY(const Operand x, node.input(0));
  graph::Split op;
  NAWQ_TRY(op.axis, normalized_axis(axis, x.rank()));
  const std::int64_t dim = x.shape[static_cast<std::size_t>(op.axis)];
  op.sizes = stated ? *stated : equal_parts(dim, parts);
  if (static_cast<std::int64_t>(op.sizes.size()) != node.output_count())
    return fail(ErrorKind::kModel,
                concat("has ", op.sizes.size(), " split sizes and ", node.output_count(), " outputs"));
  return node.emit_all(std::move(op), {x});
}

// As joins of x with itself.
Result<Operands> import_tile(NodeImport& node) {
  constexpr std::int64_t kMostRepeats = 4096;
  NAWQ_TRY(std::vector<std::int64_t> repeats, node.constant_integers(1, "repeats"));
  NAWQ_TRY(Operand x, node.input(0));
  if (static_cast<std::int64_t>(repeats.size()) != x.rank())
    return fail(ErrorKind::kModel, concat("has ", repeats.size(), " repeats for ", x.rank(), " dimensions"));
  while (!repeats.empty() && repeats.back() == 1) repeats.pop_back();
  for (std::size_t i = 0; i < repeats.size(); ++i) {
    if (repeats[i] < 1 || repeats[i] > kMostRepeats)
      return tl::unexpected<Error>(unsupported_value("repeats", repeats[i]));
    if (repeats[i] == 1) continue;
    const Operands copies(static_cast<std::size_t>(repeats[i]), x);
    const std::string part = i + 1 < repeats.size() ? concat("axis", i) : std::string();
    NAWQ_TRY(x, node.emit(graph::Concat{static_cast<std::int64_t>(i)}, copies, part));
  }
  return Operands{std::move(x)};
}

}  // namespace nawq::onnx
