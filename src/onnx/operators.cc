#include "onnx/operators.h"

#include <algorithm>
#include <array>

#include "onnx/names.h"

namespace nawq::onnx {
namespace {

constexpr std::string_view kWindow = "auto_pad dilations group kernel_shape pads strides";

constexpr auto kOperators = std::to_array<OperatorRule>({
    {"Abs", import_unary, 1, 1, ""},
    {"Add", import_binary, 2, 2, ""},
    {"And", import_logic, 2, 2, ""},
    {"AveragePool", import_pool, 1, 1,
     "auto_pad ceil_mode count_include_pad dilations kernel_shape pads strides"},
    {"BatchNormalization", import_batch_norm, 5, 5, "epsilon momentum training_mode"},
    {"Cast", import_cast, 1, 1, "to saturate"},
    {"Ceil", import_unary, 1, 1, ""},
    {"Clip", import_clip, 1, 3, "min max"},
    {"Concat", import_concat, 1, kAnyNumber, "axis"},
    {"Constant", import_constant, 0, 0, "value value_float value_floats value_int value_ints"},
    {"ConstantOfShape", import_constant_of_shape, 1, 1, "value"},
    {"Conv", import_conv, 2, 3, kWindow},
    {"ConvTranspose", import_conv_transpose, 2, 3,
     "auto_pad dilations group kernel_shape output_padding output_shape pads strides"},
    {"DepthToSpace", import_depth_to_space, 1, 1, "blocksize mode"},
    {"DequantizeLinear", import_dequantize_linear, 2, 3, "axis block_size"},
    {"Div", import_binary, 2, 2, ""},
    {"Dropout", import_dropout, 1, 3, "ratio seed"},
    {"Elu", import_activation, 1, 1, "alpha"},
    {"Equal", import_compare, 2, 2, ""},
    {"Erf", import_unary, 1, 1, ""},
    {"Exp", import_unary, 1, 1, ""},
    {"Expand", import_expand, 2, 2, ""},
    {"Flatten", import_flatten, 1, 1, "axis"},
    {"Floor", import_unary, 1, 1, ""},
    {"Gather", import_gather, 2, 2, "axis"},
    {"Gelu", import_gelu, 1, 1, "approximate"},
    {"Gemm", import_gemm, 2, 3, "alpha beta transA transB"},
    {"GlobalAveragePool", import_global_pool, 1, 1, ""},
    {"GlobalMaxPool", import_global_pool, 1, 1, ""},
    {"Greater", import_compare, 2, 2, ""},
    {"GreaterOrEqual", import_compare, 2, 2, ""},
    {"HardSigmoid", import_activation, 1, 1, "alpha beta"},
    {"HardSwish", import_unary, 1, 1, ""},
    {"Identity", import_identity, 1, 1, ""},
    {"LeakyRelu", import_activation, 1, 1, "alpha"},
    {"Less", import_compare, 2, 2, ""},
    {"LessOrEqual", import_compare, 2, 2, ""},
    {"Log", import_unary, 1, 1, ""},
    {"MatMul", import_mat_mul, 2, 2, ""},
    {"Max", import_variadic, 1, kAnyNumber, ""},
    {"MaxPool", import_pool, 1, 1, "auto_pad ceil_mode dilations kernel_shape pads storage_order strides"},
    {"Mean", import_variadic, 1, kAnyNumber, ""},
    {"Min", import_variadic, 1, kAnyNumber, ""},
    {"Mod", import_mod, 2, 2, "fmod"},
    {"Mul", import_binary, 2, 2, ""},
    {"Neg", import_unary, 1, 1, ""},
    {"NonZero", import_non_zero, 1, 1, ""},
    {"Not", import_not, 1, 1, ""},
    {"Or", import_logic, 2, 2, ""},
    {"PRelu", import_prelu, 2, 2, ""},
    {"Pad", import_pad, 1, 4, "mode pads value"},
    {"Pow", import_binary, 2, 2, ""},
    {"QuantizeLinear", import_quantize_linear, 2, 3, "axis block_size output_dtype saturate"},
    {"Range", import_range, 3, 3, ""},
    {"Reciprocal", import_unary, 1, 1, ""},
    {"ReduceL1", import_norm, 1, 2, "axes keepdims noop_with_empty_axes"},
    {"ReduceL2", import_norm, 1, 2, "axes keepdims noop_with_empty_axes"},
    {"ReduceMax", import_reduce, 1, 2, "axes keepdims noop_with_empty_axes"},
    {"ReduceMean", import_reduce, 1, 2, "axes keepdims noop_with_empty_axes"},
    {"ReduceMin", import_reduce, 1, 2, "axes keepdims noop_with_empty_axes"},
    {"ReduceProd", import_reduce_prod, 1, 2, "axes keepdims noop_with_empty_axes"},
    {"ReduceSum", import_reduce, 1, 2, "axes keepdims noop_with_empty_axes"},
    {"ReduceSumSquare", import_norm, 1, 2, "axes keepdims noop_with_empty_axes"},
    {"Relu", import_unary, 1, 1, ""},
    {"Reshape", import_reshape, 2, 2, "allowzero"},
    {"Resize", import_resize, 2, 4,
     "antialias axes coordinate_transformation_mode cubic_coeff_a exclude_outside extrapolation_value "
     "keep_aspect_ratio_policy mode nearest_mode"},
    {"Round", import_unary, 1, 1, ""},
    {"Shape", import_shape, 1, 1, "start end"},
    {"Sigmoid", import_unary, 1, 1, ""},
    {"Size", import_size, 1, 1, ""},
    {"Slice", import_slice, 1, 5, "axes ends starts"},
    {"Softplus", import_unary, 1, 1, ""},
    {"SpaceToDepth", import_space_to_depth, 1, 1, "blocksize"},
    {"Split", import_split, 1, 2, "axis num_outputs split"},
    {"Sqrt", import_unary, 1, 1, ""},
    {"Squeeze", import_squeeze, 1, 2, "axes"},
    {"Sub", import_binary, 2, 2, ""},
    {"Sum", import_variadic, 1, kAnyNumber, ""},
    {"Tanh", import_unary, 1, 1, ""},
    {"Tile", import_tile, 2, 2, ""},
    {"Transpose", import_transpose, 1, 1, "perm"},
    {"Unsqueeze", import_unsqueeze, 1, 2, "axes"},
    {"Upsample", import_upsample, 1, 2, "mode scales"},
    {"Where", import_where, 3, 3, ""},
    {"Xor", import_logic, 2, 2, ""},
});

static_assert(std::ranges::is_sorted(kOperators, {}, &OperatorRule::op_type));

constexpr auto kControlFlow = std::to_array<std::string_view>({"If", "Loop", "Scan", "SequenceMap"});
constexpr auto kQuantized = std::to_array<std::string_view>(
    {"ConvInteger", "DynamicQuantizeLinear", "MatMulInteger", "QLinearConv", "QLinearMatMul"});

}  // namespace

const OperatorRule* find_operator(std::string_view op_type) {
  const auto* rule = std::ranges::lower_bound(kOperators, op_type, {}, &OperatorRule::op_type);
  return rule != kOperators.end() && rule->op_type == op_type ? rule : nullptr;
}

std::string refusal(std::string_view op_type) {
  if (std::ranges::find(kControlFlow, op_type) != kControlFlow.end())
    return "the operator is not supported: networks with branches or loops are not read";
  if (std::ranges::find(kQuantized, op_type) != kQuantized.end())
    return "the operator is not supported: of quantized models, those with QuantizeLinear and "
           "DequantizeLinear around float operators are";
  return "the operator is not supported";
}

}  // namespace nawq::onnx
