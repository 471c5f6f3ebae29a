// Products of matrices.
#include "base/text.h"
#include "onnx/operators.h"

namespace nawq::onnx {
namespace {

Result<Operand> transposed(NodeImport& node, std::size_t index, const char* attribute) {
  NAWQ_TRY(const bool transpose, node.attributes().flag(attribute, false));
  NAWQ_TRY(Operand matrix, node.input(index));
  if (matrix.rank() != 2)
    return fail(ErrorKind::kModel,
                concat("input ", index, " of shape ", graph::to_text(matrix.shape), " is no matrix"));
  if (!transpose) return matrix;
  return node.emit(graph::Transpose{{1, 0}}, {matrix}, attribute);
}

Result<Operand> scaled(NodeImport& node, Operand x, float factor, const char* attribute) {
  if (factor == 1) return x;
  const Operand scale = constant_operand(graph::float_tensor({}, {factor}));
  return node.emit(graph::Binary{graph::BinaryKind::kMul}, {x, scale}, attribute);
}

}  // namespace

Result<Operands> import_mat_mul(NodeImport& node) {
  NAWQ_TRY(const Operand a, node.input(0));
  NAWQ_TRY(const Operand b, node.input(1));
  return single(node.emit(graph::MatMul{}, {a, b}));
}

Result<Operands> import_gemm(NodeImport& node) {
  NAWQ_TRY(const float alpha, node.attributes().real("alpha", 1));
  NAWQ_TRY(const float beta, node.attributes().real("beta", 1));
  NAWQ_TRY(const Operand a, transposed(node, 0, "transA"));
  NAWQ_TRY(Operand b, transposed(node, 1, "transB"));
  NAWQ_TRY(b, scaled(node, std::move(b), alpha, "alpha"));  // alpha on b: mostly weights, where it folds
  NAWQ_TRY(Operand product, node.emit(graph::MatMul{}, {a, b}, "product"));
  if (!node.has_input(2)) return Operands{std::move(product)};
  NAWQ_TRY(Operand c, node.input(2));
  NAWQ_TRY(c, scaled(node, std::move(c), beta, "beta"));
  return single(node.emit(graph::Binary{graph::BinaryKind::kAdd}, {product, c}));
}

}  // namespace nawq::onnx
