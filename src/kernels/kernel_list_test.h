// Owns: what the tests of every kernel list share.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "base/cpu.h"
#include "kernels/enums.h"

namespace nawq::kernels {

inline constexpr int kMostLanes = 16;  // buffers made for these have room for every packing

constexpr int packed_count(int channels) { return (channels + kMostLanes - 1) / kMostLanes * kMostLanes; }

// One test for each kernel of a list; those that this machine cannot run are skipped.
template <class Kernel>
class KernelListTest : public testing::TestWithParam<Kernel> {
 protected:
  void SetUp() override {
    const auto isas = supported_isas();
    if (std::ranges::find(isas, this->GetParam().isa) == isas.end())
      GTEST_SKIP() << "this machine has no " << isa_name(this->GetParam().isa);
  }
};

template <class Kernel>
auto all_of(std::span<const Kernel> kernels) {
  return testing::ValuesIn(kernels.begin(), kernels.end());
}

// Those that read one of these formats.
template <class Kernel>
auto all_of(std::span<const Kernel> kernels, std::initializer_list<Format> sources) {
  std::vector<Kernel> chosen;
  for (const Kernel& kernel : kernels)
    if (std::ranges::find(sources, kernel.src) != sources.end()) chosen.push_back(kernel);
  return testing::ValuesIn(chosen);
}

// Names the tests after the kernels.
inline constexpr auto kKernelName = [](const auto& tested) { return std::string(tested.param.name); };

}  // namespace nawq::kernels
