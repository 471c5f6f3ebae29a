#include "onnx/window.h"

#include <algorithm>

#include "base/text.h"

namespace nawq::onnx {
namespace {

using AutoPad = WindowAttributes::AutoPad;

// Beyond any picture's side; keeps every product in 64 bits.
constexpr std::int64_t kLargest = std::int64_t{1} << 30;

// The numbers of attribute `name`, `count` of them within [lowest, kLargest]; `absent` for each when not
// stated.
Result<std::vector<std::int64_t>> read_numbers(const Attributes& attributes, const char* name,
                                               std::size_t count, std::int64_t lowest, std::int64_t absent) {
  NAWQ_TRY(const auto stated, attributes.integers(name));
  if (!stated) return std::vector<std::int64_t>(count, absent);
  if (stated->size() != count)
    return fail(ErrorKind::kModel, concat(name, " has ", stated->size(),
                                          " numbers: only 2-D operators, with ", count, ", are supported"));
  for (const std::int64_t number : *stated)
    if (number < lowest || number > kLargest) return tl::unexpected<Error>(unsupported_value(name, number));
  return *stated;
}

Result<AutoPad> read_auto_pad(const Attributes& attributes) {
  NAWQ_TRY(const std::string text, attributes.text("auto_pad", "NOTSET"));
  if (text == "NOTSET" || text.empty()) return AutoPad::kNotSet;
  if (text == "SAME_UPPER") return AutoPad::kSameUpper;
  if (text == "SAME_LOWER") return AutoPad::kSameLower;
  if (text == "VALID") return AutoPad::kValid;
  return tl::unexpected<Error>(unsupported_value("auto_pad", text));
}

Result<graph::Extent2d> read_kernel(const Attributes& attributes, graph::Extent2d known) {
  const bool is_known = known.h > 0 && known.w > 0;
  if (!is_known && !attributes.has("kernel_shape"))
    return fail(ErrorKind::kModel, "attribute 'kernel_shape' is missing");
  NAWQ_TRY(const auto stated, read_numbers(attributes, "kernel_shape", 2, 1, 0));
  if (!attributes.has("kernel_shape")) return known;
  const graph::Extent2d kernel{stated[0], stated[1]};
  if (is_known && kernel != known)
    return fail(ErrorKind::kModel, concat("kernel_shape=", kernel.h, "x", kernel.w,
                                          " does not fit weights of ", known.h, "x", known.w));
  return kernel;
}

}  // namespace

Result<WindowAttributes> read_window(const Attributes& attributes, graph::Extent2d known_kernel) {
  NAWQ_TRY(const graph::Extent2d kernel, read_kernel(attributes, known_kernel));
  NAWQ_TRY(const auto strides, read_numbers(attributes, "strides", 2, 1, 1));
  NAWQ_TRY(const auto dilations, read_numbers(attributes, "dilations", 2, 1, 1));
  NAWQ_TRY(const auto pads, read_numbers(attributes, "pads", 4, 0, 0));
  WindowAttributes window;
  NAWQ_TRY(window.auto_pad, read_auto_pad(attributes));
  window.h = {kernel.h, strides[0], dilations[0]};
  window.w = {kernel.w, strides[1], dilations[1]};
  if (window.auto_pad == AutoPad::kNotSet) {
    window.pads_h = {pads[0], pads[2]};
    window.pads_w = {pads[1], pads[3]};
  }
  return window;
}

Pads automatic_pads(const Window& window, AutoPad kind, std::int64_t extent) {
  if (kind != AutoPad::kSameUpper && kind != AutoPad::kSameLower) return {};
  const std::int64_t positions = (extent + window.stride - 1) / window.stride;
  const std::int64_t total =
      std::max<std::int64_t>((positions - 1) * window.stride + window.span() - extent, 0);
  const std::int64_t less = total / 2;
  return kind == AutoPad::kSameUpper ? Pads{less, total - less} : Pads{total - less, less};
}

graph::Padding2d window_pads(const WindowAttributes& window, std::int64_t height, std::int64_t width) {
  Pads h = window.pads_h, w = window.pads_w;
  if (window.auto_pad != AutoPad::kNotSet) {
    h = automatic_pads(window.h, window.auto_pad, height);
    w = automatic_pads(window.w, window.auto_pad, width);
  }
  return {h.before, w.before, h.after, w.after};
}

std::int64_t ceil_mode_extra(const Window& window, std::int64_t extent, Pads pads) {
  const std::int64_t room = extent + pads.before + pads.after - window.span();
  if (room < 0) return 0;
  std::int64_t positions = (room + window.stride - 1) / window.stride + 1;
  if ((positions - 1) * window.stride >= extent + pads.before) --positions;
  return std::max<std::int64_t>((positions - 1) * window.stride - room, 0);
}

}  // namespace nawq::onnx
