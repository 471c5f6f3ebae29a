// Owns: the Program, a network ready to be bound to a machine: fused operations over stored tensors, weights
// in 8 bits, every scale. Portable: no instruction set, no packing, no picture size, no thread count. `.nawq`
// is its file. Knows nothing of graphs.
//
// Operations run in order, each over its grid of pixels. Each grid pixel has `channels` numbers, r of
// docs/numerics.md, which go through the steps and then, by runs, to tensors.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "kernels/enums.h"

namespace nawq::plan {

// Floating programs have kFloat tensors only; the others codes, and kFloat only as source of codes.
using kernels::Format;
using kernels::Function;
using kernels::StepKind;

struct Size2d {
  std::int32_t h = 1, w = 1;
  bool operator==(const Size2d&) const = default;
};

struct Pads2d {
  std::int32_t top = 0, left = 0, bottom = 0, right = 0;
  bool operator==(const Pads2d&) const = default;
};

// real = (code - zero_point) * scale.
struct Quantization {
  Format format = Format::kFloat;  // kCode8, kCode16 or kFloat
  float scale = 1;
  std::int32_t zero_point = 0;
  bool operator==(const Quantization&) const = default;
};

// A tensor in memory: NHWC, channels padded to a multiple of 4. Its size follows from the operation that
// writes it.
struct TensorSpec {
  std::string name;  // of the graph's value
  std::int32_t channels = 0;
  Quantization quantization;
  // In code programs, a tensor of codes whose range is found anew on every picture (DRE): the kFloat tensor
  // that it is made from. The range of that tensor on the whole picture gives scale and zero point, which
  // `quantization` does not know; readers make the rows that they need, nobody stores or writes it. -1: no.
  std::int32_t source = -1;
  bool operator==(const TensorSpec&) const = default;
};

// The first two tensors are the picture that comes in and the one that goes out. Their formats are the
// pictures' own (Program::input_range), decided when a picture comes.
inline constexpr std::int32_t kInputTensor = 0, kOutputTensor = 1;

// Channels [first_channel, first_channel + channels) of a tensor.
struct View {
  std::int32_t tensor = kInputTensor;
  std::int32_t first_channel = 0, channels = 0;
  bool operator==(const View&) const = default;
};

// Which number of a tensor beside an operation meets one of its output channels: in a block of pixels of the
// side tensor, `dy` rows down and `dx` pixels to the right.
struct SideChannel {
  std::int32_t dy = 0, dx = 0, channel = 0;
  bool operator==(const SideChannel&) const = default;
};

struct StepSpec {
  StepKind kind = StepKind::kRelu;
  std::vector<float> slopes;  // kSlope: one per output channel of the operation
  float low = 0, high = 0;    // kClip
  // kResidual, kProduct: the tensor, the pixels of it in each direction per grid pixel, and its number for
  // each output channel.
  std::int32_t side_tensor = -1;
  std::int32_t side_block = 1;
  std::vector<SideChannel> side_channels;
  // kChannelScale: the vector that holds the factors, and its element for each output channel (-1: factor 1).
  std::int32_t vector = -1;
  std::vector<std::int32_t> vector_elements;
  // kFunction, kTable, kRound. kRound: r becomes the real value of its code in `table_in`. kTable: r is
  // quantized to `table_in`, the function's value to `table_out`; r becomes the real value of that code.
  Function function = Function::kSigmoid;
  float alpha = 0, beta = 0;
  Quantization table_in, table_out;
  bool operator==(const StepSpec&) const = default;
};

// A run of an operation's output channels and where it goes. With block b > 1 (pixel shuffle) a grid pixel
// becomes b pixels of row b * y + dy, side by side: `channels` is b times the pixel's stored channels.
struct RunSpec {
  std::int32_t first_channel = 0, channels = 0;  // of the operation
  std::int32_t tensor = kOutputTensor;
  std::int32_t tensor_channel = 0;  // 0 where block > 1
  std::int32_t block = 1, dy = 0;
  bool operator==(const RunSpec&) const = default;
};

// Weights [O][kh][kw][I / groups], O being the operation's output channels. Channels that only fill up a
// shuffled pixel have weights and bias 0. Depthwise is groups = I = O.
struct Convolution {
  View src;
  std::int32_t groups = 1;
  Size2d kernel, stride, dilation;
  Pads2d pads;
  std::vector<std::int8_t> codes;    // code programs
  std::vector<float> weight_scales;  // code programs: one per output channel
  std::vector<float> weights;        // floating programs
  std::vector<float> bias;           // one per output channel
  std::vector<float> pad_values;     // what lies outside the picture, per input channel; empty: 0
  // Code programs: 32-bit accumulators are proven for every zero point; where they are not, sums are in 64
  // bits, on every machine the slow way.
  bool wide_sums = false;
  bool operator==(const Convolution&) const = default;
};

// r = 0: the steps bring everything. The grid is that of the first side tensor, by its side_block.
struct Pointwise {
  bool operator==(const Pointwise&) const = default;
};

enum class PoolKind { kMax, kAverage };

struct Pooling {
  View src;
  PoolKind kind = PoolKind::kMax;
  Size2d kernel, stride, dilation;
  Pads2d pads;          // beyond the picture; their taps do not count
  Pads2d counted_pads;  // kAverage: the part of `pads` that counts as zeros
  bool operator==(const Pooling&) const = default;
};

enum class ResizeMode { kNearest, kLinear, kCubic };
enum class CoordinateMode { kHalfPixel, kPyTorchHalfPixel, kAlignCorners, kAsymmetric };
enum class NearestRounding { kRoundPreferFloor, kRoundPreferCeil, kFloor, kCeil };

// ONNX Resize-19. The output has the size of tensor `like`, and its scale is the ratio of sizes; or, where
// `like` is -1, size = floor(size * scale).
struct Resampling {
  View src;
  ResizeMode mode = ResizeMode::kLinear;
  CoordinateMode coordinates = CoordinateMode::kHalfPixel;
  NearestRounding rounding = NearestRounding::kRoundPreferFloor;
  float cubic_a = -0.75f;
  bool exclude_outside = false;
  std::int32_t like = -1;
  float scale_h = 1, scale_w = 1;
  bool operator==(const Resampling&) const = default;
};

// Mean or population standard deviation of each channel over the whole picture, to a vector. No steps, no
// runs.
struct Statistics {
  View src;
  bool deviation = false;
  std::int32_t vector = 0;
  bool operator==(const Statistics&) const = default;
};

// Arithmetic on vectors (pictures of 1 x 1), in double. No steps, no runs.
enum class VectorKind {
  kLinear,    // weights [out][in] * a + bias
  kAdd,       // a + b
  kSubtract,  // a - b
  kMultiply,  // a * b
  kRelu,
  kSlope,     // a < 0 ? a * weights[i] : a
  kClip,      // alpha = low, beta = high
  kFunction,  // function(a)
  kConcat,    // a, then b
  kRound,     // the real number of a's code in `rounding`
};

struct VectorMath {
  VectorKind kind = VectorKind::kLinear;
  std::int32_t a = -1, b = -1, out = -1;  // vectors; b only for two operands
  // kLinear, kSlope; for two operands, what b is when it is a constant (b = -1). One number serves all
  // elements.
  std::vector<float> weights;
  std::vector<float> bias;  // kLinear
  Function function = Function::kSigmoid;
  float alpha = 0, beta = 0;
  Quantization rounding;  // kRound: codes; else float
  bool operator==(const VectorMath&) const = default;
};

using OperationKind = std::variant<Convolution, Pointwise, Pooling, Resampling, Statistics, VectorMath>;

struct Operation {
  std::string name;  // of the graph's node that does the work
  OperationKind kind;
  std::int32_t channels = 0;        // outputs, filling ones included; 0 for Statistics and VectorMath
  std::vector<StepSpec> steps;      // at most kernels::kMostSteps
  std::vector<RunSpec> runs;        // ascending by channel, except that a channel may go to several tensors
  std::int64_t macs_per_pixel = 0;  // of the graph, per grid pixel, without filling
  std::int32_t wordlength = 32;     // of the inputs: 8, 16, or 32 for float32
  bool dre = false;                 // reads a tensor that has a source
  std::int32_t partition = 0;       // consecutive operations of equal (wordlength, dre)
  bool operator==(const Operation&) const = default;
};

// An operation that does this and nothing else yet. (Assigning to a variant may throw; making one does not.)
inline Operation operation_of(OperationKind kind) {
  return {.name = {}, .kind = std::move(kind), .channels = 0, .steps = {}, .runs = {}};
}

struct Program {
  std::string name;
  std::int32_t scale = 1;                                // output size over input size
  std::int32_t channels = 3;                             // of the picture: 3, or 1 for luma
  bool bgr = false;                                      // order of the picture's channels in tensors
  float input_range = 1;                                 // what white is: 1 or 255
  bool floating = true;                                  // every tensor is float32
  std::int32_t fixed_width_px = 0, fixed_height_px = 0;  // the only size that it takes; 0: any
  std::vector<TensorSpec> tensors;
  std::vector<std::int32_t> vector_sizes;
  std::vector<Operation> operations;
  bool operator==(const Program&) const = default;
};

// The tensor whose numbers are stored for reads of `tensor`: itself, or what its codes are made from.
inline std::int32_t stored_tensor(const Program& program, std::int32_t tensor) {
  const std::int32_t source = program.tensors[static_cast<std::size_t>(tensor)].source;
  return source >= 0 ? source : tensor;
}

// Channels as stored.
constexpr std::int32_t padded_channels(std::int32_t channels) { return (channels + 3) / 4 * 4; }

}  // namespace nawq::plan
