#include <gtest/gtest.h>

#include <limits>

#include "onnx/metadata.h"
#include "onnx/model_builder_test.h"

namespace nawq::onnx {
namespace {

using graph::CodeFormat;
using ::onnx::TensorProto;

TensorProto codes_proto(const std::string& name, const Ints& dims, int type, const Ints& values) {
  TensorProto tensor;
  tensor.set_name(name);
  tensor.set_data_type(type);
  for (const std::int64_t dim : dims) tensor.add_dims(dim);
  for (const std::int64_t value : values) tensor.add_int32_data(static_cast<std::int32_t>(value));
  return tensor;
}

struct QuantizedModel : TestModel {
  explicit QuantizedModel(std::int64_t opset = 21) : TestModel(opset) { input("x", {0, 3, 0, 0}); }

  QuantizedModel& node(const char* op_type, const Names& inputs, const Names& outputs,
                       const std::vector<Attribute>& attributes = {}) {
    TestModel::node(op_type, inputs, outputs, attributes);
    return *this;
  }
  QuantizedModel& floats(const std::string& name, const Ints& dims, const Floats& values) {
    TestModel::floats(name, dims, values);
    return *this;
  }
  // What `tensor` is behind a pair: `result`.
  QuantizedModel& pair(const std::string& tensor, const std::string& result, float scale,
                       std::int64_t zero_point, int type = TensorProto::UINT8) {
    floats(result + "_scale", {}, {scale});
    this->tensor(codes_proto(result + "_zero", {}, type, {zero_point}));
    node("QuantizeLinear", {tensor, result + "_scale", result + "_zero"}, {result + "_codes"});
    node("DequantizeLinear", {result + "_codes", result + "_scale", result + "_zero"}, {result});
    return *this;
  }
  // Constant `name` as codes behind a DequantizeLinear along `axis`.
  QuantizedModel& coded(const std::string& name, const Ints& dims, int type, const Ints& codes,
                        const Floats& scales, const Ints& zero_points, std::int64_t axis = 0) {
    const auto count = static_cast<std::int64_t>(scales.size());
    tensor(codes_proto(name + "_codes", dims, type, codes));
    floats(name + "_scale", count == 1 ? Ints{} : Ints{count}, scales);
    tensor(codes_proto(name + "_zero", count == 1 ? Ints{} : Ints{count}, type, zero_points));
    node("DequantizeLinear", {name + "_codes", name + "_scale", name + "_zero"}, {name},
         {attr("axis", axis)});
    return *this;
  }
  QuantizedModel& metadata(const char* key, const char* value) {
    auto* entry = proto.add_metadata_props();
    entry->set_key(key);
    entry->set_value(value);
    return *this;
  }
  QuantizedModel& out(const std::string& last, std::int64_t channels = 3) {
    node("Relu", {last}, {"out"}).output("out", {0, channels, 0, 0});
    return *this;
  }
};

QuantizedGraph quantized(const TestModel& model) {
  const auto parsed = model.parse();
  if (!parsed) {
    ADD_FAILURE() << parsed.error().message;
    return {};
  }
  EXPECT_TRUE(parsed->info().quantized);
  auto read = parsed->quantized_at_size(8, 6);
  if (!read) ADD_FAILURE() << read.error().message;
  return read ? std::move(*read) : QuantizedGraph{};
}

using Formats = std::map<std::string, std::vector<CodeFormat>>;
using Wordlengths = std::map<std::string, int>;

TEST(ImportQuantize, APairNamesItsValueAndIsNoNode) {
  QuantizedModel model;
  model.node("Sigmoid", {"x"}, {"a"}).pair("a", "b", 0.5f, 3).out("b");
  const QuantizedGraph read = quantized(model);
  ASSERT_EQ(read.graph.nodes.size(), 2u);
  EXPECT_EQ(read.graph.nodes[1].inputs[0], read.graph.nodes[0].outputs[0]);
  EXPECT_EQ(read.recipe.tensors, (Formats{{"a", {{8, 0.5f, 3}}}}));
  EXPECT_EQ(read.recipe.wordlengths, (Wordlengths{{"out", 8}}));
  EXPECT_EQ(imported(model).nodes.size(), 2u);  // in float as well
}

TEST(ImportQuantize, SignedCodesAreMovedUpByHalfTheirRange) {
  QuantizedModel model;
  model.node("Sigmoid", {"x"}, {"a"}).pair("a", "b", 0.5f, -3, TensorProto::INT8);
  model.node("Tanh", {"b"}, {"c"}).pair("c", "d", 0.25f, -100, TensorProto::INT16).out("d");
  EXPECT_EQ(quantized(model).recipe.tensors, (Formats{{"a", {{8, 0.5f, 125}}}, {"c", {{16, 0.25f, 32668}}}}));
}

TEST(ImportQuantize, WithoutAZeroPointCodesAreBytesFromZero) {
  QuantizedModel model(10);
  model.floats("s", {}, {0.5f}).node("Sigmoid", {"x"}, {"a"});
  model.node("QuantizeLinear", {"a", "s"}, {"q"}).node("DequantizeLinear", {"q", "s"}, {"b"});
  model.out("b");
  EXPECT_EQ(quantized(model).recipe.tensors, (Formats{{"a", {{8, 0.5f, 0}}}}));
}

TEST(ImportQuantize, TheOutputTypeMayBeAnAttribute) {
  QuantizedModel model;
  model.floats("s", {}, {0.5f}).node("Sigmoid", {"x"}, {"a"});
  model.node("QuantizeLinear", {"a", "s"}, {"q"}, {attr("output_dtype", int{TensorProto::UINT16})});
  model.node("DequantizeLinear", {"q", "s"}, {"b"}).out("b");
  EXPECT_EQ(quantized(model).recipe.tensors, (Formats{{"a", {{16, 0.5f, 0}}}}));
}

TEST(ImportQuantize, OperatorsOfMicrosoftsDomainAreTaken) {
  QuantizedModel model(17);
  model.node("Sigmoid", {"x"}, {"a"}).pair("a", "b", 0.5f, 7, TensorProto::UINT16).out("b");
  for (auto& node : *model.proto.mutable_graph()->mutable_node())
    if (node.op_type().find("uantizeLinear") != std::string::npos) node.set_domain("com.microsoft");
  EXPECT_EQ(quantized(model).recipe.tensors, (Formats{{"a", {{16, 0.5f, 7}}}}));
}

TEST(ImportQuantize, ReadersOfTwoPairsHaveTheirOwnWordlengths) {
  QuantizedModel model;
  model.node("Sigmoid", {"x"}, {"a"}).pair("a", "low", 0.5f, 3);
  model.pair("a", "high", 0.125f, 9, TensorProto::UINT16);
  model.node("Tanh", {"low"}, {"c"}).node("Erf", {"high"}, {"d"}).node("Add", {"c", "d"}, {"e"}).out("e");
  const QuantizedGraph read = quantized(model);
  EXPECT_EQ(read.recipe.tensors, (Formats{{"a", {{8, 0.5f, 3}, {16, 0.125f, 9}}}}));
  EXPECT_EQ(read.recipe.wordlengths, (Wordlengths{{"c", 8}, {"d", 16}}));
}

TEST(ImportQuantize, ThePicturesOwnCodesAreNoEntry) {
  for (const float white : {1.0f, 255.0f}) {
    QuantizedModel model;
    model.pair("x", "picture", white / 255, 0).node("Relu", {"picture"}, {"a"});
    model.pair("a", "out", white / 255, 0).output("out", {0, 3, 0, 0});
    const QuantizedGraph read = quantized(model);
    EXPECT_EQ(read.recipe.tensors, Formats{});
    EXPECT_EQ(read.recipe.wordlengths, (Wordlengths{{"a", 8}}));
    EXPECT_EQ(read.graph.value(read.graph.output).name, "out");
  }
}

TEST(ImportQuantize, OtherCodesOfInputAndOutputAreKept) {
  QuantizedModel model;
  model.pair("x", "picture", 0.9f / 255, 0).node("Relu", {"picture"}, {"a"});
  model.pair("a", "out", 1.1f / 255, 0).output("out", {0, 3, 0, 0});
  EXPECT_EQ(quantized(model).recipe.tensors,
            (Formats{{"x", {{8, 0.9f / 255, 0}}}, {"out", {{8, 1.1f / 255, 0}}}}));
  QuantizedModel stated;
  stated.pair("x", "picture", 1.0f, 0).metadata(kInputRangeKey, "1").out("picture");
  EXPECT_EQ(quantized(stated).recipe.tensors, (Formats{{"x", {{8, 1.0f, 0}}}}));
}

QuantizedModel with_conv(int type, const Ints& codes, const Floats& scales, const Ints& zero_points,
                         std::int64_t axis = 0) {
  QuantizedModel model;
  model.pair("x", "picture", 1.0f / 255, 0).coded("w", {3, 3, 1, 1}, type, codes, scales, zero_points, axis);
  model.node("Conv", {"picture", "w"}, {"conv"}).out("conv");
  return model;
}

TEST(ImportQuantize, WeightsKeepTheirCodes) {
  const auto model =
      with_conv(TensorProto::INT8, {1, 2, 3, 4, 5, 6, -127, 8, 127}, {0.5f, 0.25f, 2.0f}, {0, 0, 0});
  const QuantizedGraph read = quantized(model);
  const graph::WeightCodes wanted{{1, 2, 3, 4, 5, 6, -127, 8, 127}, {0.5f, 0.25f, 2.0f}};
  EXPECT_EQ(read.recipe.weights, (std::map<std::string, graph::WeightCodes>{{"conv", wanted}}));
  const graph::Tensor* weights = constant_of(read.graph, "conv", 1);
  ASSERT_TRUE(weights);
  EXPECT_EQ(weights->floats, (Floats{0.5f, 1, 1.5f, 1, 1.25f, 1.5f, -254, 16, 254}));
}

TEST(ImportQuantize, UnsignedWeightsAround128AreCentred) {
  const auto model = with_conv(TensorProto::UINT8, {129, 1, 255, 128, 128, 128, 0, 2, 3}, {0.5f}, {128});
  const graph::WeightCodes wanted{{1, -127, 127, 0, 0, 0, -128, -126, -125}, {0.5f, 0.5f, 0.5f}};
  EXPECT_EQ(quantized(model).recipe.weights.at("conv"), wanted);
}

TEST(ImportQuantize, TransposedConvolutionsHaveTheirScalesOnTheSecondAxis) {
  QuantizedModel model;
  model.coded("w", {3, 3, 1, 1}, TensorProto::INT8, {1, 2, 3, 4, 5, 6, 7, 8, 9}, {0.5f, 0.25f, 2.0f},
              {0, 0, 0}, 1);
  model.node("ConvTranspose", {"x", "w"}, {"up"}).out("up");
  const QuantizedGraph read = quantized(model);
  EXPECT_EQ(read.recipe.weights.at("up").scales, (Floats{0.5f, 0.25f, 2.0f}));
  EXPECT_EQ(constant_of(read.graph, "up", 1)->floats, (Floats{0.5f, 0.5f, 6, 2, 1.25f, 12, 3.5f, 2, 18}));
}

TEST(ImportQuantize, WeightsThatAreNotCentredCodesAreRefusedByName) {
  const Ints nine(9, 1);
  expect_error(with_conv(TensorProto::INT8, nine, {0.5f}, {3}),
               "node 'conv' (Conv): tensor 'w_codes': weights need zero point 0 (or 128 for uint8), not 3");
  expect_error(with_conv(TensorProto::UINT8, nine, {0.5f}, {0}),
               "tensor 'w_codes': weights need zero point 0 (or 128 for uint8), not 0");
  expect_error(with_conv(TensorProto::INT16, nine, {0.5f}, {0}),
               "tensor 'w_codes': weights are not 8-bit codes");
  expect_error(with_conv(TensorProto::INT8, nine, {1, 1, 1}, {0, 0, 0}, 1),
               "tensor 'w_codes': weights have scales along axis 1: only axis 0 is supported");
}

TEST(ImportQuantize, ABiasIsTheRealNumberOfItsCode) {
  auto model = with_conv(TensorProto::INT8, Ints(9, 1), {0.5f}, {0});
  model.coded("b", {3}, TensorProto::INT32, {1000000, -3, 0}, {0.5f, 0.25f, 1}, {0, 0, 0});
  model.node("Conv", {"picture", "w", "b"}, {"second"});
  EXPECT_EQ(constant_of(imported(model), "second", 2)->floats, (Floats{500000, -0.75f, 0}));
}

TEST(ImportQuantize, OtherConstantsMayHaveAnyZeroPoint) {
  QuantizedModel model;
  model.coded("slope", {3, 1, 1}, TensorProto::UINT8, {10, 20, 30}, {0.5f}, {20});
  model.node("PRelu", {"x", "slope"}, {"y"}).out("y");
  EXPECT_EQ(constant_of(imported(model), "y", 1)->floats, (Floats{-5, 0, 5}));
}

TEST(ImportQuantize, ConstantsMayBeQuantizedInTheFile) {
  QuantizedModel model;
  model.floats("w", {3, 1, 1, 1}, {0.26f, -9, 0.5f}).pair("w", "rounded", 0.5f, 0, TensorProto::INT8);
  model.node("Conv", {"x", "rounded"}, {"y"}, {attr("group", 3)}).out("y");
  const QuantizedGraph read = quantized(model);
  EXPECT_EQ(read.recipe.weights.at("y").codes, (std::vector<std::int8_t>{1, -18, 1}));
  EXPECT_EQ(constant_of(read.graph, "y", 1)->floats, (Floats{0.5f, -9, 0.5f}));
}

TEST(ImportQuantize, TheMetadataNamesNodesWithRangesFromThePicture) {
  QuantizedModel model;
  model.node("Sigmoid", {"x"}, {"a"}).pair("a", "b", 0.5f, 3).out("b");
  model.metadata(kRecipeVersionKey, kRecipeVersion).metadata(kDreKey, "out\nnobody");
  EXPECT_EQ(quantized(model).recipe.dre, std::set<std::string>{"out"});
}

TEST(ImportQuantize, ARecipeOfAnotherVersionIsRefused) {
  QuantizedModel model;
  model.node("Sigmoid", {"x"}, {"a"}).pair("a", "b", 0.5f, 3).out("b").metadata(kRecipeVersionKey, "9");
  expect_error(model, "its recipe is of version 9, not 1");
}

TEST(ImportQuantize, AFloatFileHasNoRecipe) {
  const auto parsed = beside().parse();
  ASSERT_TRUE(parsed.has_value());
  EXPECT_FALSE(parsed->info().quantized);
  const auto read = parsed->quantized_at_size(8, 6);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().message, "test.onnx: is not quantized");
}

// The node that reads `value` alone.
const graph::Unary* clip_behind(const graph::Graph& graph, const std::string& value) {
  for (const graph::Node& node : graph.nodes)
    if (const auto* unary = node.as<graph::Unary>(); unary && unary->kind == graph::UnaryKind::kClip)
      if (graph.value(node.inputs[0]).name == value) return unary;
  return nullptr;
}

TEST(ImportQuantize, ASecondFormatOfOneWordlengthIsAnotherValue) {
  QuantizedModel model;
  model.node("Sigmoid", {"x"}, {"a"}).pair("a", "b", 0.5f, 3).pair("a", "c", 0.25f, 3);
  model.node("Add", {"b", "c"}, {"d"}).out("d");
  const QuantizedGraph read = quantized(model);
  EXPECT_EQ(read.recipe.tensors, (Formats{{"a", {{8, 0.5f, 3}}}, {"c_codes", {{8, 0.25f, 3}}}}));
  const graph::Unary* clip = clip_behind(read.graph, "a");
  ASSERT_TRUE(clip);
  EXPECT_EQ(clip->alpha, -0.75f);
  EXPECT_EQ(clip->beta, 63.0f);
}

TEST(ImportQuantize, AFormatBehindAnotherIsAnotherValue) {
  QuantizedModel model;
  model.node("Sigmoid", {"x"}, {"a"}).pair("a", "b", 0.5f, 3).pair("b", "c", 0.25f, 9, TensorProto::UINT16);
  model.pair("c", "d", 0.25f, 9, TensorProto::UINT16).out("d");
  const QuantizedGraph read = quantized(model);
  EXPECT_EQ(read.recipe.tensors, (Formats{{"a", {{8, 0.5f, 3}}}, {"c_codes", {{16, 0.25f, 9}}}}));
  EXPECT_EQ(read.recipe.wordlengths, (Wordlengths{{"c_codes", 8}, {"out", 16}}));
  EXPECT_TRUE(clip_behind(read.graph, "a"));
}

TEST(ImportQuantize, OneValueReadInTwoWordlengthsByOneNodeIsRefused) {
  QuantizedModel model;
  model.node("Sigmoid", {"x"}, {"a"}).pair("a", "b", 0.5f, 3).pair("a", "c", 0.25f, 3, TensorProto::UINT16);
  model.node("Add", {"b", "c"}, {"d"}).out("d");
  const auto parsed = model.parse();
  ASSERT_TRUE(parsed.has_value());
  const auto read = parsed->quantized_at_size(8, 6);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().message,
            "test.onnx: node 'd' (Add): reads 8-bit and 16-bit codes at once, and tensor 'a' has both: not "
            "supported");
}

