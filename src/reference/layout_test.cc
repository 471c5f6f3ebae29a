#include "reference/single_op_test.h"

namespace nawq::reference {
namespace {

using graph::float_tensor;
using graph::Pad;
using graph::PadMode;
using graph::ShuffleOrder;
using graph::Tensor;

TEST(Concat, JoinsAlongItsAxis) {
  const Tensor a = float_tensor({1, 1, 2, 2}, {1, 2, 3, 4}),
               b = float_tensor({1, 2, 2, 2}, {5, 6, 7, 8, 9, 10, 11, 12});
  expect_equal(run_op(graph::Concat{1}, {a, b}), {1, 3, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  const Tensor c = float_tensor({1, 1, 2, 1}, {20, 30});
  expect_equal(run_op(graph::Concat{3}, {a, c, a}), {1, 1, 2, 5}, {1, 2, 20, 1, 2, 3, 4, 30, 3, 4});
}

TEST(Split, CutsAlongItsAxis) {
  const Tensor x = counting_tensor({1, 3, 1, 2});
  expect_equal(run_op(graph::Split{1, {1, 2}}, {x}, 2, 0), {1, 1, 1, 2}, {0, 1});
  expect_equal(run_op(graph::Split{1, {1, 2}}, {x}, 2, 1), {1, 2, 1, 2}, {2, 3, 4, 5});
  expect_equal(run_op(graph::Split{3, {1, 1}}, {x}, 2, 1), {1, 3, 1, 1}, {1, 3, 5});
}

TEST(Slice, TakesEveryStepFromItsStart) {
  const Tensor x = counting_tensor({1, 2, 3, 4});
  expect_equal(run_op(graph::Slice{{0, 1, 2, 3}, {1, 1, -2, -1}, {1, 1, 2, 3}}, {x}), {1, 1, 2, 3},
               {23, 22, 21, 15, 14, 13});
}

TEST(Transpose, ReordersDimensions) {
  const Tensor x = counting_tensor({2, 3, 2});
  expect_equal(run_op(graph::Transpose{{2, 0, 1}}, {x}), {2, 2, 3}, {0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11});
}

TEST(Expand, RepeatsDimensionsOfOne) {
  expect_equal(run_op(graph::Expand{{2, 2, 3}}, {float_tensor({2, 1}, {1, 2})}), {2, 2, 3},
               {1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2});
}

TEST(Reshape, KeepsTheOrderOfElements) {
  expect_equal(run_op(graph::Reshape{{3, 2}}, {counting_tensor({1, 2, 3})}), {3, 2}, {0, 1, 2, 3, 4, 5});
}

TEST(DepthToSpace, PlacesChannelsOfABlockInItsOrder) {
  const Tensor x = float_tensor({1, 8, 1, 1}, {0, 1, 2, 3, 4, 5, 6, 7});
  expect_equal(run_op(graph::DepthToSpace{2, ShuffleOrder::kCrd}, {x}), {1, 2, 2, 2},
               {0, 1, 2, 3, 4, 5, 6, 7});
  expect_equal(run_op(graph::DepthToSpace{2, ShuffleOrder::kDcr}, {x}), {1, 2, 2, 2},
               {0, 2, 4, 6, 1, 3, 5, 7});
}

TEST(SpaceToDepth, UndoesDepthToSpaceInBothOrders) {
  const Tensor x = random_tensor({1, 27, 5, 4}, 9);
  for (const ShuffleOrder order : {ShuffleOrder::kCrd, ShuffleOrder::kDcr}) {
    const Tensor large = run_op(graph::DepthToSpace{3, order}, {x});
    EXPECT_EQ(large.shape, (graph::Shape{1, 3, 15, 12}));
    EXPECT_NE(large.floats, x.floats);
    expect_equal(run_op(graph::SpaceToDepth{3, order}, {large}), x.shape, x.floats);
  }
}

TEST(ChannelShuffle, InterleavesTheGroups) {
  expect_equal(run_op(graph::ChannelShuffle{2}, {counting_tensor({1, 6, 1, 2})}), {1, 6, 1, 2},
               {0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11});
}

struct PadCase {
  std::string name;
  PadMode mode;
  std::int64_t before, after;
  std::vector<float> expected;
};

class PadTest : public testing::TestWithParam<PadCase> {};

TEST_P(PadTest, FillsARowByItsMode) {
  const auto& [name, mode, before, after, expected] = GetParam();
  const Pad op{mode, {0, before}, {0, after}, 9};
  expect_equal(run_op(op, {float_tensor({1, 4}, {1, 2, 3, 4})}),
               {1, static_cast<std::int64_t>(expected.size())}, expected);
}

TEST_P(PadTest, FillsAColumnByItsMode) {
  const auto& [name, mode, before, after, expected] = GetParam();
  const Pad op{mode, {before, 0}, {after, 0}, 9};
  expect_equal(run_op(op, {float_tensor({4, 1}, {1, 2, 3, 4})}),
               {static_cast<std::int64_t>(expected.size()), 1}, expected);
}

INSTANTIATE_TEST_SUITE_P(
    Modes, PadTest,
    testing::Values(PadCase{"constant", PadMode::kConstant, 2, 1, {9, 9, 1, 2, 3, 4, 9}},
                    PadCase{"edge", PadMode::kEdge, 2, 1, {1, 1, 1, 2, 3, 4, 4}},
                    PadCase{"reflect", PadMode::kReflect, 3, 2, {4, 3, 2, 1, 2, 3, 4, 3, 2}},
                    PadCase{"negative_crops", PadMode::kConstant, -1, -2, {2}},
                    PadCase{"crops_one_side_and_fills_the_other", PadMode::kConstant, -2, 2, {3, 4, 9, 9}},
                    PadCase{"reflects_what_cropping_left", PadMode::kReflect, -1, 2, {2, 3, 4, 3, 2}},
                    PadCase{"repeats_the_edge_that_cropping_left", PadMode::kEdge, 2, -1, {1, 1, 1, 2, 3}},
                    PadCase{"nothing_left_but_the_constant", PadMode::kConstant, -5, 4, {9, 9, 9}}),
    [](const auto& tested) { return tested.param.name; });

TEST(Pad, CornersFollowBothAxes) {
  expect_equal(run_op(Pad{PadMode::kReflect, {1, 1}, {0, 0}, 0}, {float_tensor({2, 2}, {1, 2, 3, 4})}),
               {3, 3}, {4, 3, 4, 2, 1, 2, 4, 3, 4});
  expect_equal(run_op(Pad{PadMode::kConstant, {1, 1}, {0, 0}, 7}, {float_tensor({1, 1}, {1})}), {2, 2},
               {7, 7, 7, 1});
}

TEST(Layout, HasTheSameBitsForAnyNumberOfThreads) {
  const Tensor x = random_tensor({1, 12, 40, 66}, 1);
  expect_same_bits_for_any_team(graph::Concat{1}, {x, x});
  expect_same_bits_for_any_team(graph::Split{1, {5, 7}}, {x});
  expect_same_bits_for_any_team(graph::Slice{{0, 2, 39, 1}, {1, 2, -3, 5}, {1, 5, 13, 13}}, {x});
  expect_same_bits_for_any_team(Pad{PadMode::kReflect, {0, 0, 3, 5}, {0, 0, 7, 2}, 0}, {x});
  expect_same_bits_for_any_team(graph::DepthToSpace{2, ShuffleOrder::kCrd}, {x});
  expect_same_bits_for_any_team(graph::SpaceToDepth{2, ShuffleOrder::kDcr}, {x});
  expect_same_bits_for_any_team(graph::ChannelShuffle{3}, {x});
  expect_same_bits_for_any_team(graph::Transpose{{0, 2, 3, 1}}, {x});
  expect_same_bits_for_any_team(graph::Reshape{{12, 40, 66}}, {x});
  expect_same_bits_for_any_team(graph::Expand{{3, 12, 40, 66}}, {x});
}

}  // namespace
}  // namespace nawq::reference
