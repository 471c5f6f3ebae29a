// Owns: the operators a Graph is made of, one struct each, with every attribute a plain number.
// Knows nothing of ONNX: names, defaults and opset differences end at the importer. Sizes are in elements.
//
// Operands are the node's inputs in the order stated beside each struct; "const" ones carry their tensor in
// the Graph. Activations are [1,C,H,W] unless stated.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "graph/tensor.h"

namespace nawq::graph {

struct Extent2d {
  std::int64_t h = 1, w = 1;
  bool operator==(const Extent2d&) const = default;
};

struct Padding2d {
  std::int64_t top = 0, left = 0, bottom = 0, right = 0;
  bool operator==(const Padding2d&) const = default;
};

// x, const weights [O,I/groups,kh,kw], optional const bias [O].
struct Conv {
  Extent2d stride, dilation;
  Padding2d pads;
  std::int64_t groups = 1;
  // What lies outside the picture, per input channel; empty means 0. A mean shift folded into the convolution
  // leaves its zero padding as this value, so that borders stay exact.
  std::vector<float> pad_values;
};

// x, const weights [I,O/groups,kh,kw], optional const bias [O].
struct ConvTranspose {
  Extent2d stride, dilation;
  Padding2d pads;
  Extent2d output_padding{0, 0};
  std::int64_t groups = 1;
};

// x, const scale, const bias, const mean, const variance, each [C].
struct BatchNorm {
  float epsilon = 1e-5f;
};

// x, const slope: broadcastable to x ([C,1,1] or [1]).
struct PRelu {};

enum class UnaryKind {
  kRelu,
  kLeakyRelu /*alpha*/,
  kClip /*alpha = low, beta = high*/,
  kSigmoid,
  kHardSigmoid /*alpha x + beta in 0..1*/,
  kHardSwish,
  kTanh,
  kErf,
  kGelu,
  kGeluTanh,
  kElu /*alpha*/,
  kSoftplus,
  kSqrt,
  kExp,
  kLog,
  kNeg,
  kAbs,
  kReciprocal,
  kFloor,
  kCeil,
  kRound,
};

// x of any shape.
struct Unary {
  UnaryKind kind = UnaryKind::kRelu;
  float alpha = 0, beta = 0;
};

enum class BinaryKind { kAdd, kSub, kMul, kDiv, kPow, kMin, kMax };

// a, b: any shapes that broadcast.
struct Binary {
  BinaryKind kind = BinaryKind::kAdd;
};

enum class ReduceKind { kSum, kMean, kMax, kMin };

// x of any shape. Axes are non-negative and sorted.
struct Reduce {
  ReduceKind kind = ReduceKind::kMean;
  std::vector<std::int64_t> axes;
  bool keep_dims = true;
};

enum class ChannelStatistic { kMean, kStandardDeviation };

// x -> [1,C,1,1]: over the whole picture; the deviation is the population's.
struct ChannelStatistics {
  ChannelStatistic statistic = ChannelStatistic::kMean;
};

enum class PoolKind { kMax, kAverage };

// x. `pads` already holds what ceil_mode or auto_pad added; an average counts only taps that are inside the
// picture grown by `counted_pads`.
struct Pool {
  PoolKind kind = PoolKind::kMax;
  Extent2d kernel, stride, dilation;
  Padding2d pads;
  Padding2d counted_pads;
};

// Any number of inputs of any equal rank.
struct Concat {
  std::int64_t axis = 1;
};

// x -> one output per size.
struct Split {
  std::int64_t axis = 1;
  std::vector<std::int64_t> sizes;
};

// x of any shape: output[i] = x[start + i * step] on each axis, `sizes` long.
struct Slice {
  std::vector<std::int64_t> starts, steps, sizes;  // one per dimension of x
};

enum class PadMode { kConstant, kReflect, kEdge };

// x of any shape. Negative amounts crop.
struct Pad {
  PadMode mode = PadMode::kConstant;
  std::vector<std::int64_t> before, after;  // one per dimension of x
  float value = 0;
};

// How the channels of a block are ordered: kCrd is PyTorch's PixelShuffle, channel = c*b*b + (y*b + x);
// kDcr is TensorFlow's, channel = (y*b + x)*C + c.
enum class ShuffleOrder { kCrd, kDcr };

// x [1,C*b*b,H,W] -> [1,C,H*b,W*b].
struct DepthToSpace {
  std::int64_t block = 2;
  ShuffleOrder order = ShuffleOrder::kCrd;
};

// x [1,C,H*b,W*b] -> [1,C*b*b,H,W], the inverse of DepthToSpace.
struct SpaceToDepth {
  std::int64_t block = 2;
  ShuffleOrder order = ShuffleOrder::kDcr;
};

// x: output channel g + G*k is input channel g*(C/G) + k, for g < G = groups (ShuffleNet).
struct ChannelShuffle {
  std::int64_t groups = 2;
};

enum class ResizeMode { kNearest, kLinear, kCubic };
enum class CoordinateMode { kHalfPixel, kPyTorchHalfPixel, kAlignCorners, kAsymmetric };
enum class NearestRounding { kRoundPreferFloor, kRoundPreferCeil, kFloor, kCeil };

// x. Source coordinate of output pixel i: from `coordinates` and the scale, ONNX Resize-19. The scale is
// stated apart from the size because files may round the size.
struct Resize {
  ResizeMode mode = ResizeMode::kNearest;
  CoordinateMode coordinates = CoordinateMode::kHalfPixel;
  NearestRounding rounding = NearestRounding::kRoundPreferFloor;
  float cubic_a = -0.75f;
  bool exclude_outside = false;
  Extent2d size;
  float scale_h = 1, scale_w = 1;
};

// x of any shape; as many elements.
struct Reshape {
  Shape shape;
};

// x of any shape: output dimension i is input dimension perm[i].
struct Transpose {
  std::vector<std::int64_t> perm;
};

// x of any shape, repeated to a larger one by broadcasting.
struct Expand {
  Shape shape;
};

// a [...,M,K], b [...,K,N]: NumPy matmul.
struct MatMul {};

using Op = std::variant<Conv, ConvTranspose, BatchNorm, PRelu, Unary, Binary, Reduce, ChannelStatistics, Pool,
                        Concat, Split, Slice, Pad, DepthToSpace, SpaceToDepth, ChannelShuffle, Resize,
                        Reshape, Transpose, Expand, MatMul>;

// "Conv", "Add", "Sigmoid": the operator as the dump and messages name it.
const char* op_name(const Op& op);

// Calls visitor with the struct inside `op`. std::visit would throw on a valueless variant; this cannot.
template <class Visitor, std::size_t index = 0>
decltype(auto) visit_op(Visitor&& visitor, const Op& op) {
  if constexpr (index + 1 < std::variant_size_v<Op>) {
    if (const auto* held = std::get_if<index>(&op)) return visitor(*held);
    return visit_op<Visitor, index + 1>(std::forward<Visitor>(visitor), op);
  } else {
    return visitor(*std::get_if<index>(&op));
  }
}

}  // namespace nawq::graph