TEST(ImportQuantize, PartsOfAConcatenationMayComeInEitherWordlength) {
  QuantizedModel model;
  model.node("Sigmoid", {"x"}, {"a"}).pair("a", "b", 0.5f, 3).pair("a", "c", 0.25f, 3, TensorProto::UINT16);
  model.node("Concat", {"b", "c"}, {"d"}, {attr("axis", 1)}).pair("d", "e", 0.5f, 3);
  model.node("Split", {"e"}, {"f", "g"}, {attr("axis", 1)}).out("f");
  const auto parsed = model.parse();
  ASSERT_TRUE(parsed.has_value());
  const auto read = parsed->quantized_at_size(8, 6);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->recipe.tensors.at("a"), (std::vector<CodeFormat>{{8, 0.5f, 3}, {16, 0.25f, 3}}));
}

TEST(ImportQuantize, OperandsOfDifferentWordlengthAreReadAsTheyAre) {
  QuantizedModel model;
  model.node("Sigmoid", {"x"}, {"a"}).pair("a", "b", 0.5f, 3);
  model.node("Tanh", {"x"}, {"c"}).pair("c", "d", 0.25f, 3, TensorProto::UINT16);
  model.node("Add", {"b", "d"}, {"e"}).out("e");
  const QuantizedGraph read = quantized(model);
  EXPECT_EQ(read.recipe.wordlengths, (Wordlengths{{"e", 8}}));
  EXPECT_EQ(read.recipe.tensors, (Formats{{"a", {{8, 0.5f, 3}}}, {"c", {{16, 0.25f, 3}}}}));
}

