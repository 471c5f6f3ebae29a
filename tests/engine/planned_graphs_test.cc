// Graphs of a few nodes: what the engine makes of them is what the reference makes of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "codec/run_program_test.h"
#include "plan/planned_graph_test.h"
#include "reference/run.h"

namespace nawq::engine {
namespace {

using graph::CoordinateMode;
using graph::NearestRounding;
using graph::ResizeMode;
using graph::ShuffleOrder;
using graph::UnaryKind;
using plan::add_concat;
using plan::add_conv;
using plan::add_prelu;
using plan::add_product;
using plan::add_resize;
using plan::add_shuffle;
using plan::add_split;
using plan::add_statistic;
using plan::add_sum;
using plan::add_unary;
using plan::TinyGraph;
using plan::ValueId;

// Pictures of 16 bits whose brightest sample is the number 1.
struct Pictured {
  Image picture;
  graph::Tensor tensor;
};

Pictured noise(std::int64_t width_px, std::int64_t height_px, float range) {
  Pictured made{codec::noise_picture({width_px, height_px}, 3, 16, 3), {}};
  std::vector<float> values;
  const auto scale = static_cast<float>(double{range} / 65535);
  for (int c = 0; c < 3; ++c)
    for (std::int64_t y = 0; y < height_px; ++y)
      for (std::int64_t x = 0; x < width_px; ++x) {
        const int sample = made.picture.sample(x, y, c);
        made.picture.set_sample(x, y, c, static_cast<int>(static_cast<float>(sample) / range));
        values.push_back(static_cast<float>(made.picture.sample(x, y, c)) * scale);
      }
  made.tensor = graph::float_tensor({1, 3, height_px, width_px}, std::move(values));
  return made;
}

graph::Tensor by_reference(const plan::Build& build, const graph::Tensor& input) {
  ThreadTeam team = codec::team_of(2);
  auto result = reference::run(plan::built(build, input.shape[3], input.shape[2]), input, team);
  EXPECT_TRUE(result) << (result ? "" : result.error().message);
  return result ? std::move(*result) : graph::Tensor{};
}

// The engine's 16-bit picture is the reference's, whose largest number is white, within a sample and a half.
void expect_references_picture(const plan::Build& build, std::int64_t width_px, std::int64_t height_px) {
  plan::Program program = plan::planned(build);
  ASSERT_FALSE(program.operations.empty());
  const graph::Tensor probe = by_reference(build, noise(width_px, height_px, 1).tensor);
  ASSERT_FALSE(probe.floats.empty());
  program.input_range = std::max(1.0f, std::ranges::max(probe.floats));
  const Pictured input = noise(width_px, height_px, program.input_range);
  const graph::Tensor expected = by_reference(build, input.tensor);
  const Image result = codec::run_program(program, input.picture, {supported_isas().front(), 2, 16});
  ASSERT_FALSE(result.empty());
  std::size_t i = 0, inside = 0;
  for (int c = 0; c < 3; ++c)
    for (std::int64_t y = 0; y < result.height_px(); ++y)
      for (std::int64_t x = 0; x < result.width_px(); ++x, ++i) {
        const float share = expected.floats[i] / program.input_range;
        inside += share > 0 && share < 1;
        ASSERT_NEAR(result.sample(x, y, c), double{std::clamp(share, 0.0f, 1.0f)} * 65535, 1.5)
            << "channel " << c << " at " << x << "," << y;
      }
  EXPECT_GT(inside, i / 20) << "almost nothing lies within the picture's range";
}

void expect_references_picture(const plan::Build& build) {
  expect_references_picture(build, 16, 12);
  expect_references_picture(build, 29, 17);
}

// A layer of six channels that everything can begin with.
ValueId head(TinyGraph& tiny) { return add_conv(tiny, "head", tiny.x, 6); }
ValueId tail(TinyGraph& tiny, ValueId from) { return add_conv(tiny, "tail", from, 3); }

TEST(PlannedGraphs, WindowsOfEveryKind) {
  for (const std::int64_t groups : {1, 2, 6})
    for (const std::int64_t dilation : {1, 2})
      expect_references_picture([&](TinyGraph& tiny) {
        const ValueId from = head(tiny);
        graph::Conv op = graph::convolution({dilation, 2 * dilation, dilation, 2 * dilation}, groups);
        op.dilation = {dilation, dilation};
        const ValueId weights = tiny.constant("w", {6, 6 / groups, 3, 5});
        tail(tiny, tiny.add("conv", op, {from, weights}));
      });
}

TEST(PlannedGraphs, UnequalPadsAndValuesOutside) {
  expect_references_picture([](TinyGraph& tiny) {
    graph::Conv op = graph::convolution({2, 0, 0, 4});
    op.pad_values = {1.5f, -0.5f, 2.0f};
    const ValueId weights = tiny.constant("w", {6, 3, 3, 5});
    tail(tiny, tiny.add("conv", op, {tiny.x, weights, tiny.constant("b", {6})}));
  });
  expect_references_picture([](TinyGraph& tiny) {
    graph::Conv op = graph::convolution({1, 1, 1, 1}, 3);
    op.pad_values = {1.5f, -0.5f, 2.0f};
    tiny.add("depthwise", op, {tiny.x, tiny.constant("w", {3, 1, 3, 3})});
  });
}

TEST(PlannedGraphs, ActivationsAndResiduals) {
  expect_references_picture([](TinyGraph& tiny) {
    const ValueId first = head(tiny), second = add_conv(tiny, "second", first, 6);
    const ValueId sum = add_sum(tiny, "sum", add_prelu(tiny, "prelu", second), first);
    const ValueId clipped = add_unary(tiny, "clip", UnaryKind::kClip, sum, -0.5f, 2.5f);
    const ValueId leaky = add_unary(tiny, "leaky", UnaryKind::kLeakyRelu, tail(tiny, clipped), 0.1f);
    add_sum(tiny, "out", tiny.x, leaky);
  });
}

TEST(PlannedGraphs, MoreStepsThanOneOperationTakes) {
  expect_references_picture([](TinyGraph& tiny) {
    ValueId at = tail(tiny, head(tiny));
    for (int i = 0; i < 7; ++i) {
      at = add_prelu(tiny, "prelu" + std::to_string(i), at);
      at = add_sum(tiny, "sum" + std::to_string(i), at, tiny.x);
    }
  });
}

TEST(PlannedGraphs, Functions) {
  for (const UnaryKind kind : {UnaryKind::kSigmoid, UnaryKind::kTanh, UnaryKind::kGelu, UnaryKind::kGeluTanh,
                               UnaryKind::kHardSwish, UnaryKind::kElu, UnaryKind::kHardSigmoid})
    for (const bool separate : {false, true})
      expect_references_picture([&](TinyGraph& tiny) {
        const ValueId at = head(tiny);
        const ValueId value =
            add_unary(tiny, "function", kind, at, kind == UnaryKind::kElu ? 0.7f : 0.2f, 0.5f);
        tail(tiny, separate ? add_product(tiny, "product", value, at) : value);
      });
}

TEST(PlannedGraphs, ConcatenationsInPlaceAndReadElsewhere) {
  expect_references_picture([](TinyGraph& tiny) {
    const ValueId first = head(tiny);
    const ValueId second = add_unary(tiny, "relu", UnaryKind::kRelu, add_conv(tiny, "second", first, 5));
    const ValueId third = add_conv(tiny, "third", second, 3, 1);
    // The last part is made before the first one; the picture itself is a part, and so is one part twice.
    const ValueId inner = add_concat(tiny, "inner", {third, first, tiny.x, third});
    tail(tiny, add_concat(tiny, "outer", {second, inner, first}));
  });
}

// Parts whose channels share a group of four, the later one written first.
TEST(PlannedGraphs, ConcatenationsOfUnevenParts) {
  for (const bool later_first : {false, true})
    expect_references_picture([&](TinyGraph& tiny) {
      const ValueId one = add_conv(tiny, "one", tiny.x, 1), two = add_conv(tiny, "two", tiny.x, 2);
      const ValueId five = add_conv(tiny, "five", tiny.x, 5);
      std::vector<ValueId> parts{one, two, five};
      if (later_first) std::ranges::reverse(parts);
      tail(tiny, add_concat(tiny, "concat", parts));
    });
}

TEST(PlannedGraphs, SplitsOfResultsAndOfStoredTensors) {
  expect_references_picture([](TinyGraph& tiny) {
    const std::vector<ValueId> made = add_split(tiny, "split", add_conv(tiny, "wide", tiny.x, 11), {5, 3, 3});
    const ValueId kept = head(tiny);
    const std::vector<ValueId> seen = add_split(tiny, "views", kept, {1, 2, 3});
    const ValueId sum = add_sum(tiny, "sum", add_conv(tiny, "a", made[0], 3), seen[2]);
    const ValueId grouped = add_conv(tiny, "grouped", seen[2], 3, 3, 3);
    const ValueId dense = add_conv(tiny, "dense", seen[1], 3);
    const ValueId all = add_concat(tiny, "concat", {made[1], kept, grouped, dense, sum, seen[0]});
    add_sum(tiny, "out", tail(tiny, all), made[2]);
  });
}

TEST(PlannedGraphs, SlicesOfStoredTensors) {
  expect_references_picture([](TinyGraph& tiny) {
    const ValueId kept = head(tiny);
    const graph::Shape& shape = tiny.graph.shape(kept);
    graph::Slice op{{0, 2, 0, 0}, {1, 1, 1, 1}, {1, 3, shape[2], shape[3]}};
    const ValueId piece = tiny.add("slice", op, {kept});
    const ValueId whole = tail(tiny, kept);
    add_sum(tiny, "out", add_conv(tiny, "conv", piece, 3), whole);
  });
}

TEST(PlannedGraphs, ShufflesOfBothOrders) {
  for (const ShuffleOrder order : {ShuffleOrder::kCrd, ShuffleOrder::kDcr})
    for (const std::int64_t block : {2, 3}) {
      expect_references_picture([&](TinyGraph& tiny) {
        const ValueId wide = add_prelu(tiny, "prelu", add_conv(tiny, "wide", tiny.x, 3 * block * block));
        add_shuffle(tiny, "shuffle", wide, block, order);
      });
      // Behind the shuffle, five channels a pixel, three more to fill it up.
      expect_references_picture([&](TinyGraph& tiny) {
        const ValueId wide = add_conv(tiny, "wide", tiny.x, 5 * block * block, 1);
        const ValueId shuffled = add_shuffle(tiny, "shuffle", wide, block, order);
        tail(tiny, add_prelu(tiny, "prelu", shuffled));
      });
    }
}

TEST(PlannedGraphs, ShufflesOfStoredTensors) {
  for (const ShuffleOrder order : {ShuffleOrder::kCrd, ShuffleOrder::kDcr})
    expect_references_picture([&](TinyGraph& tiny) {
      const ValueId wide = add_conv(tiny, "wide", tiny.x, 12);
      const ValueId other = add_conv(tiny, "other", wide, 12);
      const ValueId shuffled = add_shuffle(tiny, "shuffle", wide, 2, order);
      add_sum(tiny, "out", shuffled, add_shuffle(tiny, "shuffle2", other, 2, order));
    });
}

TEST(PlannedGraphs, SumsBehindAShuffle) {
  const auto build = [](bool before, CoordinateMode coordinates, NearestRounding rounding) {
    return [=](TinyGraph& tiny) {
      const auto enlarged = [&] {
        return add_resize(tiny, "large", tiny.x, ResizeMode::kNearest, 2, coordinates, rounding);
      };
      ValueId side = before ? enlarged() : graph::kNoValue;
      const ValueId wide = add_conv(tiny, "wide", tiny.x, 12);
      const ValueId shuffled = add_shuffle(tiny, "shuffle", wide, 2);
      if (!before) side = enlarged();
      add_sum(tiny, "out", shuffled, side);
    };
  };
  for (const bool before : {false, true})
    for (const CoordinateMode coordinates :
         {CoordinateMode::kAsymmetric, CoordinateMode::kHalfPixel, CoordinateMode::kPyTorchHalfPixel,
          CoordinateMode::kAlignCorners})
      for (const NearestRounding rounding :
           {NearestRounding::kFloor, NearestRounding::kCeil, NearestRounding::kRoundPreferFloor,
            NearestRounding::kRoundPreferCeil}) {
        SCOPED_TRACE(testing::Message()
                     << "before " << before << ", coordinates " << static_cast<int>(coordinates)
                     << ", rounding " << static_cast<int>(rounding));
        expect_references_picture(build(before, coordinates, rounding));
      }
}

TEST(PlannedGraphs, FullSizeSideBehindAShuffle) {
  expect_references_picture([](TinyGraph& tiny) {
    const ValueId large = add_resize(tiny, "large", tiny.x, ResizeMode::kLinear, 2,
                                     CoordinateMode::kHalfPixel, NearestRounding::kFloor);
    const ValueId shuffled = add_shuffle(tiny, "shuffle", add_conv(tiny, "wide", large, 12), 2);
    const ValueId larger = add_resize(tiny, "larger", tiny.x, ResizeMode::kLinear, 4,
                                      CoordinateMode::kHalfPixel, NearestRounding::kFloor);
    add_sum(tiny, "out", shuffled, larger);
  });
}

// The first output position of every kernel, stride and padding that gives a multiple of the picture.
struct Transposed {
  std::int64_t kernel, stride, pad_before, pad_after, dilation;
};

TEST(PlannedGraphs, TransposedConvolutions) {
  const Transposed all[] = {{2, 2, 0, 0, 1}, {4, 2, 1, 1, 1}, {3, 2, 1, 0, 1}, {3, 2, 0, 1, 1},
                            {6, 2, 2, 2, 1}, {9, 4, 2, 3, 1}, {4, 4, 0, 0, 1}, {3, 3, 0, 0, 1},
                            {5, 3, 1, 1, 1}, {3, 1, 1, 1, 1}, {3, 2, 2, 1, 2}, {3, 1, 2, 2, 2}};
  for (const Transposed& shape : all) {
    SCOPED_TRACE(testing::Message() << "kernel " << shape.kernel << ", stride " << shape.stride << ", pads "
                                    << shape.pad_before << "," << shape.pad_after << ", dilation "
                                    << shape.dilation);
    graph::ConvTranspose op;
    op.stride = {shape.stride, shape.stride};
    op.dilation = {shape.dilation, shape.dilation};
    op.pads = {shape.pad_before, shape.pad_before, shape.pad_after, shape.pad_after};
    for (const bool behind : {false, true})
      expect_references_picture([&](TinyGraph& tiny) {
        const ValueId from = head(tiny);
        const ValueId weights = tiny.constant("w", {6, behind ? 5 : 3, shape.kernel, shape.kernel});
        const ValueId bias = tiny.constant("b", {behind ? 5 : 3});
        const ValueId large = add_prelu(tiny, "prelu", tiny.add("up", op, {from, weights, bias}));
        if (behind) tail(tiny, large);
      });
  }
}

TEST(PlannedGraphs, TransposedConvolutionOfStrideOneBeforeAShuffle) {
  expect_references_picture([](TinyGraph& tiny) {
    graph::ConvTranspose op;
    op.pads = {1, 1, 1, 1};
    const ValueId up =
        tiny.add("up", op, {tiny.x, tiny.constant("w", {3, 12, 3, 3}), tiny.constant("b", {12})});
    add_shuffle(tiny, "shuffle", up, 2);
  });
}

TEST(PlannedGraphs, GatesByStatistics) {
  for (const auto statistic : {graph::ChannelStatistic::kMean, graph::ChannelStatistic::kStandardDeviation})
    expect_references_picture([&](TinyGraph& tiny) {
      const ValueId at = head(tiny);
      const ValueId squeezed = add_prelu(
          tiny, "prelu", add_conv(tiny, "squeeze", add_statistic(tiny, "mean", at, statistic), 2, 1));
      const ValueId gate =
          add_unary(tiny, "gate", UnaryKind::kSigmoid, add_conv(tiny, "excite", squeezed, 6, 1));
      tail(tiny, add_sum(tiny, "sum", add_product(tiny, "scaled", at, gate), at));
    });
}

TEST(PlannedGraphs, ArithmeticOnVectors) {
  expect_references_picture([](TinyGraph& tiny) {
    const ValueId at = head(tiny);
    const ValueId mean = add_statistic(tiny, "mean", at);
    const ValueId deviation =
        add_statistic(tiny, "deviation", at, graph::ChannelStatistic::kStandardDeviation);
    const ValueId sum = add_sum(tiny, "vsum", mean, deviation);
    const ValueId scaled = add_product(tiny, "vscaled", sum, tiny.number("half", 0.5f));
    const ValueId less = tiny.add("vless", graph::Binary{graph::BinaryKind::kSub},
                                  {scaled, tiny.constant("offset", {1, 6, 1, 1})});
    const ValueId both = add_concat(tiny, "vconcat", {less, mean});
    const ValueId clipped = add_unary(tiny, "vclip", UnaryKind::kClip, both, -1, 1.5f);
    const ValueId leaky = add_unary(tiny, "vleaky", UnaryKind::kLeakyRelu, clipped, 0.2f);
    const ValueId mixed = add_conv(tiny, "vconv", add_unary(tiny, "vtanh", UnaryKind::kTanh, leaky), 6, 1);
    const ValueId gate = add_unary(tiny, "vhard", UnaryKind::kHardSigmoid,
                                   add_unary(tiny, "vrelu", UnaryKind::kRelu, mixed), 0.2f, 0.5f);
    tail(tiny, add_product(tiny, "scaled", gate, at));
  });
}

TEST(PlannedGraphs, Pools) {
  for (const auto kind : {graph::PoolKind::kMax, graph::PoolKind::kAverage})
    for (const bool counted : {false, true})
      expect_references_picture([&](TinyGraph& tiny) {
        graph::Pool op;
        op.kind = kind;
        op.kernel = {3, 5};
        op.pads = {1, 2, 1, 2};
        if (counted) op.counted_pads = op.pads;
        tail(tiny, add_unary(tiny, "relu", UnaryKind::kRelu, tiny.add("pool", op, {head(tiny)})));
      });
}

// Down by a strided convolution, and up again to the size of another tensor, whatever that is.
TEST(PlannedGraphs, ResizesToTheSizeOfAnotherTensor) {
  for (const ResizeMode mode : {ResizeMode::kNearest, ResizeMode::kLinear, ResizeMode::kCubic})
    expect_references_picture([&](TinyGraph& tiny) {
      const ValueId at = head(tiny);
      const ValueId small = tiny.add("down", graph::convolution({1, 1, 1, 1}, 1, {2, 2}),
                                     {at, tiny.constant("w", {6, 6, 3, 3})});
      graph::Resize op;
      op.mode = mode;
      const graph::Shape& wanted = tiny.graph.shape(at);
      const graph::Shape& from = tiny.graph.shape(small);
      op.size = {wanted[2], wanted[3]};
      op.scale_h = static_cast<float>(wanted[2]) / static_cast<float>(from[2]);
      op.scale_w = static_cast<float>(wanted[3]) / static_cast<float>(from[3]);
      tail(tiny, add_sum(tiny, "sum", tiny.add("up", op, {small}), at));
    });
}

// A tensor that lives only inside a concatenation must not be taken for the size to follow.
TEST(PlannedGraphs, ResizesBesideConcatenatedTensors) {
  expect_references_picture([](TinyGraph& tiny) {
    const graph::Conv halving = graph::convolution({1, 1, 1, 1}, 1, {2, 2});
    const ValueId part = tiny.add("part", halving, {tiny.x, tiny.constant("w0", {3, 3, 3, 3})});
    const ValueId small = tiny.add("down", halving, {tiny.x, tiny.constant("w", {4, 3, 3, 3})});
    const ValueId inner = tiny.add("down2", halving, {small, tiny.constant("w2", {4, 4, 3, 3})});
    graph::Resize op;
    op.mode = ResizeMode::kLinear;
    const auto to_size_of = [&](ValueId like, ValueId from) {
      const graph::Shape& to = tiny.graph.shape(like);
      const graph::Shape& of = tiny.graph.shape(from);
      op.size = {to[2], to[3]};
      op.scale_h = static_cast<float>(to[2]) / static_cast<float>(of[2]);
      op.scale_w = static_cast<float>(to[3]) / static_cast<float>(of[3]);
      return op;
    };
    const ValueId up = tiny.add("up", to_size_of(small, inner), {inner});
    const ValueId all = add_concat(tiny, "concat", {part, up});
    tail(tiny, tiny.add("up2", to_size_of(tiny.x, all), {all}));
  });
}

TEST(PlannedGraphs, ResizesByAScale) {
  for (const float scale : {2.0f, 3.0f})
    for (const ResizeMode mode : {ResizeMode::kNearest, ResizeMode::kLinear, ResizeMode::kCubic})
      expect_references_picture([&](TinyGraph& tiny) {
        tail(tiny, add_resize(tiny, "up", head(tiny), mode, scale, CoordinateMode::kHalfPixel,
                              NearestRounding::kRoundPreferFloor));
      });
}

}  // namespace
}  // namespace nawq::engine
