// Float files with their roundings told beside them.
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <map>
#include <set>

#include "onnx/export.h"
#include "onnx/model.h"
#include "onnx/recipe_maker_test.h"

namespace nawq::onnx {
namespace {

using graph::Graph;
using graph::Recipe;
using graph::ValueId;

// x -> first -> {up, second} -> ...: a tensor with two formats, a transposed convolution, a shifted picture.
Graph network(std::int64_t size) {
  graph::TinyGraph net({1, 3, size, size});
  using namespace graph;
  const ValueId shifted = net.add("shifted", Binary{BinaryKind::kSub},
                                  {net.x, net.constant("shift", {1, 3, 1, 1}, {0.4f, 0.5f, 0.3f})});
  ValueId y = net.add("first", convolution({1, 1, 1, 1}),
                      {shifted, net.constant("w1", {4, 3, 3, 3}), net.constant("b1", {4})});
  const ValueId body = net.add("second", convolution({1, 1, 1, 1}),
                               {y, net.constant("w2", {4, 4, 3, 3}), net.constant("b2", {4})});
  y = net.add("sum", Binary{BinaryKind::kAdd}, {body, y});
  ConvTranspose up;
  up.stride = {2, 2};
  net.add("up", up, {y, net.constant("w3", {4, 3, 2, 2}), net.constant("b3", {3})});
  EXPECT_TRUE(graph::run_passes(net.graph));
  return net.graph;
}

struct Described {
  Graph graph = network(8), other = network(12);
  Recipe recipe = make_recipe(graph, other, 1, [](std::size_t node) { return node % 2 == 1 ? 16 : 8; });
  DescribedFile file = export_described(graph, other, recipe, {.scale = 2, .program_version = "1"}).value();

  const TensorEncoding* find(const std::string& name) const {
    const auto found = std::ranges::find(file.tensors, name, &TensorEncoding::name);
    return found == file.tensors.end() ? nullptr : &*found;
  }
};

TEST(ExportDescribed, TheFileIsFloatAndItsTensorsAreThoseThatAreNamed) {
  const Described described;
  ::onnx::ModelProto proto;
  ASSERT_TRUE(proto.ParseFromString(described.file.bytes));
  std::set<std::string> activations{"x"}, constants;
  for (const auto& node : proto.graph().node()) {
    EXPECT_EQ(node.op_type().find("uantize"), std::string::npos) << node.op_type();
    for (const std::string& output : node.output()) activations.insert(output);
  }
  for (const auto& tensor : proto.graph().initializer()) constants.insert(tensor.name());
  std::set<std::string> named;
  for (const TensorEncoding& tensor : described.file.tensors) {
    EXPECT_TRUE((tensor.is_constant ? constants : activations).contains(tensor.name)) << tensor.name;
    EXPECT_TRUE(named.insert(tensor.name).second) << tensor.name << " is there twice";
  }
  EXPECT_EQ(proto.graph().output(0).name(), "up");
  EXPECT_TRUE(Model::parse(std::as_bytes(std::span(described.file.bytes)), "f.onnx"));
}

TEST(ExportDescribed, ActivationsHaveTheFormatsOfTheRecipe) {
  const Described described;
  ASSERT_EQ(described.recipe.tensors.at("first").size(), 2u);
  for (const auto& [name, formats] : described.recipe.tensors) {
    const TensorEncoding* tensor = described.find(name);
    ASSERT_TRUE(tensor) << name;
    const auto& finest = *std::ranges::max_element(formats, {}, &graph::CodeFormat::bits);
    EXPECT_EQ(tensor->bits, finest.bits);
    EXPECT_EQ(tensor->scales, std::vector{finest.scale});
    EXPECT_EQ(tensor->zero_point, finest.zero_point);
  }
  for (const char* picture : {"x", "up"}) {
    ASSERT_TRUE(described.find(picture)) << picture;
    EXPECT_EQ(described.find(picture)->scales, std::vector{static_cast<float>(1 / 255.0)});
    EXPECT_EQ(described.find(picture)->bits, 8);
  }
}

TEST(ExportDescribed, ConstantsAreWhatTheirCodesStandFor) {
  const Described described;
  ::onnx::ModelProto proto;
  ASSERT_TRUE(proto.ParseFromString(described.file.bytes));
  int constants = 0;
  for (const auto& tensor : proto.graph().initializer()) {
    const TensorEncoding* encoding = described.find(tensor.name());
    if (!encoding) continue;
    ++constants;
    const bool is_weight = tensor.dims_size() == 4;
    EXPECT_EQ(encoding->bits, is_weight ? 8 : 32);
    EXPECT_EQ(encoding->axis, tensor.name() == "w3" ? 1 : 0);
    ASSERT_EQ(static_cast<std::int64_t>(encoding->scales.size()),
              tensor.dims(static_cast<int>(encoding->axis)));
    if (tensor.name() != "w2") continue;
    const graph::WeightCodes& codes = described.recipe.weights.at("second");
    EXPECT_EQ(encoding->scales, codes.scales);
    const auto* real = reinterpret_cast<const float*>(tensor.raw_data().data());
    for (std::size_t i = 0; i < codes.codes.size(); ++i)
      EXPECT_EQ(std::nearbyint(real[i] / codes.scales[i / 36]), static_cast<float>(codes.codes[i]));
  }
  EXPECT_EQ(constants, 6);
}

}  // namespace
}  // namespace nawq::onnx