TEST(ImportQuantize, CodesAreForDequantizeLinearOnly) {
  QuantizedModel model;
  model.pair("x", "b", 0.5f, 3).node("MaxPool", {"b_codes"}, {"p"}, {attr("kernel_shape", Ints{1, 1})});
  expect_error(model.out("b"), "node 'p' (MaxPool): input 'x' are codes: only DequantizeLinear");
  QuantizedModel bare;
  bare.floats("s", {}, {1}).node("DequantizeLinear", {"x", "s"}, {"y"}).out("y");
  expect_error(bare, "node 'y' (DequantizeLinear): input 'x' is not the result of QuantizeLinear");
  QuantizedModel other;
  other.pair("x", "b", 0.5f, 3)
      .floats("s", {}, {1})
      .node("DequantizeLinear", {"b_codes", "s"}, {"y"})
      .out("y");
  expect_error(other, "node 'y' (DequantizeLinear): has another scale or zero point");
}

TEST(ImportQuantize, AnOutputOfCodesIsRefused) {
  QuantizedModel model;
  model.pair("x", "b", 0.5f, 3).output("b_codes", {0, 3, 0, 0});
  expect_error(model, "its output are codes");
}

TEST(ImportQuantize, ScalesThatAreNoScalesAreRefused) {
  for (const float scale : {0.0f, -1.0f, std::numeric_limits<float>::infinity()}) {
    QuantizedModel model;
    model.pair("x", "b", scale, 3).out("b");
    expect_error(model, "node 'b_codes' (QuantizeLinear): scale ");
  }
  QuantizedModel per_channel;
  per_channel.floats("s", {3}, {1, 2, 3}).node("QuantizeLinear", {"x", "s"}, {"q"});
  expect_error(per_channel.node("DequantizeLinear", {"q", "s"}, {"y"}).out("y"),
               "a computed value with one scale a channel is not supported");
  QuantizedModel blocked;
  blocked.floats("s", {}, {1}).node("QuantizeLinear", {"x", "s"}, {"q"}, {attr("block_size", 16)});
  expect_error(blocked.node("DequantizeLinear", {"q", "s"}, {"y"}).out("y"),
               "block_size=16 is not supported");
  expect_error(with_conv(TensorProto::INT8, Ints(9, 1), {1, 2}, {0, 0}),
               "has 2 scales for axis 0 of [3,3,1,1]");
}

