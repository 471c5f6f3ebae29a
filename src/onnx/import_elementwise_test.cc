#include <limits>

#include "onnx/model_builder_test.h"

namespace nawq::onnx {
namespace {

using graph::BinaryKind;
using graph::UnaryKind;

graph::Unary unary(const char* op_type, const std::vector<Attribute>& attributes = {},
                   std::int64_t opset = 20) {
  return op_of<graph::Unary>(imported(beside(opset).node(op_type, {"x"}, {"y"}, attributes)));
}

TEST(ImportUnary, EveryNameHasItsKind) {
  const std::vector<std::pair<const char*, UnaryKind>> kinds{
      {"Relu", UnaryKind::kRelu},   {"Sigmoid", UnaryKind::kSigmoid}, {"HardSwish", UnaryKind::kHardSwish},
      {"Tanh", UnaryKind::kTanh},   {"Erf", UnaryKind::kErf},         {"Softplus", UnaryKind::kSoftplus},
      {"Sqrt", UnaryKind::kSqrt},   {"Exp", UnaryKind::kExp},         {"Log", UnaryKind::kLog},
      {"Neg", UnaryKind::kNeg},     {"Abs", UnaryKind::kAbs},         {"Reciprocal", UnaryKind::kReciprocal},
      {"Floor", UnaryKind::kFloor}, {"Ceil", UnaryKind::kCeil},       {"Round", UnaryKind::kRound}};
  for (const auto& [name, kind] : kinds) EXPECT_EQ(unary(name).kind, kind) << name;
}

TEST(ImportUnary, DefaultsAreThoseOfOnnx) {
  EXPECT_EQ(unary("LeakyRelu").alpha, 0.01f);
  EXPECT_EQ(unary("LeakyRelu", {attr("alpha", 0.05f)}).alpha, 0.05f);
  EXPECT_EQ(unary("Elu").alpha, 1.0f);
  EXPECT_EQ(unary("HardSigmoid").alpha, 0.2f);
  EXPECT_EQ(unary("HardSigmoid").beta, 0.5f);
  EXPECT_EQ(unary("Gelu").kind, UnaryKind::kGelu);
  EXPECT_EQ(unary("Gelu", {attr("approximate", "tanh")}).kind, UnaryKind::kGeluTanh);
}

TEST(ImportClip, BoundsAreAttributesInOldFilesAndInputsInNewOnes) {
  const auto old = unary("Clip", {attr("min", 0.0f), attr("max", 6.0f)}, 9);
  EXPECT_EQ(old.kind, UnaryKind::kClip);
  EXPECT_EQ(old.alpha, 0.0f);
  EXPECT_EQ(old.beta, 6.0f);
  auto model =
      beside().floats("low", {}, {-1}).floats("high", {}, {2}).node("Clip", {"x", "low", "high"}, {"y"});
  EXPECT_EQ(op_of<graph::Unary>(imported(model)).alpha, -1.0f);
  EXPECT_EQ(op_of<graph::Unary>(imported(model)).beta, 2.0f);
  auto half = beside().floats("high", {}, {2}).node("Clip", {"x", "", "high"}, {"y"});
  EXPECT_EQ(op_of<graph::Unary>(imported(half)).alpha, std::numeric_limits<float>::lowest());
}

TEST(ImportClip, IntegersStayExact) {
  auto model = beside().ints("big", {std::int64_t{1} << 40, 5, -7}).tensor(int_proto("low", {}, {0}));
  model.tensor(int_proto("high", {}, {(std::int64_t{1} << 30) + 1}));
  model.node("Clip", {"big", "low", "high"}, {"c"}).tensor(int_proto("base", {}, {std::int64_t{1} << 30}));
  model.node("Sub", {"c", "base"}, {"d"});
  EXPECT_EQ(folded(model, "d").values, (Floats{1, 5 - 0x1p30f, -0x1p30f}));
}

TEST(ImportClip, RefusesBoundsThatCrossOrAreUnknown) {
  expect_error(beside(9).node("Clip", {"x"}, {"y"}, {attr("min", 2.0f), attr("max", 1.0f)}),
               "min=2 above max=1");
  expect_error(beside().node("Clip", {"x", "x"}, {"y"}), "min 'x' is computed at run time");
}

TEST(ImportPRelu, SlopeIsOneNumberAChannelOrOneForAll) {
  const std::vector<std::pair<Ints, graph::Shape>> cases{
      {{3, 1, 1}, {3, 1, 1}}, {{1, 3, 1, 1}, {3, 1, 1}}, {{1}, {1}}, {{}, {1}}, {{1, 1, 1}, {1}}};
  for (const auto& [dims, shape] : cases) {
    const auto graph = imported(beside().weights("slope", dims).node("PRelu", {"x", "slope"}, {"y"}));
    ASSERT_NE(constant_of(graph, "y", 1), nullptr);
    EXPECT_EQ(constant_of(graph, "y", 1)->shape, shape);
  }
  expect_error(beside().weights("slope", {8}).node("PRelu", {"x", "slope"}, {"y"}), "slope of shape [8]");
  expect_error(beside().node("PRelu", {"x", "x"}, {"y"}), "slope 'x' is computed at run time");
}

TEST(ImportBinary, EveryNameHasItsKind) {
  const std::vector<std::pair<const char*, BinaryKind>> kinds{
      {"Add", BinaryKind::kAdd}, {"Sub", BinaryKind::kSub}, {"Mul", BinaryKind::kMul},
      {"Div", BinaryKind::kDiv}, {"Pow", BinaryKind::kPow}, {"Min", BinaryKind::kMin},
      {"Max", BinaryKind::kMax}, {"Sum", BinaryKind::kAdd}};
  for (const auto& [name, kind] : kinds)
    EXPECT_EQ(op_of<graph::Binary>(imported(beside().node(name, {"x", "x"}, {"y"}))).kind, kind) << name;
}

TEST(ImportBinary, PowTakesAnIntegerExponentUnderARealBase) {
  const auto graph = imported(beside().ints("two", {2}).node("Pow", {"x", "two"}, {"y"}));
  ASSERT_NE(constant_of(graph, "y", 1), nullptr);
  EXPECT_EQ(constant_of(graph, "y", 1)->floats, Floats{2});
}

TEST(ImportBinary, MixedTypesAreRefused) {
  expect_error(beside().ints("two", {2}).node("Add", {"x", "two"}, {"y"}),
               "node 'y' (Add): operands are of different types, float and int");
}

TEST(ImportVariadic, ManyInputsBecomeAChainOfTwo) {
  const auto graph = imported(beside().node("Max", {"x", "x", "x", "x"}, {"y"}));
  EXPECT_EQ(graph.nodes.size(), 4u);  // three and the Relu beside them
  EXPECT_EQ(op_of<graph::Binary>(graph).kind, BinaryKind::kMax);
  const auto mean = imported(beside().node("Mean", {"x", "x", "x"}, {"y"}));
  EXPECT_EQ(op_of<graph::Binary>(mean).kind, BinaryKind::kDiv);
  ASSERT_NE(constant_of(mean, "y", 1), nullptr);
  EXPECT_EQ(constant_of(mean, "y", 1)->floats, Floats{3});
  EXPECT_EQ(imported(beside().node("Sum", {"x"}, {"y"})).nodes.size(), 1u);
}

}  // namespace
}  // namespace nawq::onnx
