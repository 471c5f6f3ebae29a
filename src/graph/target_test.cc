#include "graph/target.h"

#include <gtest/gtest.h>

namespace nawq::graph {
namespace {

TEST(Target, TheFastestUnitThatKnowsTheWordlengthTakesIt) {
  const Target target{.name = "t", .units = {{"a", {{8, 10}, {16, 5}}}, {"b", {{8, 20}}}, {"c", {{8, 15}}}}};
  EXPECT_EQ(unit_for(target, 8), 1U);
  EXPECT_EQ(unit_for(target, 16), 0U);
  EXPECT_EQ(unit_for(target, 32), std::nullopt);
}

TEST(Target, BuiltInTargetsAreAllThatIsListed) {
  EXPECT_EQ(target_names(), "cpu, qnn, sdm865, single-unit");
  for (const char* name : {"cpu", "sdm865", "single-unit"}) {
    const auto target = find_target(name);
    ASSERT_TRUE(target) << name;
    EXPECT_EQ(target->name, name);
    EXPECT_TRUE(unit_for(*target, 8) && unit_for(*target, 16)) << name;
    EXPECT_FALSE(target->assumptions.empty()) << name;
  }
  EXPECT_FALSE(find_target("sdm"));
}

TEST(Target, ThePhoneHasAUnitForEachWordlengthAndThePapersSwitchTime) {
  const Target target = *find_target("sdm865");
  EXPECT_NE(unit_for(target, 8), unit_for(target, 16));
  EXPECT_EQ(target.switch_us, 39.25);
  EXPECT_TRUE(target.same_io);
  EXPECT_FALSE(target.per_channel_weights);
}

TEST(Target, TheMachineItselfHasOneUnitForEverything) {
  const Target target = cpu_target(600, 300, 150);
  EXPECT_EQ(unit_for(target, 8), unit_for(target, 32));
  EXPECT_EQ(gmac_per_s(target.units[0], 16), 300);
  EXPECT_EQ(target.switch_us, 0);
}

}  // namespace
}  // namespace nawq::graph
