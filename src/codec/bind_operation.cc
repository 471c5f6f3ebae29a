#include "codec/bound_operation.h"

namespace nawq::codec {

std::unique_ptr<BoundOperation> bind_operation(const BindInput& input) {
  const plan::OperationKind& kind = input.operation().kind;
  if (std::get_if<plan::Convolution>(&kind))
    return input.loaded.weights(input.index).is_depthwise ? bind_depthwise(input) : bind_convolution(input);
  if (std::get_if<plan::Pooling>(&kind)) return bind_pooling(input);
  if (std::get_if<plan::Resampling>(&kind)) return bind_resampling(input);
  if (std::get_if<plan::Statistics>(&kind)) return bind_statistics(input);
  if (std::get_if<plan::VectorMath>(&kind)) return bind_vector_math(input);
  return bind_pointwise(input);
}

}  // namespace nawq::codec
