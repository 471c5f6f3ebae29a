// Owns: how this folder includes Eigen, in .cc files only: without exceptions of its own, and with sizes of
// blocks, which decide the order of sums, that are the same on every machine.
#pragma once

#include <Eigen/src/Core/util/Macros.h>
// Out of memory is then operator new's to report.
#undef EIGEN_EXCEPTIONS
#include <Eigen/Cholesky>
#include <Eigen/Core>

namespace nawq::quantize {

using DoubleMatrix = Eigen::MatrixXd;
using FloatMatrix = Eigen::MatrixXf;

// Before the first product; any thread, any number of times.
inline void fix_block_sizes() {
  [[maybe_unused]] static const bool kFixed = [] {
    Eigen::setCpuCacheSizes(32 << 10, 512 << 10, 4 << 20);
    return true;
  }();
}

}  // namespace nawq::quantize
