#include "reference/single_op_test.h"

namespace nawq::reference {
namespace {

using graph::CoordinateMode;
using graph::NearestRounding;
using graph::Resize;
using graph::ResizeMode;

struct ResizeCase {
  Resize op;
  std::vector<double> expected;
};

class ResizeTest : public testing::TestWithParam<ResizeCase> {};

// 3 rows of 4.
const graph::Tensor& picture() {
  static const graph::Tensor tensor = graph::float_tensor({1, 1, 3, 4}, {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8});
  return tensor;
}

TEST_P(ResizeTest, EqualsOnnxRuntime) {
  const Resize& op = GetParam().op;
  const double tolerance = op.mode == ResizeMode::kNearest ? 0 : 4e-6;
  expect_near(run_op(op, {picture()}), {1, 1, op.size.h, op.size.w}, GetParam().expected, tolerance);
}

TEST_P(ResizeTest, HasTheSameBitsForAnyNumberOfThreads) {
  expect_same_bits_for_any_team(GetParam().op, {picture()});
}

// Outputs of ONNX Runtime 1.31 for an opset 18 Resize of picture() with these attributes; "sizes" was given
// where the scale is not a short decimal number, "scales" elsewhere.
INSTANTIATE_TEST_SUITE_P(
    Modes, ResizeTest,
    testing::ValuesIn(std::vector<ResizeCase>{
        {{ResizeMode::kNearest,
          CoordinateMode::kAsymmetric,
          NearestRounding::kFloor,
          -0.75f,
          false,
          {6, 8},
          2,
          2},
         {3, 3, 1, 1, 4, 4, 1, 1, 3, 3, 1, 1, 4, 4, 1, 1, 5, 5, 9, 9, 2, 2, 6, 6,
          5, 5, 9, 9, 2, 2, 6, 6, 5, 5, 3, 3, 5, 5, 8, 8, 5, 5, 3, 3, 5, 5, 8, 8}},
        {{ResizeMode::kNearest,
          CoordinateMode::kHalfPixel,
          NearestRounding::kRoundPreferFloor,
          -0.75f,
          false,
          {2, 6},
          0.6666667f,
          1.5f},
         {3, 3, 1, 4, 4, 1, 5, 5, 3, 5, 5, 8}},
        {{ResizeMode::kNearest,
          CoordinateMode::kHalfPixel,
          NearestRounding::kRoundPreferCeil,
          -0.75f,
          false,
          {5, 2},
          1.6666666f,
          0.5f},
         {1, 1, 1, 1, 9, 6, 3, 8, 3, 8}},
        {{ResizeMode::kNearest,
          CoordinateMode::kAlignCorners,
          NearestRounding::kCeil,
          -0.75f,
          false,
          {4, 7},
          1.3333334f,
          1.75f},
         {3, 1, 1, 4, 4, 1, 1, 5, 9, 9, 2, 2, 6, 6, 5, 3, 3, 5, 5, 8, 8, 5, 3, 3, 5, 5, 8, 8}},
        {{ResizeMode::kLinear,
          CoordinateMode::kHalfPixel,
          NearestRounding::kFloor,
          -0.75f,
          false,
          {6, 8},
          2,
          2},
         {3,      2.5,    1.5,    1.75,   3.25,   3.25,   1.75,   1,     3.5,   3.375,  3.125,  3.125,
          3.375,  3.1875, 2.5625, 2.25,   4.5,    5.125,  6.375,  5.875, 3.625, 3.0625, 4.1875, 4.75,
          5,      5.625,  6.875,  6.3125, 3.9375, 3.6875, 5.5625, 6.5,   5,     4.875,  4.625,  4.4375,
          4.3125, 5.0625, 6.6875, 7.5,    5,      4.5,    3.5,    3.5,   4.5,   5.75,   7.25,   8}},
        {{ResizeMode::kLinear,
          CoordinateMode::kAlignCorners,
          NearestRounding::kFloor,
          -0.75f,
          false,
          {5, 7},
          1.6666666f,
          1.75f},
         {3, 2, 1, 2.5, 4,   2.5, 1,    4,   4.5,  5, 4, 3, 3.25, 3.5, 5, 7,   9, 5.5,
          2, 4, 6, 5,   5.5, 6,   4.75, 3.5, 5.25, 7, 5, 4, 3,    4,   5, 6.5, 8}},
        {{ResizeMode::kLinear,
          CoordinateMode::kAsymmetric,
          NearestRounding::kFloor,
          -0.75f,
          false,
          {4, 2},
          1.5f,
          0.7f},
         {3, 2.2857144, 4.3333335, 4.7619047, 5, 5.285714, 5, 3.857143}},
        {{ResizeMode::kLinear,
          CoordinateMode::kPyTorchHalfPixel,
          NearestRounding::kFloor,
          -0.75f,
          false,
          {1, 3},
          0.33333334f,
          0.75f},
         {2.6666667, 2.5, 1.5000002}},
        {{ResizeMode::kCubic,
          CoordinateMode::kHalfPixel,
          NearestRounding::kFloor,
          -0.75f,
          false,
          {6, 4},
          2,
          1},
         {2.7890625, 0.15625,   4.2109375, 0.47265625, 3.453125,  3.0234375, 3.4414062, 2.0625,
          4.546875,  7.8203125, 2.1367188, 4.65625,    5.2109375, 8.484375,  2.46875,   6.9804688,
          5.0703125, 4.640625,  4.25,      7.7226562,  5,         2.3671875, 5.3164062, 8.2109375}},
        {{ResizeMode::kCubic, CoordinateMode::kHalfPixel, NearestRounding::kFloor, -0.5f, true, {3, 8}, 1, 2},
         {3.1764703, 2.5547445, 1.2366413, 1.5390625, 3.5546875, 3.5419848, 1.6350365, 0.7352941,
          4.6470585, 5.912409,  8.59542,   7.765625,  3.234375,  2.40458,   5.087591,  6.3529406,
          5.1764708, 4.5766425, 3.3053439, 3.1953125, 4.3359375, 5.801527,  7.4744525, 8.264706}},
        {{ResizeMode::kCubic,
          CoordinateMode::kAlignCorners,
          NearestRounding::kFloor,
          -0.75f,
          false,
          {1, 6},
          0.33333334f,
          1.5f},
         {3, 1.451999, 1.4080008, 3.7120008, 3.1599994, 1}},
    }));

TEST(Resize, EachChannelIsResizedByItself) {
  const Resize twice{ResizeMode::kNearest,
                     CoordinateMode::kAsymmetric,
                     NearestRounding::kFloor,
                     -0.75f,
                     false,
                     {1, 4},
                     1,
                     2};
  expect_equal(run_op(twice, {counting_tensor({1, 3, 1, 2})}), {1, 3, 1, 4},
               {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5});
}

TEST(Resize, CoordinatesFollowTheStatedScaleWhenTheSizeWasRounded) {
  const Resize op{ResizeMode::kLinear,
                  CoordinateMode::kAsymmetric,
                  NearestRounding::kFloor,
                  -0.75f,
                  false,
                  {1, 3},
                  1,
                  1.6f};  // 2 * 1.6 = 3.2
  expect_near(run_op(op, {graph::float_tensor({1, 1, 1, 2}, {0, 8})}), {1, 1, 1, 3}, {0, 5, 8}, 1e-5);
}

}  // namespace
}  // namespace nawq::reference
