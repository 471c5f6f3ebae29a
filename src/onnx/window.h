// Owns: the arithmetic of a window that slides over one dimension: automatic padding and the number of
// positions.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "graph/op.h"
#include "onnx/attributes.h"

namespace nawq::onnx {

// A kernel over one dimension. `span` is what it covers: (kernel - 1) * dilation + 1.
struct Window {
  std::int64_t kernel = 1, stride = 1, dilation = 1;
  std::int64_t span() const { return (kernel - 1) * dilation + 1; }
};

struct Pads {
  std::int64_t before = 0, after = 0;
};

// What a node states of its window, still without the picture's size.
struct WindowAttributes {
  enum class AutoPad { kNotSet, kSameUpper, kSameLower, kValid };
  Window h, w;
  AutoPad auto_pad = AutoPad::kNotSet;
  Pads pads_h, pads_w;  // as stated; 0 with auto_pad

  graph::Extent2d stride() const { return {h.stride, w.stride}; }
  graph::Extent2d dilation() const { return {h.dilation, w.dilation}; }
};

// Reads kernel_shape, strides, dilations, pads and auto_pad of a 2-D operator. `kernel` stands where
// kernel_shape is absent (weights know it) and must agree with it otherwise; {0,0} demands the attribute.
Result<WindowAttributes> read_window(const Attributes& attributes, graph::Extent2d kernel);

// Pads of `extent` elements under auto_pad: ceil(extent / stride) positions for the SAME kinds.
Pads automatic_pads(const Window& window, WindowAttributes::AutoPad kind, std::int64_t extent);

// The stated or the automatic pads of a picture.
graph::Padding2d window_pads(const WindowAttributes& window, std::int64_t height, std::int64_t width);

// What ceil_mode adds behind the last element so that a window begun inside `extent` plus its front pad is
// complete.
std::int64_t ceil_mode_extra(const Window& window, std::int64_t extent, Pads pads);

}  // namespace nawq::onnx
