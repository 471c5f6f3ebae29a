// Owns: choosing a kernel from a list: the first for a source format that the machine runs.
#pragma once

#include <span>

#include "base/cpu.h"
#include "kernels/enums.h"

namespace nawq::kernels {

// `kernels` are best first for each source format, with a scalar one last, so that there always is an answer.
template <class Kernel>
const Kernel& find_kernel(std::span<const Kernel> kernels, Format src, Isa isa) {
  for (const Kernel& kernel : kernels)
    if (kernel.src == src && can_run(isa, kernel.isa)) return kernel;
  return kernels.back();
}

}  // namespace nawq::kernels
