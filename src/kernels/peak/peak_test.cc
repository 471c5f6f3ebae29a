#include "kernels/peak/peak.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace nawq::kernels {
namespace {

TEST(Peak, EveryLoopCountsItsWorkInProportionToItsRounds) {
  for (const PeakKernel& kernel : peak_kernels()) {
    const auto machine = supported_isas();
    if (std::find(machine.begin(), machine.end(), kernel.isa) == machine.end()) continue;
    std::int64_t macs = 0, twice = 0;
    kernel.run({1000, &macs});
    kernel.run({2000, &twice});
    EXPECT_GE(macs, 1000) << kernel.name;
    EXPECT_EQ(twice, 2 * macs) << kernel.name;
  }
}

TEST(Peak, EveryUnitHasAScalarLoop) {
  for (const Format unit : {Format::kCode8, Format::kCode16, Format::kFloat}) {
    bool found = false;
    for (const PeakKernel& kernel : peak_kernels()) found |= kernel.src == unit && kernel.isa == Isa::kScalar;
    EXPECT_TRUE(found);
  }
}

}  // namespace
}  // namespace nawq::kernels