// conv -> pair -> times -4 -> pair.
QuantizedModel with_factor() {
  auto model = with_conv(TensorProto::INT8, Ints(9, 64), {0.5f}, {0});
  auto& last = *model.proto.mutable_graph()->mutable_node(model.proto.graph().node_size() - 1);
  last.set_input(0, "behind");
  model.pair("conv", "rounded", 0.5f, 7).floats("factor", {}, {-4});
  model.node("Mul", {"rounded", "factor"}, {"scaled"}).pair("scaled", "behind", 2.0f, 9);
  auto& nodes = *model.proto.mutable_graph()->mutable_node();
  for (int i = 0; i + 1 < nodes.size(); ++i)  // Relu goes last again
    if (nodes[i].op_type() == "Relu") nodes.SwapElements(i, i + 1);
  return model;
}

TEST(ImportQuantize, WhatFollowsARoundedConvolutionIsNotFoldedIntoIt) {
  const QuantizedGraph read = quantized(with_factor());
  EXPECT_EQ(read.recipe.tensors, (Formats{{"conv", {{8, 0.5f, 7}}}, {"scaled", {{8, 2.0f, 9}}}}));
  EXPECT_EQ(read.recipe.weights.at("conv").codes, std::vector<std::int8_t>(9, 64));
  ASSERT_EQ(read.graph.nodes.size(), 3u);
  EXPECT_TRUE(read.graph.nodes[1].as<graph::Conv>());
  EXPECT_EQ(read.recipe.weights.at("scaled").codes, std::vector<std::int8_t>(3, -127));
}

TEST(ImportQuantize, WhatIsFoldedIntoAConvolutionOfOurOwnLeavesItTheLastFormat) {
  const QuantizedGraph read = quantized(with_factor().metadata(kRecipeVersionKey, kRecipeVersion));
  ASSERT_EQ(read.graph.nodes.size(), 2u);
  EXPECT_EQ(read.recipe.tensors, (Formats{{"scaled", {{8, 2.0f, 9}}}}));
  EXPECT_EQ(read.graph.value(read.graph.nodes[0].outputs[0]).name, "scaled");
  EXPECT_EQ(read.recipe.weights.at("conv").codes, std::vector<std::int8_t>(9, -64));
  EXPECT_EQ(read.recipe.weights.at("conv").scales, (Floats{2, 2, 2}));
}

}  // namespace
}  // namespace nawq::onnx
