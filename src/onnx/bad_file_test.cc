// Files that are broken, or are no super-resolution network.
#include <random>

#include "onnx/model_builder_test.h"

namespace nawq::onnx {
namespace {

Result<Model> parse_bytes(const std::string& bytes) {
  return Model::parse(std::as_bytes(std::span(bytes.data(), bytes.size())), "bad.onnx");
}

std::string small_model() {
  TestModel model;
  model.input("x", {0, 3, 0, 0}).output("out", {0, 3, 0, 0}).weights("w", {12, 3, 3, 3});
  model.node("Conv", {"x", "w"}, {"c"}, {attr("pads", Ints{1, 1, 1, 1})});
  model.node("DepthToSpace", {"c"}, {"out"}, {attr("blocksize", 2), attr("mode", "CRD")});
  return model.bytes();
}

TEST(BadFile, EveryPrefixOfAModelFailsCleanly) {
  const std::string whole = small_model();
  ASSERT_TRUE(parse_bytes(whole).has_value());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto model = parse_bytes(whole.substr(0, length));
    ASSERT_FALSE(model.has_value()) << length;
    ASSERT_EQ(model.error().kind, ErrorKind::kModel);
    ASSERT_EQ(model.error().message.find("bad.onnx: is "), 0u) << model.error().message;
  }
}

TEST(BadFile, FlippedBytesNeverCrash) {
  const std::string whole = small_model();
  std::mt19937 random(7);
  int taken = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string bytes = whole;
    for (int flips = 1 + round % 4; flips > 0; --flips)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    const auto model = parse_bytes(bytes);
    if (!model) continue;
    const auto graph = model->at_size(16, 16);
    if (graph && graph::verify(*graph)) ++taken;
  }
  EXPECT_GT(taken, 0);  // flips in weights leave a sound model
}

TEST(BadFile, BytesThatAreNoProtobufAreNotOnnx) {
  EXPECT_EQ(parse_bytes("").error().message, "bad.onnx: is empty");
  EXPECT_EQ(parse_bytes("\x89PNG\r\n\x1a\n and so on").error().message,
            "bad.onnx: is truncated or not an ONNX file");
  EXPECT_EQ(parse_bytes(std::string(100, '\0')).error().message,
            "bad.onnx: is truncated or not an ONNX file");
}

