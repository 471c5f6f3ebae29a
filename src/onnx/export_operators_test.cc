// Every operator: written without a recipe and read back, it computes the same at two sizes.
#include <gtest/gtest.h>

#include "base/text.h"
#include "graph/passes/tiny_graph_test.h"
#include "onnx/export.h"
#include "onnx/model.h"

namespace nawq::onnx {
namespace {

using namespace graph;

// `build` adds a node "y" behind a picture of 12 channels, "wide".
struct Case {
  const char* name;
  void (*build)(TinyGraph& net, ValueId wide);
};

struct Sized {
  std::int64_t height = 0, width = 0;
};
constexpr Sized kSizes[] = {{8, 12}, {12, 20}};

TinyGraph built(const Case& test, Sized size) {
  TinyGraph net({1, 3, size.height, size.width});
  const ValueId wide =
      net.add("wide", Conv{}, {net.x, net.constant("w", {12, 3, 1, 1}), net.constant("b", {12})});
  test.build(net, wide);
  net.add("out", Unary{UnaryKind::kRelu}, {net.x});
  return net;
}

const Value* find_value(const Graph& graph, const std::string& name) {
  for (const Value& value : graph.values)
    if (value.name == name) return &value;
  return nullptr;
}

Tensor tensor_named(Graph graph, const std::string& name) {
  const Value* value = find_value(graph, name);
  if (!value) {
    ADD_FAILURE() << "no value '" << name << "'";
    return {};
  }
  graph.output = static_cast<ValueId>(value - graph.values.data());
  return output_of(graph);
}

Graph read_back(const std::string& bytes, Sized size) {
  const auto model = Model::parse(std::as_bytes(std::span(bytes)), "written.onnx");
  if (!model) {
    ADD_FAILURE() << model.error().message;
    return {};
  }
  auto graph = model->at_size(size.width, size.height);
  if (!graph) ADD_FAILURE() << graph.error().message;
  return graph ? std::move(*graph) : Graph{};
}

class ExportOperator : public testing::TestWithParam<Case> {
 protected:
  static void expect_same(const std::string& bytes, const Graph& wanted, Sized size) {
    SCOPED_TRACE(testing::Message() << size.width << "x" << size.height);
    const Graph read = read_back(bytes, size);
    ASSERT_FALSE(read.nodes.empty());
    for (const Node& node : wanted.nodes)
      for (const ValueId id : node.outputs) {
        const std::string& name = wanted.value(id).name;
        if (name.find('y') != 0) continue;
        const Tensor expected = tensor_named(wanted, name), actual = tensor_named(read, name);
        ASSERT_EQ(actual.shape, expected.shape) << name;
        for (std::size_t i = 0; i < expected.floats.size(); ++i)
          ASSERT_NEAR(actual.floats[i], expected.floats[i], 1e-6f * (1 + std::abs(expected.floats[i])))
              << name << " at " << i;
      }
  }
};

TEST_P(ExportOperator, ComputesTheSameWhenReadBack) {
  const Graph small = built(GetParam(), kSizes[0]).graph, large = built(GetParam(), kSizes[1]).graph;
  const auto any_size = export_qdq(small, large, {}, {});
  ASSERT_TRUE(any_size.has_value()) << any_size.error().message;
  expect_same(*any_size, small, kSizes[0]);
  expect_same(*any_size, large, kSizes[1]);
  const auto one_size = export_qdq(small, small, {}, {});
  ASSERT_TRUE(one_size.has_value()) << one_size.error().message;
  expect_same(*one_size, small, kSizes[0]);
}

template <UnaryKind kind>
void unary(TinyGraph& net, ValueId wide) {
  const bool is_positive =
      kind == UnaryKind::kSqrt || kind == UnaryKind::kLog || kind == UnaryKind::kReciprocal;
  ValueId x = wide;
  if (is_positive) x = net.add("positive", Unary{UnaryKind::kExp}, {wide});
  net.add("y", Unary{kind, kind == UnaryKind::kClip ? -0.25f : 0.3f, 0.4f}, {x});
}

template <BinaryKind kind>
void binary(TinyGraph& net, ValueId wide) {
  const ValueId positive = net.add("positive", Unary{UnaryKind::kExp}, {wide});
  net.add("y", Binary{kind}, {positive, net.constant("c", {12, 1, 1})});
  net.add("y2", Binary{kind}, {net.number("n", 2.5f), wide});
  if (kind != BinaryKind::kPow) net.add("y3", Binary{kind}, {wide, positive});
}

template <ReduceKind kind>
void reduce(TinyGraph& net, ValueId wide) {
  net.add("y", Reduce{kind, {1, 3}, true}, {wide});
  net.add("y2", Reduce{kind, {2}, false}, {wide});
}

Conv strided() {
  Conv op;
  op.stride = {2, 1};
  op.dilation = {1, 2};
  op.pads = {1, 2, 0, 3};
  op.groups = 3;
  return op;
}

ConvTranspose transposed() {
  ConvTranspose op;
  op.stride = {2, 3};
  op.pads = {1, 0, 1, 2};
  op.output_padding = {1, 2};
  op.groups = 2;
  return op;
}

Pool pool(PoolKind kind, Padding2d pads, Padding2d counted) {
  Pool op{kind, {3, 2}, {2, 2}, {}, pads, counted};
  return op;
}

// What ceil_mode makes of windows of 3 by 3 that do not overlap.
Pool completing_pool(const Graph& graph, ValueId wide, PoolKind kind) {
  Pool op{kind, {3, 3}, {3, 3}, {}, {}, {}};
  op.pads.bottom = (3 - graph.shape(wide)[2] % 3) % 3;
  op.pads.right = (3 - graph.shape(wide)[3] % 3) % 3;
  return op;
}

Resize resize(ResizeMode mode, CoordinateMode coordinates, float scale) {
  Resize op;
  op.mode = mode;
  op.coordinates = coordinates;
  op.scale_h = op.scale_w = scale;
  return op;
}

void add_scaled(TinyGraph& net, ValueId wide, Resize op) {
  const Shape& shape = net.graph.shape(wide);
  op.size = {static_cast<std::int64_t>(static_cast<float>(shape[2]) * op.scale_h),
             static_cast<std::int64_t>(static_cast<float>(shape[3]) * op.scale_w)};
  net.add("y", op, {wide});
}

const Case kCases[] = {
    {"Conv",
     [](TinyGraph& net, ValueId wide) {
       net.add("y", strided(), {wide, net.constant("v", {6, 4, 3, 2})});
     }},
    {"ConvPaddedWithValues",
     [](TinyGraph& net, ValueId wide) {
       Conv op = strided();
       for (int c = 0; c < 12; ++c) op.pad_values.push_back(static_cast<float>(c) / 8 - 0.5f);
       net.add("y", op, {wide, net.constant("v", {6, 4, 3, 2}), net.constant("c", {6})});
     }},
    {"ConvTranspose",
     [](TinyGraph& net, ValueId wide) {
       net.add("y", transposed(), {wide, net.constant("v", {12, 5, 3, 4}), net.constant("c", {10})});
     }},
    {"BatchNorm",
     [](TinyGraph& net, ValueId wide) {
       net.add("y", BatchNorm{0.01f},
               {wide, net.constant("s", {12}), net.constant("t", {12}), net.constant("m", {12}),
                net.constant("v", {12}, std::vector<float>(12, 0.7f))});
     }},
    {"PRelu",
     [](TinyGraph& net, ValueId wide) {
       net.add("y", PRelu{}, {wide, net.constant("s", {12, 1, 1})});
       net.add("y2", PRelu{}, {wide, net.constant("t", {1})});
     }},
    {"Relu", unary<UnaryKind::kRelu>},
    {"LeakyRelu", unary<UnaryKind::kLeakyRelu>},
    {"Clip", unary<UnaryKind::kClip>},
    {"Sigmoid", unary<UnaryKind::kSigmoid>},
    {"HardSigmoid", unary<UnaryKind::kHardSigmoid>},
    {"HardSwish", unary<UnaryKind::kHardSwish>},
    {"Tanh", unary<UnaryKind::kTanh>},
    {"Erf", unary<UnaryKind::kErf>},
    {"Gelu", unary<UnaryKind::kGelu>},
    {"GeluTanh", unary<UnaryKind::kGeluTanh>},
    {"Elu", unary<UnaryKind::kElu>},
    {"Softplus", unary<UnaryKind::kSoftplus>},
    {"Sqrt", unary<UnaryKind::kSqrt>},
    {"Exp", unary<UnaryKind::kExp>},
    {"Log", unary<UnaryKind::kLog>},
    {"Neg", unary<UnaryKind::kNeg>},
    {"Abs", unary<UnaryKind::kAbs>},
    {"Reciprocal", unary<UnaryKind::kReciprocal>},
    {"Floor", unary<UnaryKind::kFloor>},
    {"Ceil", unary<UnaryKind::kCeil>},
    {"Round", unary<UnaryKind::kRound>},
    {"Add", binary<BinaryKind::kAdd>},
    {"Sub", binary<BinaryKind::kSub>},
    {"Mul", binary<BinaryKind::kMul>},
    {"Div", binary<BinaryKind::kDiv>},
    {"Pow", binary<BinaryKind::kPow>},
    {"Min", binary<BinaryKind::kMin>},
    {"Max", binary<BinaryKind::kMax>},
    {"ReduceSum", reduce<ReduceKind::kSum>},
    {"ReduceMean", reduce<ReduceKind::kMean>},
    {"ReduceMax", reduce<ReduceKind::kMax>},
    {"ReduceMin", reduce<ReduceKind::kMin>},
    {"ChannelMean",
     [](TinyGraph& net, ValueId wide) { net.add("y", ChannelStatistics{ChannelStatistic::kMean}, {wide}); }},
    {"ChannelDeviation",
     [](TinyGraph& net, ValueId wide) {
       net.add("y", ChannelStatistics{ChannelStatistic::kStandardDeviation}, {wide});
     }},
    {"MaxPool",
     [](TinyGraph& net, ValueId wide) {
       net.add("y", pool(PoolKind::kMax, {1, 0, 1, 1}, {}), {wide});
     }},
    {"AveragePool",
     [](TinyGraph& net, ValueId wide) {
       net.add("y", pool(PoolKind::kAverage, {1, 0, 1, 1}, {}), {wide});
     }},
    {"AveragePoolThatCountsItsPads",
     [](TinyGraph& net, ValueId wide) {
       net.add("y", pool(PoolKind::kAverage, {1, 0, 1, 1}, {1, 0, 1, 1}), {wide});
     }},
    {"MaxPoolThatCompletesItsWindows",
     [](TinyGraph& net, ValueId wide) {
       net.add("y", completing_pool(net.graph, wide, PoolKind::kMax), {wide});
     }},
    {"AveragePoolThatCompletesItsWindows",
     [](TinyGraph& net, ValueId wide) {
       net.add("y", completing_pool(net.graph, wide, PoolKind::kAverage), {wide});
     }},
    {"AveragePoolThatCountsItsPadsAndCompletesItsWindows",  // of even extents, which lack one
     [](TinyGraph& net, ValueId wide) {
       net.add("y", Pool{PoolKind::kAverage, {3, 3}, {2, 2}, {}, {1, 1, 2, 2}, {1, 1, 1, 1}}, {wide});
     }},
    {"Concat",
     [](TinyGraph& net, ValueId wide) {
       net.add("y", graph::Concat{1}, {wide, net.x, wide});
       net.add("y2", graph::Concat{3}, {wide, wide});
     }},
    {"Split",
     [](TinyGraph& net, ValueId wide) {
       ASSERT_TRUE(net.graph.add_node("y", Split{1, {5, 3, 4}}, {wide}));
     }},
    {"Slice",
     [](TinyGraph& net, ValueId wide) {
       const Shape shape = net.graph.shape(wide);
       net.add("y", Slice{{0, 2, 1, 0}, {1, 2, 1, 3}, {1, 5, shape[2] - 2, (shape[3] + 2) / 3}}, {wide});
       net.add("y2", Slice{{0, 11, shape[2] - 1, 0}, {1, -3, -1, 1}, {1, 4, shape[2], 7}}, {wide});
     }},
    {"PadWithAValue",
     [](TinyGraph& net, ValueId wide) {
       net.add("y", Pad{PadMode::kConstant, {0, 1, 2, 0}, {0, 0, -1, 3}, 0.5f}, {wide});
     }},
    {"PadByReflection",
     [](TinyGraph& net, ValueId wide) {
       net.add("y", Pad{PadMode::kReflect, {0, 0, 2, 0}, {0, 0, 1, 3}, 0}, {wide});
     }},
    {"PadWithTheEdge",
     [](TinyGraph& net, ValueId wide) {
       net.add("y", Pad{PadMode::kEdge, {0, 0, 2, 0}, {0, 0, 1, 3}, 0}, {wide});
     }},
    {"DepthToSpaceCrd",
     [](TinyGraph& net, ValueId wide) {
       net.add("y", DepthToSpace{2, ShuffleOrder::kCrd}, {wide});
     }},
    {"DepthToSpaceDcr",
     [](TinyGraph& net, ValueId wide) {
       net.add("y", DepthToSpace{2, ShuffleOrder::kDcr}, {wide});
     }},
    {"SpaceToDepthCrd",
     [](TinyGraph& net, ValueId wide) {
       net.add("y", SpaceToDepth{4, ShuffleOrder::kCrd}, {wide});
     }},
    {"SpaceToDepthDcr",
     [](TinyGraph& net, ValueId wide) {
       net.add("y", SpaceToDepth{4, ShuffleOrder::kDcr}, {wide});
     }},
    {"ChannelShuffle", [](TinyGraph& net, ValueId wide) { net.add("y", ChannelShuffle{4}, {wide}); }},
    {"ResizeNearest",
     [](TinyGraph& net, ValueId wide) {
       Resize op = resize(ResizeMode::kNearest, CoordinateMode::kAsymmetric, 1.5f);
       op.rounding = NearestRounding::kCeil;
       add_scaled(net, wide, op);
     }},
    {"ResizeLinear",
     [](TinyGraph& net, ValueId wide) {
       add_scaled(net, wide, resize(ResizeMode::kLinear, CoordinateMode::kAlignCorners, 2));
     }},
    {"ResizeCubic",
     [](TinyGraph& net, ValueId wide) {
       Resize op = resize(ResizeMode::kCubic, CoordinateMode::kPyTorchHalfPixel, 0.5f);
       op.cubic_a = -0.5f;
       op.exclude_outside = true;
       add_scaled(net, wide, op);
     }},
    {"ResizeToTheSizeOfAnotherValue",
     [](TinyGraph& net, ValueId wide) {
       Conv op;
       op.stride = {2, 3};
       const ValueId small = net.add("small", op, {wide, net.constant("v", {4, 12, 3, 3})});
       const Shape &to = net.graph.shape(wide), &from = net.graph.shape(small);
       Resize resize{.mode = ResizeMode::kLinear, .size = {to[2], to[3]}};
       resize.scale_h = static_cast<float>(to[2]) / static_cast<float>(from[2]);
       resize.scale_w = static_cast<float>(to[3]) / static_cast<float>(from[3]);
       net.add("y", resize, {small});
     }},
    {"Reshape",
     [](TinyGraph& net, ValueId wide) {
       const Shape shape = net.graph.shape(wide);
       const ValueId flat = net.add("y", Reshape{{1, 4, 3, shape[2] * shape[3]}}, {wide});
       net.add("y2", Reshape{shape}, {flat});
     }},
    {"Transpose",
     [](TinyGraph& net, ValueId wide) {
       net.add("y", Transpose{{0, 2, 3, 1}}, {wide});
     }},
    {"Expand",
     [](TinyGraph& net, ValueId wide) {
       const ValueId mean = net.add("mean", ChannelStatistics{}, {wide});
       net.add("y", Expand{net.graph.shape(wide)}, {mean});
       net.add("y2", Expand{{2, 12, 1, 5}}, {mean});
     }},
    {"MatMul",
     [](TinyGraph& net, ValueId wide) {
       const ValueId last = net.add("last", Transpose{{0, 2, 3, 1}}, {wide});
       net.add("y", MatMul{}, {last, net.constant("m", {12, 5})});
     }},
};

INSTANTIATE_TEST_SUITE_P(All, ExportOperator, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

std::string refusal_of(const Case& test) {
  const auto written = export_qdq(built(test, kSizes[0]).graph, built(test, kSizes[1]).graph, {}, {});
  return written ? std::string() : written.error().message;
}

TEST(Export, WhatFollowsThePicturesSizeInNoKnownWayIsRefusedByName) {
  const Case padding{"", [](TinyGraph& net, ValueId wide) {
                       Conv op;
                       op.pads.right = net.graph.shape(wide)[3] / 4;
                       net.add("y", op, {wide, net.constant("v", {1, 12, 1, 1})});
                     }};
  EXPECT_EQ(refusal_of(padding).substr(0, 66),
            "node 'y' (Conv): its padding depends on the picture's size in a wa");
  const Case half{
      "", [](TinyGraph& net, ValueId wide) {
        const Shape& shape = net.graph.shape(wide);
        net.add("y", Slice{{0, 0, 0, shape[3] / 4}, {1, 1, 1, 1}, {1, 12, shape[2], shape[3] / 4}}, {wide});
      }};
  EXPECT_NE(refusal_of(half).find("node 'y' (Slice): what it takes depends on"), std::string::npos);
  const Case pad{
      "", [](TinyGraph& net, ValueId wide) {
        net.add("y", Pad{PadMode::kEdge, {0, 0, 0, 0}, {0, 0, 0, net.graph.shape(wide)[3] / 4}, 0}, {wide});
      }};
  EXPECT_NE(refusal_of(pad).find("node 'y' (Pad): what it adds depends on"), std::string::npos);
}

TEST(Export, NetworksOfDifferentNodesAreRefused) {
  const Case one{"", [](TinyGraph& net, ValueId wide) { net.add("y", Unary{}, {wide}); }};
  const Case other{"", [](TinyGraph& net, ValueId wide) { net.add("y", Binary{}, {wide, wide}); }};
  const auto written = export_qdq(built(one, kSizes[0]).graph, built(other, kSizes[1]).graph, {}, {});
  ASSERT_FALSE(written.has_value());
  EXPECT_NE(written.error().message.find("structure depends on the picture's size"), std::string::npos);
}

}  // namespace
}  // namespace nawq::onnx
