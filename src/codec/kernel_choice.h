// Owns: which kernel of kernels/ runs an operation on a machine.
#pragma once

#include "base/cpu.h"
#include "kernels/conv/conv.h"
#include "kernels/depthwise/depthwise.h"
#include "kernels/enums.h"
#include "plan/program.h"

namespace nawq::codec {

const kernels::ConvKernel& conv_kernel(const plan::Convolution& conv, kernels::Format src, Isa isa);
const kernels::DepthwiseKernel& depthwise_kernel(kernels::Format src, Isa isa);

// Lanes of the kernel's packed weights: the same for every code format.
int lanes_for(const plan::Convolution& conv, std::int32_t channels, const plan::Program& program, Isa isa);

}  // namespace nawq::codec
