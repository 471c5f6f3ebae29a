#include "session/inspect.h"

#include "session/tiny_network_test.h"

namespace nawq::session {
namespace {

// A 3x3 convolution of three channels, then twice the size.
onnx::TestModel convolution() {
  onnx::TestModel model = empty_network();
  model.weights("w", {3, 3, 3, 3})
      .node("Conv", {"x", "w"}, {"c"}, {onnx::attr("pads", onnx::Ints{1, 1, 1, 1})});
  return with_metadata(add_enlarger(model, "c", "y", 2), kStated);
}

TEST(Inspect, CountsLayersWorkAndWeights) {
  const auto network = open(convolution());
  ASSERT_TRUE(network) << network.error().message;
  const auto result = inspect(*network, {10, 6}, {});
  ASSERT_TRUE(result) << result.error().message;
  ASSERT_EQ(result->layers.size(), 2u);
  EXPECT_EQ(result->layers[0].op, "Conv");
  EXPECT_EQ(result->layers[0].shape, "[1,3,6,10]");
  EXPECT_EQ(result->layers[0].macs, 10 * 6 * 3 * 3 * 9);
  EXPECT_EQ(result->macs, result->layers[0].macs + result->layers[1].macs);
  EXPECT_GE(result->weights, 3 * 3 * 9);
  EXPECT_EQ(result->receptive_field_px, 3);
  EXPECT_GE(result->peak_activation_bytes, 2 * 60 * 4 * 4 + 4 * 60 * 3);  // two tensors and the result
  EXPECT_EQ(result->precision, "fp32");
  EXPECT_NE(result->dump.find("Conv"), std::string::npos);
}

TEST(Inspect, TheUsualSizeIsTheFilesOwn) {
  const Extent fixed = usual_size(*open(enlarger(2, 3, {16, 12})));
  EXPECT_EQ(fixed.width_px, 16);
  EXPECT_EQ(fixed.height_px, 12);
  const Extent open_size = usual_size(*open(enlarger()));
  EXPECT_EQ(open_size.width_px, 320);
  EXPECT_EQ(open_size.height_px, 180);
}

TEST(Inspect, UnsupportedNodesAreListedAtASizeThatSuitsTheFile) {
  for (const Extent fixed : {Extent{}, Extent{16, 12}}) {
    onnx::TestModel model = empty_network(3, fixed);
    model.node("GridSample", {"x", "x"}, {"a"}).node("Einsum", {"x"}, {"y"});
    const auto parsed = model.parse();
    ASSERT_TRUE(parsed);
    const auto nodes = unsupported_nodes(*parsed);
    ASSERT_EQ(nodes.size(), 2u);
    EXPECT_EQ(nodes[0].op_type, "GridSample");
    EXPECT_EQ(nodes[1].op_type, "Einsum");
  }
}

}  // namespace
}  // namespace nawq::session
