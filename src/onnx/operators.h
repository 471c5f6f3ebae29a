// Owns: the list of ONNX operators that can be taken, and what the rest are refused with. One translation
// each.
#pragma once

#include <string>
#include <string_view>

#include "onnx/node_import.h"

namespace nawq::onnx {

inline constexpr int kAnyNumber = 1 << 20;

struct OperatorRule {
  std::string_view op_type;
  Result<Operands> (*translate)(
      NodeImport& node);  // results in the order of the node's outputs, perhaps fewer
  int least_inputs, most_inputs;
  std::string_view attributes;  // those it may have, parted by spaces
};

// Null for an operator that is not supported.
const OperatorRule* find_operator(std::string_view op_type);

// Why an operator without a rule is refused.
std::string refusal(std::string_view op_type);

Result<Operands> import_conv(NodeImport& node);
Result<Operands> import_conv_transpose(NodeImport& node);
Result<Operands> import_batch_norm(NodeImport& node);

Result<Operands> import_pool(NodeImport& node);
Result<Operands> import_global_pool(NodeImport& node);

Result<Operands> import_unary(NodeImport& node);
Result<Operands> import_activation(NodeImport& node);
Result<Operands> import_gelu(NodeImport& node);
Result<Operands> import_clip(NodeImport& node);
Result<Operands> import_prelu(NodeImport& node);
Result<Operands> import_binary(NodeImport& node);
Result<Operands> import_variadic(NodeImport& node);

Result<Operands> import_reduce(NodeImport& node);
Result<Operands> import_norm(NodeImport& node);

Result<Operands> import_mat_mul(NodeImport& node);
Result<Operands> import_gemm(NodeImport& node);

Result<Operands> import_resize(NodeImport& node);
Result<Operands> import_upsample(NodeImport& node);

Result<Operands> import_reshape(NodeImport& node);
Result<Operands> import_flatten(NodeImport& node);
Result<Operands> import_squeeze(NodeImport& node);
Result<Operands> import_unsqueeze(NodeImport& node);
Result<Operands> import_transpose(NodeImport& node);
Result<Operands> import_expand(NodeImport& node);
Result<Operands> import_depth_to_space(NodeImport& node);
Result<Operands> import_space_to_depth(NodeImport& node);

Result<Operands> import_slice(NodeImport& node);
Result<Operands> import_pad(NodeImport& node);
Result<Operands> import_concat(NodeImport& node);
Result<Operands> import_split(NodeImport& node);
Result<Operands> import_tile(NodeImport& node);

Result<Operands> import_identity(NodeImport& node);
Result<Operands> import_dropout(NodeImport& node);
Result<Operands> import_cast(NodeImport& node);
Result<Operands> import_constant(NodeImport& node);
Result<Operands> import_constant_of_shape(NodeImport& node);
Result<Operands> import_shape(NodeImport& node);
Result<Operands> import_size(NodeImport& node);
Result<Operands> import_gather(NodeImport& node);
Result<Operands> import_range(NodeImport& node);
Result<Operands> import_non_zero(NodeImport& node);
Result<Operands> import_reduce_prod(NodeImport& node);

Result<Operands> import_quantize_linear(NodeImport& node);
Result<Operands> import_dequantize_linear(NodeImport& node);

Result<Operands> import_compare(NodeImport& node);
Result<Operands> import_logic(NodeImport& node);
Result<Operands> import_not(NodeImport& node);
Result<Operands> import_where(NodeImport& node);
Result<Operands> import_mod(NodeImport& node);

}  // namespace nawq::onnx
