#include "onnx/size_free.h"

#include <gtest/gtest.h>

#include <limits>

namespace nawq::onnx {
namespace {

using Shape = graph::Shape;

constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();

// start and end, or nothing.
std::vector<std::int64_t> bounds(SlicedAxis axis, SlicedAxis other) {
  const auto found = slice_bounds(axis, other);
  return found ? std::vector<std::int64_t>{found->start, found->end} : std::vector<std::int64_t>{};
}

TEST(SliceBounds, TheWholeAxisHasNoEnd) {
  EXPECT_EQ(bounds({8, 0, 1, 8}, {12, 0, 1, 12}), (std::vector<std::int64_t>{0, kLast}));
}

TEST(SliceBounds, AMarginIsCountedFromTheEnd) {
  EXPECT_EQ(bounds({8, 2, 1, 5}, {12, 2, 1, 9}), (std::vector<std::int64_t>{2, -1}));
  EXPECT_EQ(bounds({8, 5, 1, 3}, {12, 9, 1, 3}), (std::vector<std::int64_t>{-3, kLast}));
  EXPECT_EQ(bounds({8, 4, 1, 2}, {12, 8, 1, 2}), (std::vector<std::int64_t>{-4, -2}));
}

TEST(SliceBounds, AFixedPieceIsCountedFromTheBeginning) {
  EXPECT_EQ(bounds({8, 2, 1, 3}, {12, 2, 1, 3}), (std::vector<std::int64_t>{2, 5}));
}

TEST(SliceBounds, EveryOtherElementEndsWithTheAxis) {
  EXPECT_EQ(bounds({9, 1, 2, 4}, {14, 1, 2, 7}), (std::vector<std::int64_t>{1, kLast}));
}

TEST(SliceBounds, BackwardsItEndsBeforeTheFirst) {
  EXPECT_EQ(bounds({8, 7, -1, 8}, {12, 11, -1, 12}),
            (std::vector<std::int64_t>{-1, std::numeric_limits<std::int64_t>::min()}));
}

TEST(SliceBounds, AShareOfTheAxisHasNone) {
  EXPECT_TRUE(bounds({8, 0, 1, 4}, {12, 0, 1, 6}).empty());
  EXPECT_TRUE(bounds({8, 0, 1, 4}, {8, 0, 2, 4}).empty());
}

TEST(ReshapeTarget, KeepsWhatStaysAndCopiesWhatFollows) {
  EXPECT_EQ(reshape_target({{1, 12, 8, 9}, {1, 3, 4, 72}}, {{1, 12, 5, 7}, {1, 3, 4, 35}}),
            (Shape{1, 3, 4, -1}));
  EXPECT_EQ(reshape_target({{1, 12, 8, 9}, {12, 1, 8, 9}}, {{1, 12, 5, 7}, {12, 1, 5, 7}}),
            (Shape{12, 1, 0, 0}));
  EXPECT_EQ(reshape_target({{6}, {2, 3}}, {{6}, {2, 3}}), (Shape{2, 3}));
}

TEST(ReshapeTarget, TwoThatFollowNothingHaveNone) {
  EXPECT_FALSE(reshape_target({{1, 1, 72}, {8, 9}}, {{1, 1, 35}, {5, 7}}));
  EXPECT_FALSE(reshape_target({{72}, {72}}, {{35}, {1, 35}}));
}

}  // namespace
}  // namespace nawq::onnx
