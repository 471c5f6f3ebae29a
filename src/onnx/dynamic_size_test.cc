// The subgraphs that PyTorch writes when the picture's size is open: they must fold once the size is known.
#include "onnx/model_builder_test.h"

namespace nawq::onnx {
namespace {

bool is_only(const graph::Graph& graph, std::initializer_list<const char*> ops) {
  if (graph.nodes.size() != ops.size()) return false;
  std::size_t i = 0;
  for (const char* op : ops)
    if (std::string(graph::op_name(graph.nodes[i++].op)) != op) return false;
  return true;
}

TestModel open_model() {
  TestModel model;
  model.input("x", {0, 3, 0, 0}).output("out", {0, 0, 0, 0});
  return model;
}

TEST(DynamicSize, InterpolateToTheSizeOfAnotherTensor) {  // RFDN's ESA
  auto model = open_model();
  model.node("MaxPool", {"x"}, {"small"}, {attr("kernel_shape", Ints{7, 7}), attr("strides", Ints{3, 3})});
  for (const char* side : {"h", "w"}) {
    const std::string name = side;
    model.tensor(int_proto(name + "_index", {}, {name == "h" ? 2 : 3}))
        .node("Shape", {"x"}, {name + "_shape"});
    model.node("Gather", {name + "_shape", name + "_index"}, {name});
    model.ints(name + "_axes", {0}).node("Unsqueeze", {name, name + "_axes"}, {name + "_list"});
  }
  model.node("Concat", {"h_list", "w_list"}, {"hw"}, {attr("axis", 0)})
      .node("Cast", {"hw"}, {"hw64"}, {attr("to", 7)});
  model.ints("zero", {0}).ints("two", {2}).node("Shape", {"small"}, {"small_shape"});
  model.node("Slice", {"small_shape", "zero", "two", "zero"}, {"nc"});
  model.node("Concat", {"nc", "hw64"}, {"sizes"}, {attr("axis", 0)});
  model.node("Resize", {"small", "", "", "sizes"}, {"big"}, {attr("mode", "linear")})
      .node("Mul", {"big", "x"}, {"out"});
  for (const auto& [width_px, height_px] : {std::pair{16, 9}, {37, 53}, {320, 180}}) {
    const auto graph = imported(model, width_px, height_px);
    EXPECT_TRUE(is_only(graph, {"MaxPool", "Resize", "Mul"})) << graph::dump(graph);
    EXPECT_EQ(graph.shape(graph.output), (graph::Shape{1, 3, height_px, width_px}));
  }
}

TEST(DynamicSize, InterpolateByAFactorWithFloor) {
  auto model = open_model();
  model.node("Shape", {"x"}, {"shape"}).ints("two", {2}).ints("four", {4}).ints("zero", {0});
  model.node("Slice", {"shape", "two", "four", "zero"}, {"hw"})
      .node("Cast", {"hw"}, {"real"}, {attr("to", 1)});
  model.floats("factor", {2}, {2, 2})
      .node("Mul", {"real", "factor"}, {"scaled"})
      .node("Floor", {"scaled"}, {"floor"});
  model.node("Cast", {"floor"}, {"target"}, {attr("to", 7)})
      .node("Slice", {"shape", "zero", "two", "zero"}, {"nc"});
  model.node("Concat", {"nc", "target"}, {"sizes"}, {attr("axis", 0)});
  model.node("Resize", {"x", "", "", "sizes"}, {"out"}, {attr("mode", "cubic")});
  const auto graph = imported(model, 37, 53);
  EXPECT_TRUE(is_only(graph, {"Resize"}));
  EXPECT_EQ(graph.shape(graph.output), (graph::Shape{1, 3, 106, 74}));
}

TEST(DynamicSize, PixelShuffleByReshapeAndTranspose) {
  auto model = open_model();
  model.weights("w", {12, 3, 3, 3}).node("Conv", {"x", "w"}, {"c"}, {attr("pads", Ints{1, 1, 1, 1})});
  model.node("Shape", {"c"}, {"shape"}).ints("block", {2});
  for (const char* index : {"0", "2", "3"}) {
    const std::string name = index;
    model.ints("i" + name, {name[0] - '0'}).node("Gather", {"shape", "i" + name}, {"d" + name});
  }
  model.ints("three", {3})
      .node("Concat", {"d0", "three", "block", "block", "d2", "d3"}, {"six"}, {attr("axis", 0)});
  model.node("Reshape", {"c", "six"}, {"r"})
      .node("Transpose", {"r"}, {"t"}, {attr("perm", Ints{0, 1, 4, 2, 5, 3})});
  model.node("Mul", {"d2", "block"}, {"h"}).node("Mul", {"d3", "block"}, {"w2"});
  model.node("Concat", {"d0", "three", "h", "w2"}, {"four"}, {attr("axis", 0)})
      .node("Reshape", {"t", "four"}, {"out"});
  const auto graph = imported(model, 5, 7);
  EXPECT_TRUE(is_only(graph, {"Conv", "Reshape", "Transpose", "Reshape"})) << graph::dump(graph);
  EXPECT_EQ(shape_of(graph, "t"), (graph::Shape{1, 3, 7, 2, 5, 2}));
  EXPECT_EQ(graph.shape(graph.output), (graph::Shape{1, 3, 14, 10}));
}

TEST(DynamicSize, PaddingToAMultipleOfFour) {  // F.pad by (-size) % 4, as PyTorch spells it
  auto model = open_model();
  model.node("Shape", {"x"}, {"shape"})
      .ints("two", {2})
      .ints("four", {4})
      .ints("zero", {0})
      .ints("zeros4", {0, 0, 0, 0});
  model.node("Slice", {"shape", "two", "four"}, {"hw"})
      .node("Neg", {"hw"}, {"minus"})
      .node("Mod", {"minus", "four"}, {"extra"});
  model.ints("zeros2", {0, 0}).node("Concat", {"zeros4", "zeros2", "extra"}, {"pads"}, {attr("axis", 0)});
  model.node("Pad", {"x", "pads"}, {"padded"}, {attr("mode", "reflect")});
  model.node("Slice", {"padded", "zeros2", "hw", "two_three"}, {"out"}).ints("two_three", {2, 3});
  const auto graph = imported(model, 6, 9);
  EXPECT_EQ(shape_of(graph, "padded"), (graph::Shape{1, 3, 12, 8}));
  EXPECT_EQ(graph.shape(graph.output), (graph::Shape{1, 3, 9, 6}));
  const auto whole = imported(model, 8, 12);  // nothing to pad: nothing is left of the network
  EXPECT_TRUE(whole.nodes.empty());
  EXPECT_EQ(whole.output, whole.input);
}

TEST(DynamicSize, ExpandWithTheShapeThatWhereChooses) {  // torch.expand with -1
  auto model = open_model();
  model.node("GlobalAveragePool", {"x"}, {"mean"})
      .node("Shape", {"x"}, {"shape"})
      .ints("wanted", {-1, -1, 6, 8});
  model.ints("length", {4})
      .node("ConstantOfShape", {"length"}, {"ones"}, {attr("value", int_proto("", {1}, {1}))});
  model.ints("minus", {-1})
      .node("Mul", {"ones", "minus"}, {"minuses"})
      .node("Equal", {"wanted", "minuses"}, {"open"});
  model.node("Where", {"open", "shape", "wanted"}, {"target"}).node("Expand", {"mean", "target"}, {"out"});
  EXPECT_TRUE(is_only(imported(model), {"ChannelMean", "Expand"}));
}

TEST(DynamicSize, ContrastOfAPictureNeedsItsPixelCount) {  // IMDN's CCA
  auto model = open_model();
  model.ints("three", {3})
      .ints("two", {2})
      .node("ReduceSum", {"x", "three"}, {"rows"})
      .node("ReduceSum", {"rows", "two"}, {"sum"});
  model.node("Shape", {"x"}, {"shape"}).tensor(int_proto("i2", {}, {2})).tensor(int_proto("i3", {}, {3}));
  model.node("Gather", {"shape", "i2"}, {"h"})
      .node("Gather", {"shape", "i3"}, {"w"})
      .node("Mul", {"h", "w"}, {"hw"});
  model.node("Cast", {"hw"}, {"pixels"}, {attr("to", 1)}).node("Div", {"sum", "pixels"}, {"mean"});
  model.node("Sub", {"x", "mean"}, {"out"});
  const auto graph = imported(model);
  EXPECT_TRUE(is_only(graph, {"ReduceSum", "ReduceSum", "Div", "Sub"}));
  ASSERT_NE(constant_of(graph, "mean", 1), nullptr);
  EXPECT_EQ(constant_of(graph, "mean", 1)->floats, Floats{48});
}

TEST(DynamicSize, ChannelShuffleByReshape) {
  auto model = open_model();
  model.weights("w", {6, 3, 1, 1}).weights("v", {3, 6, 1, 1}).node("Conv", {"x", "w"}, {"c"});
  model.node("Shape", {"c"}, {"shape"})
      .ints("i2", {2})
      .ints("i3", {3})
      .ints("split", {1, 2, 3})
      .ints("join", {1, 6});
  model.node("Gather", {"shape", "i2"}, {"h"}).node("Gather", {"shape", "i3"}, {"w2"});
  model.node("Concat", {"split", "h", "w2"}, {"five"}, {attr("axis", 0)})
      .node("Reshape", {"c", "five"}, {"r"});
  model.node("Transpose", {"r"}, {"t"}, {attr("perm", Ints{0, 2, 1, 3, 4})});
  model.node("Concat", {"join", "h", "w2"}, {"four"}, {attr("axis", 0)})
      .node("Reshape", {"t", "four"}, {"s"});
  model.node("Conv", {"s", "v"}, {"out"});
  EXPECT_TRUE(is_only(imported(model), {"Conv", "Reshape", "Transpose", "Reshape", "Conv"}));
}

}  // namespace
}  // namespace nawq::onnx
