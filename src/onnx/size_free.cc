#include "onnx/size_free.h"

#include <algorithm>
#include <limits>

namespace nawq::onnx {
namespace {

constexpr std::int64_t kFirst = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();

// What Slice takes out of an axis, by its own rules.
bool selects(const SliceBounds& bounds, const SlicedAxis& axis) {
  const bool forward = axis.step > 0;
  const auto place = [&](std::int64_t bound, std::int64_t lowest, std::int64_t highest) {
    return std::clamp(bound < 0 && bound != kFirst ? bound + axis.size : bound, lowest, highest);
  };
  const std::int64_t start = place(bounds.start, 0, forward ? axis.size : axis.size - 1);
  const std::int64_t end = place(bounds.end, forward ? 0 : -1, forward ? axis.size : axis.size - 1);
  const std::int64_t distance = forward ? end - start : start - end;
  const std::int64_t step = forward ? axis.step : -axis.step;
  const std::int64_t count = distance <= 0 ? 0 : (distance - 1) / step + 1;
  return start == axis.start && count == axis.count;
}

}  // namespace

std::optional<SliceBounds> slice_bounds(const SlicedAxis& axis, const SlicedAxis& other) {
  if (axis.step != other.step || axis.step == 0 || axis.count == 0) return std::nullopt;
  const std::int64_t behind = axis.start + (axis.count - 1) * axis.step + (axis.step > 0 ? 1 : -1);
  const std::int64_t far_end = axis.step > 0 ? kLast : kFirst;
  for (const std::int64_t start : {axis.start, axis.start - axis.size})
    for (const std::int64_t end : {far_end, behind, behind - axis.size}) {
      const SliceBounds bounds{start, end};
      if (selects(bounds, axis) && selects(bounds, other)) return bounds;
    }
  return std::nullopt;
}

std::optional<graph::Shape> reshape_target(const Reshaping& change, const Reshaping& other) {
  if (change.to.size() != other.to.size()) return std::nullopt;
  graph::Shape target;
  bool has_rest = false;
  for (std::size_t i = 0; i < change.to.size(); ++i) {
    const bool keeps = i < change.from.size() && i < other.from.size() && change.to[i] == change.from[i] &&
                       other.to[i] == other.from[i];
    if (change.to[i] == other.to[i]) {
      target.push_back(change.to[i]);
    } else if (keeps) {
      target.push_back(0);
    } else if (!has_rest) {
      has_rest = true;
      target.push_back(-1);
    } else {
      return std::nullopt;
    }
  }
  return target;
}

}  // namespace nawq::onnx
