#include "codec/kernel_choice.h"

#include "codec/packed_weights.h"
#include "kernels/dispatch.h"

namespace nawq::codec {

using kernels::Format;

const kernels::ConvKernel& conv_kernel(const plan::Convolution& conv, Format src, Isa isa) {
  const auto list = conv.wide_sums ? kernels::conv_wide_kernels() : kernels::conv_kernels();
  return kernels::find_kernel(list, src, isa);
}

const kernels::DepthwiseKernel& depthwise_kernel(Format src, Isa isa) {
  return kernels::find_kernel(kernels::depthwise_kernels(), src, isa);
}

int lanes_for(const plan::Convolution& conv, std::int32_t channels, const plan::Program& program, Isa isa) {
  const Format src = program.floating ? Format::kFloat : Format::kCode8;
  return is_depthwise(conv, channels) ? depthwise_kernel(src, isa).lanes : conv_kernel(conv, src, isa).lanes;
}

}  // namespace nawq::codec
