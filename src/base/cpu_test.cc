#include "base/cpu.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace nawq {
namespace {

class CpuTest : public testing::Test {
 protected:
  void TearDown() override { unsetenv("NAWQSR_FORCE_ISA"); }
};

TEST_F(CpuTest, ScalarIsAlwaysThereAndLast) { EXPECT_EQ(supported_isas().back(), Isa::kScalar); }

TEST_F(CpuTest, TheBestIsChosenUnlessOneIsForced) {
  EXPECT_EQ(*choose_isa(), supported_isas().front());
  for (const Isa isa : supported_isas()) {
    setenv("NAWQSR_FORCE_ISA", std::string(isa_name(isa)).c_str(), 1);
    EXPECT_EQ(*choose_isa(), isa);
  }
}

TEST_F(CpuTest, AnUnknownIsaIsRefusedWithTheKnownOnes) {
  setenv("NAWQSR_FORCE_ISA", "mmx", 1);
  const auto isa = choose_isa();
  ASSERT_FALSE(isa);
  EXPECT_EQ(isa.error().kind, ErrorKind::kUsage);
  EXPECT_NE(isa.error().message.find("mmx"), std::string::npos);
  EXPECT_NE(isa.error().message.find("avx512vnni"), std::string::npos);
  EXPECT_NE(isa.error().message.find("neon_i8mm"), std::string::npos);
}

TEST_F(CpuTest, EachRunsWhatIsBelowIt) {
  EXPECT_TRUE(can_run(Isa::kAvxVnni, Isa::kAvx2));
  EXPECT_TRUE(can_run(Isa::kAvx512Vnni, Isa::kAvx2));
  EXPECT_TRUE(can_run(Isa::kAvx2, Isa::kScalar));
  EXPECT_FALSE(can_run(Isa::kScalar, Isa::kAvx2));
}

TEST_F(CpuTest, ADotProductOfAnotherFamilyIsNotRun) {
  EXPECT_TRUE(can_run(Isa::kNeonI8mm, Isa::kNeonDotprod));
  EXPECT_TRUE(can_run(Isa::kNeonDotprod, Isa::kScalar));
  EXPECT_FALSE(can_run(Isa::kNeonDotprod, Isa::kNeonI8mm));
  EXPECT_FALSE(can_run(Isa::kNeonI8mm, Isa::kAvx2));
  EXPECT_FALSE(can_run(Isa::kAvx512Vnni, Isa::kNeonDotprod));
}

TEST_F(CpuTest, AnIsaThatTheMachineLacksIsRefused) {
  const auto supported = supported_isas();
  for (const Isa isa : {Isa::kAvx2, Isa::kNeonDotprod}) {
    if (std::ranges::find(supported, isa) != supported.end()) continue;
    setenv("NAWQSR_FORCE_ISA", std::string(isa_name(isa)).c_str(), 1);
    const auto chosen = choose_isa();
    ASSERT_FALSE(chosen);
    EXPECT_EQ(chosen.error().kind, ErrorKind::kUsage);
    EXPECT_NE(chosen.error().message.find(isa_name(isa)), std::string::npos);
  }
}

TEST_F(CpuTest, Avx512VnniDoesNotBringAvxVnni) {
  EXPECT_TRUE(can_run(Isa::kAvxVnni, Isa::kAvxVnni));
  EXPECT_FALSE(can_run(Isa::kAvx512Vnni, Isa::kAvxVnni));
}

}  // namespace
}  // namespace nawq