TEST(BadFile, DeepNestingEndsWithoutAStackOverflow) {
  std::string nested;  // graph in attribute in node in graph ..., many times over
  for (int level = 0; level < 100000; ++level) {
    static constexpr char kTags[] = {0x0a, 0x2a,
                                     0x32};  // node of a graph, attribute of a node, g of an attribute
    std::string head(1, kTags[2 - level % 3]);
    for (std::size_t left = nested.size();; left >>= 7) {
      head += static_cast<char>((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
      if (left <= 0x7f) break;
    }
    nested = head + nested;
    if (nested.size() > 20000) break;
  }
  EXPECT_FALSE(parse_bytes(nested).has_value());
}

TEST(BadFile, OpsetsOutOfReachAreNamed) {
  expect_error(beside(8), "test.onnx: opset 8 is not supported: 9 to 21 are");
  expect_error(beside(22), "opset 22 is not supported");
  for (const std::int64_t opset : {9, 13, 21}) EXPECT_EQ(error_of(beside(opset)), "");
  TestModel without = beside();
  without.proto.clear_opset_import();
  expect_error(without, "states no opset");
}

TEST(BadFile, AClassifierIsNoSuperResolutionNetwork) {
  TestModel declared;
  declared.input("image", {0, 3, 224, 224}).output("scores", {0, 1000}).node("Relu", {"image"}, {"scores"});
  expect_error(declared,
               "test.onnx: is not a super-resolution network: output 'scores' [?,1000] is no picture");
  TestModel silent;  // does not state the shape of its output
  silent.input("x", {0, 3, 0, 0}).output("out", {}).weights("w", {10, 144}).node("Flatten", {"x"}, {"f"});
  silent.node("Gemm", {"f", "w"}, {"out"}, {attr("transB", 1)});
  silent.proto.mutable_graph()->mutable_output(0)->mutable_type()->mutable_tensor_type()->clear_shape();
  expect_error(silent, "is not a super-resolution network: output [1,10] for input [1,3,6,8] is no picture");
}

TEST(BadFile, OnePictureInAndOneOut) {
  expect_error(beside().input("mask", {0, 1, 0, 0}), "it has 2 inputs, 'x', 'mask'; one picture is expected");
  expect_error(beside().output("x", {0, 3, 0, 0}), "it has 2 outputs, 'out', 'x'; one picture is expected");
  TestModel none;
  none.output("out", {0, 3, 0, 0});
  expect_error(none, "it has 0 inputs");
}

TEST(BadFile, InputsThatAreNoPictureAreRefused) {
  const auto with = [](const Ints& dims, int type = ::onnx::TensorProto::FLOAT) {
    return TestModel().input("x", dims, type).output("out", {0, 0, 0, 0}).node("Relu", {"x"}, {"out"});
  };
  expect_error(with({0, 3, 0}), "input 'x' [?,3,?] is not [N,C,H,W]");
  expect_error(with({0, 4, 0, 0}), "has 4 channels, not 1 or 3");
  expect_error(with({0, 0, 0, 0}), "leaves the number of channels open");
  expect_error(with({8, 3, 0, 0}), "a fixed batch is not supported");
  expect_error(with({0, 3, 0, 0}, ::onnx::TensorProto::UINT8),
               "input 'x' of data type uint8 is not supported");
  expect_error(with({0, 3, 0, 0}, ::onnx::TensorProto::INT64),
               "input 'x' of data type int64 is not supported");
  expect_error(TestModel()
                   .input("x", {0, 3, 0, 0})
                   .output("out", {0, 3, 0, 0}, ::onnx::TensorProto::UINT8)
                   .node("Relu", {"x"}, {"out"}),
               "output 'out' of data type uint8 is not supported");
}

TEST(BadFile, OutputsOfAnotherScaleAreRefused) {
  const auto resized = [](const Floats& scales) {
    TestModel model;
    model.input("x", {0, 3, 0, 0}).output("out", {0, 0, 0, 0}).floats("s", {4}, scales);
    return model.node("Resize", {"x", "", "s"}, {"out"});
  };
  EXPECT_EQ(error_of(resized({1, 1, 3, 3})), "");
  expect_error(resized({1, 1, 1.5f, 1.5f}), "output [1,3,9,12] for input [1,3,6,8] has no integer scale");
  expect_error(resized({1, 1, 2, 3}), "has different scales in width and height");
  expect_error(resized({1, 1, 0.5f, 0.5f}), "has no integer scale");
  TestModel grey;
  grey.input("x", {0, 3, 0, 0})
      .output("out", {0, 0, 0, 0})
      .weights("w", {1, 3, 1, 1})
      .node("Conv", {"x", "w"}, {"out"});
  expect_error(grey, "output [1,1,6,8] for input [1,3,6,8] has other channels");
  TestModel constant;
  constant.input("x", {0, 3, 0, 0})
      .output("out", {0, 3, 0, 0})
      .weights("w", {1, 3, 6, 8})
      .node("Relu", {"w"}, {"out"});
  expect_error(constant, "does not depend on the picture");
}

TEST(BadFile, NamesAreMadeOnceAndBeforeTheyAreRead) {
  expect_error(beside().node("Relu", {"nowhere"}, {"y"}),
               "node 'y' (Relu) reads 'nowhere', which nothing makes");
  expect_error(beside().node("Relu", {"z"}, {"y"}).node("Relu", {"y"}, {"z"}),
               "node 'y' (Relu) reads 'z', which is made only later: nodes are out of order or form a cycle");
  expect_error(beside().node("Relu", {"x"}, {"y"}).node("Neg", {"x"}, {"y"}),
               "node 'y' (Neg) makes 'y' a second time");
  expect_error(beside().node("Relu", {"x"}, {"x"}), "makes 'x' a second time");
  expect_error(beside().weights("w", {1}).weights("w", {1}), "tensor 'w' is given twice");
  TestModel silent;
  silent.input("x", {0, 3, 0, 0}).output("out", {0, 3, 0, 0}).node("Relu", {"x"}, {"y"});
  expect_error(silent, "output 'out' is made by no node");
}

TEST(BadFile, WeightsThatCannotBeReadAreNamed) {
  ::onnx::TensorProto text;
  text.set_name("words");
  text.set_data_type(::onnx::TensorProto::STRING);
  expect_error(beside().tensor(text), "test.onnx: tensor 'words': data type string is not supported");
  TestModel sparse = beside();
  sparse.proto.mutable_graph()->add_sparse_initializer()->mutable_values()->set_name("holes");
  expect_error(sparse, "sparse weights 'holes' are not supported");
}

}  // namespace
}  // namespace nawq::onnx
