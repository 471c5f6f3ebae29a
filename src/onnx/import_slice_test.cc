#include "onnx/model_builder_test.h"

namespace nawq::onnx {
namespace {

TestModel slice_model(const Ints& starts, const Ints& ends, const Ints& axes, const Ints& steps) {
  return beside()
      .ints("s", starts)
      .ints("e", ends)
      .ints("a", axes)
      .ints("t", steps)
      .node("Slice", {"x", "s", "e", "a", "t"}, {"y"});
}

TEST(ImportSlice, OperandsAreAttributesInOldFilesAndInputsInNewOnes) {
  const auto old = imported(
      beside(9).node("Slice", {"x"}, {"y"},
                     {attr("starts", Ints{1, 2}), attr("ends", Ints{3, -1}), attr("axes", Ints{1, 3})}));
  EXPECT_EQ(shape_of(old), (graph::Shape{1, 2, 6, 5}));
  EXPECT_EQ(op_of<graph::Slice>(old).starts, (Ints{0, 1, 0, 2}));
  EXPECT_EQ(shape_of(imported(slice_model({1, 2}, {3, -1}, {1, -1}, {1, 1}))), (graph::Shape{1, 2, 6, 5}));
  auto without_axes = beside().ints("s", {0, 1}).ints("e", {1, 3}).node("Slice", {"x", "s", "e"}, {"y"});
  EXPECT_EQ(shape_of(imported(without_axes)), (graph::Shape{1, 2, 6, 8}));
}

TEST(ImportSlice, StepsAndNegativeStepsAreKept) {
  const auto even = imported(slice_model({0}, {INT64_MAX}, {3}, {3}));
  EXPECT_EQ(shape_of(even), (graph::Shape{1, 3, 6, 3}));
  const auto backwards = imported(slice_model({-1}, {INT64_MIN}, {1}, {-1}));  // RGB to BGR
  EXPECT_EQ(shape_of(backwards), (graph::Shape{1, 3, 6, 8}));
  EXPECT_EQ(op_of<graph::Slice>(backwards).starts[1], 2);
  EXPECT_EQ(op_of<graph::Slice>(backwards).steps[1], -1);
}

TEST(ImportSlice, BoundsOutsideAreClamped) {
  EXPECT_EQ(shape_of(imported(slice_model({-100}, {4}, {3}, {1}))), (graph::Shape{1, 3, 6, 4}));
  EXPECT_EQ(shape_of(imported(slice_model({100}, {2}, {3}, {-1}))), (graph::Shape{1, 3, 6, 5}));
  EXPECT_EQ(shape_of(imported(slice_model({7}, {INT64_MAX}, {3}, {INT64_MAX}))), (graph::Shape{1, 3, 6, 1}));
  EXPECT_EQ(shape_of(imported(slice_model({3}, {INT64_MIN}, {3}, {INT64_MIN}))), (graph::Shape{1, 3, 6, 1}));
  EXPECT_EQ(find_node(imported(slice_model({0}, {INT64_MAX}, {2}, {1})), "y"), nullptr);  // takes everything
}

TEST(ImportSlice, EmptyListsOfNumbersMayBeCutToNothing) {
  auto model =
      beside().ints("list", {1, 2, 3}).ints("s", {3}).ints("e", {9}).node("Slice", {"list", "s", "e"}, {"n"});
  EXPECT_EQ(
      folded(model.ints("more", {7}).node("Concat", {"n", "more"}, {"c"}, {attr("axis", 0)}), "c").values,
      Floats{7});
}

TEST(ImportSlice, RefusesWhatItCannotTake) {
  expect_error(slice_model({0}, {4}, {3}, {0}), "step=0 is not supported");
  expect_error(slice_model({0, 0}, {4, 4}, {3, -1}, {1, 1}), "names an axis twice");
  expect_error(slice_model({0}, {4}, {4}, {1}), "axis=4 is outside");
  expect_error(slice_model({0, 1}, {4}, {3}, {1}), "are not equally many");
  expect_error(slice_model({4}, {4}, {3}, {1}), "is empty");
  expect_error(beside().node("Slice", {"x"}, {"y"}), "starts or ends are missing");
}

TEST(ImportPad, PadsAreAnAttributeInOldFilesAndAnInputInNewOnes) {
  const Ints sides{0, 0, 1, 2, 0, 0, 3, -4};
  const auto old = imported(beside(9).node("Pad", {"x"}, {"y"}, {attr("pads", sides), attr("value", 0.5f)}));
  EXPECT_EQ(op_of<graph::Pad>(old).before, (Ints{0, 0, 1, 2}));
  EXPECT_EQ(op_of<graph::Pad>(old).after, (Ints{0, 0, 3, -4}));
  EXPECT_EQ(op_of<graph::Pad>(old).value, 0.5f);
  EXPECT_EQ(shape_of(old), (graph::Shape{1, 3, 10, 6}));
  auto model = beside().ints("p", sides).floats("v", {}, {0.25f}).node("Pad", {"x", "p", "v"}, {"y"});
  EXPECT_EQ(op_of<graph::Pad>(imported(model)).value, 0.25f);
  auto axes = beside(18)
                  .ints("p", {1, 2})
                  .ints("a", {-1})
                  .node("Pad", {"x", "p", "", "a"}, {"y"}, {attr("mode", "edge")});
  EXPECT_EQ(op_of<graph::Pad>(imported(axes)).mode, graph::PadMode::kEdge);
  EXPECT_EQ(shape_of(imported(axes)), (graph::Shape{1, 3, 6, 11}));
}

TEST(ImportPad, RefusesWhatItCannotTake) {
  const auto model = [](const Ints& pads, const char* mode) {
    return beside().ints("p", pads).node("Pad", {"x", "p"}, {"y"}, {attr("mode", mode)});
  };
  EXPECT_EQ(op_of<graph::Pad>(imported(model({0, 0, 5, 7, 0, 0, 5, 7}, "reflect"))).mode,
            graph::PadMode::kReflect);
  expect_error(model({0, 0, 6, 0, 0, 0, 0, 0}, "reflect"), "node 'y' (Pad)");
  EXPECT_EQ(shape_of(imported(model({0, 0, 3, 0, 0, 0, -2, 0}, "reflect"))), (graph::Shape{1, 3, 7, 8}));
  expect_error(model({0, 0, 3, 0, 0, 0, -3, 0}, "reflect"), "reflects 3 out of 6 cropped by -3");
  expect_error(model({0, 0, 1, 0, 0, 0, 0, 0}, "wrap"), "mode=wrap is not supported");
  expect_error(model({0, 0, 1}, "edge"), "has 3 pads for 4 dimensions");
  expect_error(beside().node("Pad", {"x", "x"}, {"y"}), "pads 'x' is computed at run time");
}

TEST(ImportConcat, JoinsRunTimeDataWithConstants) {
  auto model = beside().weights("w", {1, 1, 6, 8}).node("Concat", {"x", "w", "x"}, {"y"}, {attr("axis", -3)});
  EXPECT_EQ(op_of<graph::Concat>(imported(model)).axis, 1);
  EXPECT_EQ(shape_of(imported(model)), (graph::Shape{1, 7, 6, 8}));
  expect_error(beside().node("Concat", {"x", "x"}, {"y"}), "attribute 'axis' is missing");
}

TEST(ImportSplit, SizesComeFromAttributesInputsOrEqualParts) {
  const auto old =
      imported(beside(11).node("Split", {"x"}, {"y", "z"}, {attr("axis", 1), attr("split", Ints{1, 2})}));
  EXPECT_EQ(op_of<graph::Split>(old).sizes, (Ints{1, 2}));
  auto model = beside().ints("split", {2, 1}).node("Split", {"x", "split"}, {"y", "z"}, {attr("axis", 1)});
  EXPECT_EQ(shape_of(imported(model), "y", 1), (graph::Shape{1, 1, 6, 8}));
  const auto equal = imported(beside().node("Split", {"x"}, {"y", "z"}, {attr("axis", 3)}));
  EXPECT_EQ(op_of<graph::Split>(equal).sizes, (Ints{4, 4}));
  const auto uneven =
      imported(beside(18).node("Split", {"x"}, {"y", "z"}, {attr("axis", 1), attr("num_outputs", 2)}));
  EXPECT_EQ(op_of<graph::Split>(uneven).sizes, (Ints{2, 1}));
  expect_error(beside().ints("split", {2, 2}).node("Split", {"x", "split"}, {"y", "z"}, {attr("axis", 1)}),
               "(Split)");
  expect_error(beside().ints("split", {3}).node("Split", {"x", "split"}, {"y", "z"}, {attr("axis", 1)}),
               "2 outputs");
}

TEST(ImportTile, RepeatsByJoining) {
  auto model = beside().ints("r", {1, 4, 1, 2}).node("Tile", {"x", "r"}, {"y"});
  EXPECT_EQ(shape_of(imported(model)), (graph::Shape{1, 12, 6, 16}));
  auto list = beside().ints("list", {1, 2}).ints("r", {3}).node("Tile", {"list", "r"}, {"t"});
  EXPECT_EQ(folded(list, "t").values, (Floats{1, 2, 1, 2, 1, 2}));
  expect_error(beside().ints("r", {1, 1 << 20, 1, 1}).node("Tile", {"x", "r"}, {"y"}), "repeats=1048576");
}

}  // namespace
}  // namespace nawq::onnx
