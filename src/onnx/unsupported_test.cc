#include "onnx/model_builder_test.h"

namespace nawq::onnx {
namespace {

std::vector<Unsupported> listed(const TestModel& model) {
  const auto parsed = model.parse();
  if (!parsed) ADD_FAILURE() << parsed.error().message;
  return parsed ? parsed->unsupported(8, 6) : std::vector<Unsupported>{};
}

TEST(Unsupported, EveryNodeIsListedAtOnceInFileOrder) {
  auto model = beside().weights("w", {3, 3, 1, 1});
  model.node("Celu", {"x"}, {"a"})
      .node("Conv", {"x", "w"}, {"b"}, {attr("auto_pad", "FOO")})
      .node("Relu", {"x"}, {"c"});
  model.node("Einsum", {"c"}, {"d"});
  const auto nodes = listed(model);
  ASSERT_EQ(nodes.size(), 3u);
  EXPECT_EQ(nodes[0].node, "a");
  EXPECT_EQ(nodes[0].op_type, "Celu");
  EXPECT_EQ(nodes[0].reason, "the operator is not supported");
  EXPECT_EQ(nodes[1].node, "b");
  EXPECT_EQ(nodes[1].reason, "auto_pad=FOO is not supported");
  EXPECT_EQ(nodes[2].op_type, "Einsum");
  expect_error(model, "test.onnx: node 'a' (Celu): the operator is not supported");  // the first one
}

TEST(Unsupported, NodesBehindAFailureAreJudgedOnlyByWhatNeedsNoShapes) {
  auto model = beside()
                   .node("Celu", {"x"}, {"a"})
                   .node("Relu", {"a"}, {"fine"})
                   .node("Flatten", {"fine"}, {"also_fine"});
  model.node("DepthToSpace", {"a"}, {"bad_mode"}, {attr("blocksize", 2), attr("mode", "XYZ")});
  model.node("Relu", {"a"}, {"bad_attribute"}, {attr("alpha", 1.0f)})
      .node("Elephant", {"a"}, {"bad_operator"});
  model.node("Shape", {"also_fine"}, {"s"}).node("Reshape", {"x", "s"}, {"fine_too"});
  const auto nodes = listed(model);
  ASSERT_EQ(nodes.size(), 4u);
  EXPECT_EQ(nodes[1].node, "bad_mode");
  EXPECT_EQ(nodes[1].reason, "mode=XYZ is not supported");
  EXPECT_EQ(nodes[2].node, "bad_attribute");
  EXPECT_EQ(nodes[3].node, "bad_operator");
}

TEST(Unsupported, AModelThatIsTakenListsNothing) { EXPECT_TRUE(listed(beside()).empty()); }

TEST(Unsupported, QuantizedAndBranchingNetworksAreRefusedInSoManyWords) {
  expect_error(beside().node("QLinearConv", {"x"}, {"y"}),
               "node 'y' (QLinearConv): the operator is not supported: of quantized models, those with");
  expect_error(beside().node("If", {"x"}, {"y"}), "networks with branches or loops are not read");
  Attribute body = named_attribute("body", Attribute::GRAPH);
  body.mutable_g()->set_name("inner");
  expect_error(beside().node("Loop", {"x"}, {"y"}, {body}), "networks with branches or loops are not read");
  expect_error(beside().node("Relu", {"x"}, {"y"}, {body}), "attribute 'body' is not supported");
}

TEST(Unsupported, OtherDomainsAreRefusedByName) {
  auto model = beside().node("Relu", {"x"}, {"y"});
  model.proto.mutable_graph()->mutable_node(1)->set_domain("com.microsoft");
  expect_error(model, "node 'y' (Relu): operators of domain 'com.microsoft' are not supported");
  model.proto.mutable_graph()->mutable_node(1)->set_domain("ai.onnx");
  EXPECT_EQ(error_of(model), "");
}

TEST(Unsupported, TooFewOrTooManyOperandsAreRefused) {
  expect_error(beside().node("Relu", {}, {"y"}), "node 'y' (Relu): 0 inputs are not supported");
  expect_error(beside().node("Relu", {"x", "x"}, {"y"}), "2 inputs are not supported");
  expect_error(beside().node("Add", {"x", ""}, {"y"}), "input 1 is missing");
  expect_error(beside().node("Relu", {"x"}, {}), "(Relu): has no output");
}

TEST(Unsupported, IntegersWhereRealNumbersAreNeededAreRefused) {
  expect_error(beside().ints("i", {1, 4}).node("Sqrt", {"i"}, {"y"}),
               "node 'y' (Sqrt): data type int is not supported");
  auto flags = beside().ints("i", {1, 4}).node("Equal", {"i", "i"}, {"b"}).node("Add", {"b", "b"}, {"y"});
  expect_error(flags, "node 'y' (Add): data type bool is not supported");
}

}  // namespace
}  // namespace nawq::onnx
