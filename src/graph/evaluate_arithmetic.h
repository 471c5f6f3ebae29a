// Owns: the arithmetic of evaluate() on tensors of either element type. Outputs are allocated by the caller,
// with the shape that infer_shapes() states. Integer sums and products wrap.
#pragma once

#include "graph/op.h"

namespace nawq::graph {

Status apply(const Unary& op, const Tensor& x, Tensor& out);
Status apply(const Binary& op, const Tensor& a, const Tensor& b, Tensor& out);
Status multiply(const Tensor& a, const Tensor& b, Tensor& out);  // MatMul, floats only

// Truncates towards zero; saturates at the limits of the type; NaN is 0.
std::int64_t truncate(float value);

template <class T>
T from_float(float value) {
  if constexpr (std::is_same_v<T, float>) return value;
  return static_cast<T>(truncate(value));
}

}  // namespace nawq::graph
