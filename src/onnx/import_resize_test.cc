#include "onnx/model_builder_test.h"

namespace nawq::onnx {
namespace {

using graph::CoordinateMode;
using graph::NearestRounding;
using graph::ResizeMode;

TestModel by_scales(const Floats& scales, const std::vector<Attribute>& attributes = {},
                    std::int64_t opset = 13) {
  return beside(opset)
      .floats("scales", {static_cast<std::int64_t>(scales.size())}, scales)
      .node("Resize", {"x", "", "scales"}, {"y"}, attributes);
}

TestModel by_sizes(const Ints& sizes, const std::vector<Attribute>& attributes = {},
                   std::int64_t opset = 13) {
  return beside(opset).ints("sizes", sizes).node("Resize", {"x", "", "", "sizes"}, {"y"}, attributes);
}

TEST(ImportResize, DefaultsAreThoseOfOnnx) {
  const auto graph = imported(by_scales({1, 1, 2, 3}));
  const auto op = op_of<graph::Resize>(graph);
  EXPECT_EQ(op.mode, ResizeMode::kNearest);
  EXPECT_EQ(op.coordinates, CoordinateMode::kHalfPixel);
  EXPECT_EQ(op.rounding, NearestRounding::kRoundPreferFloor);
  EXPECT_EQ(op.cubic_a, -0.75f);
  EXPECT_FALSE(op.exclude_outside);
  EXPECT_EQ(op.scale_h, 2);
  EXPECT_EQ(op.scale_w, 3);
  EXPECT_EQ(shape_of(graph), (graph::Shape{1, 3, 12, 24}));
}

TEST(ImportResize, EveryModeThatPyTorchWritesIsTaken) {
  const std::vector<std::pair<const char*, CoordinateMode>> modes{
      {"half_pixel", CoordinateMode::kHalfPixel},
      {"pytorch_half_pixel", CoordinateMode::kPyTorchHalfPixel},
      {"align_corners", CoordinateMode::kAlignCorners},
      {"asymmetric", CoordinateMode::kAsymmetric}};
  for (const auto& [name, mode] : modes)
    EXPECT_EQ(op_of<graph::Resize>(
                  imported(by_scales({1, 1, 2, 2}, {attr("coordinate_transformation_mode", name)})))
                  .coordinates,
              mode);
  const std::vector<std::pair<const char*, NearestRounding>> roundings{
      {"floor", NearestRounding::kFloor},
      {"ceil", NearestRounding::kCeil},
      {"round_prefer_floor", NearestRounding::kRoundPreferFloor},
      {"round_prefer_ceil", NearestRounding::kRoundPreferCeil}};
  for (const auto& [name, rounding] : roundings)
    EXPECT_EQ(op_of<graph::Resize>(imported(by_scales({1, 1, 2, 2}, {attr("nearest_mode", name)}))).rounding,
              rounding);
  EXPECT_EQ(op_of<graph::Resize>(imported(by_scales({1, 1, 2, 2}, {attr("mode", "linear")}))).mode,
            ResizeMode::kLinear);
  EXPECT_EQ(op_of<graph::Resize>(imported(by_scales({1, 1, 2, 2}, {attr("mode", "cubic")}))).mode,
            ResizeMode::kCubic);
}

TEST(ImportResize, SizesGiveScalesAndScalesGiveSizesRoundedDown) {
  const auto sized = op_of<graph::Resize>(imported(by_sizes({1, 3, 9, 20})));
  EXPECT_EQ(sized.size, (graph::Extent2d{9, 20}));
  EXPECT_EQ(sized.scale_h, 1.5f);
  EXPECT_EQ(sized.scale_w, 2.5f);
  const auto scaled = op_of<graph::Resize>(imported(by_scales({1, 1, 1.3f, 0.7f})));
  EXPECT_EQ(scaled.size, (graph::Extent2d{7, 5}));
  EXPECT_EQ(scaled.scale_h, 1.3f);
}

TEST(ImportResize, OldFilesScaleAsymmetrically) {
  auto model = beside(10)
                   .floats("scales", {4}, {1, 1, 2, 2})
                   .node("Resize", {"x", "scales"}, {"y"}, {attr("mode", "linear")});
  EXPECT_EQ(op_of<graph::Resize>(imported(model)).coordinates, CoordinateMode::kAsymmetric);
  auto upsample = beside(9).floats("scales", {4}, {1, 1, 2, 2}).node("Upsample", {"x", "scales"}, {"y"});
  const auto op = op_of<graph::Resize>(imported(upsample));
  EXPECT_EQ(op.mode, ResizeMode::kNearest);
  EXPECT_EQ(op.coordinates, CoordinateMode::kAsymmetric);
  EXPECT_EQ(op.rounding, NearestRounding::kFloor);
  EXPECT_EQ(op.size, (graph::Extent2d{12, 16}));
}

TEST(ImportResize, AxesLimitWhatSizesSpeakOf) {
  const auto graph = imported(by_sizes({16, 12}, {attr("axes", Ints{3, 2})}, 18));
  EXPECT_EQ(shape_of(graph), (graph::Shape{1, 3, 12, 16}));
}

TEST(ImportResize, AntialiasMattersOnlyWhereThePictureShrinks) {
  const std::vector<Attribute> smooth{attr("antialias", 1), attr("mode", "linear")};
  EXPECT_EQ(error_of(by_scales({1, 1, 2, 2}, smooth, 18)), "");
  expect_error(by_scales({1, 1, 0.5f, 2}, smooth, 18), "antialias=1 is not supported");
}

TEST(ImportResize, RefusesWhatItCannotTake) {
  expect_error(
      by_scales({1, 1, 2, 2}, {attr("coordinate_transformation_mode", "tf_crop_and_resize")}),
      "test.onnx: node 'y' (Resize): coordinate_transformation_mode=tf_crop_and_resize is not supported");
  expect_error(by_scales({1, 1, 2, 2}, {attr("mode", "lanczos")}), "mode=lanczos is not supported");
  expect_error(by_scales({1, 2, 2, 2}), "only height and width may change");
  expect_error(by_scales({2, 2}), "has 2 scales for 4 dimensions");
  expect_error(by_scales({1, 1, 0, 2}), "scale 0 of 6 elements is not supported");
  expect_error(by_scales({1, 1, 1e30f, 2}), "is not supported");
  expect_error(by_sizes({1, 3, -4, 2}), "size=-4 is not supported");
  expect_error(by_sizes({1, 3, 12, 16}, {attr("keep_aspect_ratio_policy", "not_larger")}, 18), "not_larger");
  expect_error(beside().floats("s", {0}, {}).node("Resize", {"x", "", "s"}, {"y"}),
               "has neither scales nor sizes");
  expect_error(beside()
                   .floats("s", {4}, {1, 1, 2, 2})
                   .ints("z", {1, 3, 12, 16})
                   .node("Resize", {"x", "", "s", "z"}, {"y"}),
               "has both scales and sizes");
  expect_error(beside().node("Shape", {"x"}, {"s"}).node("Resize", {"x", "", "x"}, {"y"}),
               "scales 'x' is computed");
}

}  // namespace
}  // namespace nawq::onnx
