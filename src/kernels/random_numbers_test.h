// Owns: the random numbers of kernel tests.
#pragma once

#include <random>

namespace nawq::kernels {

inline int pick(std::mt19937& random, int low, int high) {
  return std::uniform_int_distribution<int>(low, high)(random);
}
inline float real(std::mt19937& random) { return std::uniform_real_distribution<float>(-1, 1)(random); }

}  // namespace nawq::kernels
