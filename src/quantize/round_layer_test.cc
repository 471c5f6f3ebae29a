#include "quantize/round_layer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace nawq::quantize {
namespace {

constexpr std::int64_t kSide = 40;

// A picture whose neighbouring pixels resemble each other, 0 and more, as behind a ReLU.
std::vector<float> smooth_picture(std::int64_t channels, std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto noise = [&] { return static_cast<float>(random() >> 8) * 0x1p-23f - 1.0f; };
  const auto at = [channels](std::int64_t y, std::int64_t x, std::int64_t c) {
    return static_cast<std::size_t>((y * kSide + x) * channels + c);
  };
  std::vector<float> values(static_cast<std::size_t>(kSide * kSide * channels));
  for (std::int64_t y = 0; y < kSide; ++y)
    for (std::int64_t x = 0; x < kSide; ++x)
      for (std::int64_t c = 0; c < channels; ++c)
        values[at(y, x, c)] = noise() * 0.2f + 0.3f + 0.45f * (x > 0 ? values[at(y, x - 1, c)] : noise()) +
                              0.45f * (y > 0 ? values[at(y - 1, x, c)] : noise());
  return values;
}

// One convolution, 3 x 3, with what it reads.
struct Layer {
  graph::Graph graph;
  std::vector<float> picture;
  LayerStatistics statistics;
  ThreadTeam team = std::move(*ThreadTeam::create(2));

  Layer(graph::Conv op, std::int64_t outputs, std::int64_t inputs, std::vector<float> biases = {}) {
    std::mt19937 random(3);
    op.pads = {1, 1, 1, 1};
    std::vector<float> weights;
    for (std::int64_t i = 0; i < outputs * inputs / op.groups * 9; ++i)
      weights.push_back(static_cast<float>(random() >> 8) * 0x1p-23f - 1.0f);
    const graph::ValueId x = graph.add_input("x", {1, inputs, kSide, kSide});
    std::vector<graph::ValueId> operands{
        x, graph.add_constant("w", graph::float_tensor({outputs, inputs / op.groups, 3, 3}, weights))};
    if (!biases.empty())
      operands.push_back(graph.add_constant("b", graph::float_tensor({outputs}, std::move(biases))));
    graph.output = graph.add_single("conv", op, operands).value();
    picture = smooth_picture(inputs, 4);
    InputStatistics gathered(graph, graph.nodes[0], {.positions_per_picture = kSide * kSide});
    gathered.add({picture.data(), kSide, kSide, kSide * inputs, inputs}, team);
    statistics = gathered.finish();
  }

  std::vector<float>& weights() {
    return const_cast<std::vector<float>&>(graph.constant(graph.nodes[0].inputs[1])->floats);
  }
  Result<RoundedLayer> rounded(const WeightOptions& options = {}, float input_scale = 1.0f / 255) {
    return round_layer(graph, graph.nodes[0], &statistics, input_scale, options, team);
  }

  // Mean and mean square, over all windows and channels, of what rounding does to the results; windows by the
  // statistics' own sampling, so by plain loops here.
  struct Error {
    double mean = 0, square = 0;
  };
  Error measured(const RoundedLayer& made) const {
    const auto& op = *graph.nodes[0].as<graph::Conv>();
    const graph::Shape& shape = graph.shape(graph.nodes[0].inputs[1]);
    const std::vector<float>& w = graph.constant(graph.nodes[0].inputs[1])->floats;
    const std::vector<float> biases = biases_of(graph, graph.nodes[0]);
    const std::int64_t inputs = shape[1] * op.groups;
    Error error;
    const double count = static_cast<double>(kSide * kSide * shape[0]);
    for (std::int64_t o = 0; o < shape[0]; ++o)
      for (std::int64_t y = 0; y < kSide; ++y)
        for (std::int64_t x = 0; x < kSide; ++x) {
          const auto output = static_cast<std::size_t>(o);
          double sum = made.biases.empty() ? 0 : double{made.biases[output]} - double{biases[output]};
          for (std::int64_t k = 0; k < shape[1] * 9; ++k) {
            const std::int64_t iy = y + k % 9 / 3 - 1, ix = x + k % 3 - 1;
            const std::int64_t c = o / (shape[0] / op.groups) * shape[1] + k / 9;
            const double shift =
                op.pad_values.empty() ? 0 : double{op.pad_values[static_cast<std::size_t>(c)]};
            const bool inside = iy >= 0 && ix >= 0 && iy < kSide && ix < kSide;
            const double in =
                inside ? double{picture[static_cast<std::size_t>((iy * kSide + ix) * inputs + c)]} : shift;
            const auto at = static_cast<std::size_t>(o * shape[1] * 9 + k);
            // Behind a folded shift, whoever runs the layer keeps the bias of the shifted picture.
            sum +=
                (double{made.weights.scales[output]} * made.weights.codes[at] - double{w[at]}) * (in - shift);
          }
          error.mean += sum / count;
          error.square += sum * sum / count;
        }
    return error;
  }
};

double rms(double square) { return std::sqrt(square); }

TEST(RoundLayer, CompensatedRoundingErrsFarLessThanNearest) {
  Layer layer({}, 8, 6);
  const auto compensated = layer.rounded(), nearest = layer.rounded({.compensated = false});
  ASSERT_TRUE(compensated && nearest);
  EXPECT_TRUE(compensated->compensated);
  EXPECT_FALSE(nearest->compensated);
  EXPECT_LT(layer.measured(*compensated).square, layer.measured(*nearest).square / 4);
  EXPECT_LT(compensated->error, compensated->nearest_error / 2);
}

TEST(RoundLayer, TakesTheMeanErrorBackInTheBias) {
  Layer layer({}, 1, 6, {0.5f});
  const auto made = layer.rounded();
  ASSERT_TRUE(made);
  const Layer::Error error = layer.measured(*made);
  EXPECT_LT(std::abs(error.mean), rms(error.square) * 1e-3);
  RoundedLayer uncorrected = *made;
  uncorrected.biases.clear();
  EXPECT_GT(std::abs(layer.measured(uncorrected).mean), rms(error.square) * 1e-2);
}

TEST(RoundLayer, StatesTheMeanSquareOfTheErrorUpToDamping) {
  Layer layer({}, 8, 6);
  const auto made = layer.rounded();
  ASSERT_TRUE(made);
  const double square = layer.measured(*made).square;
  EXPECT_GE(made->error, square * 0.999);
  EXPECT_LT(made->error, square * 2);
}

TEST(RoundLayer, GroupsAreRoundedByTheirOwnInputs) {
  graph::Conv op;
  op.groups = 3;
  Layer layer(op, 6, 6);
  const auto compensated = layer.rounded(), nearest = layer.rounded({.compensated = false});
  ASSERT_TRUE(compensated && nearest);
  EXPECT_LT(layer.measured(*compensated).square, layer.measured(*nearest).square / 3);
}

TEST(RoundLayer, TheMeanBehindAFoldedShiftIsThatOfTheShiftedPicture) {
  graph::Conv op;
  op.pad_values = {2.5f, -1.5f};
  Layer layer(op, 1, 2, {0.5f});
  const auto made = layer.rounded();
  ASSERT_TRUE(made);
  const Layer::Error error = layer.measured(*made);
  EXPECT_LT(std::abs(error.mean), rms(error.square) * 1e-3);
}

TEST(RoundLayer, OneScaleATensorIsCompensatedToo) {
  Layer layer({}, 8, 6);
  const WeightOptions per_tensor{.scales = WeightScales::kPerTensor};
  const auto made = layer.rounded(per_tensor);
  const auto nearest = layer.rounded({.scales = WeightScales::kPerTensor, .compensated = false});
  ASSERT_TRUE(made && nearest);
  EXPECT_EQ(made->weights.scales, std::vector<float>(8, made->weights.scales[0]));
  EXPECT_LT(layer.measured(*made).square, layer.measured(*nearest).square / 4);
}

TEST(RoundLayer, HasTheSameBitsForAnyNumberOfThreads) {
  graph::Conv op;
  op.groups = 2;
  Layer layer(op, 8, 8, std::vector<float>(8, 0.1f));
  std::vector<RoundedLayer> made;
  for (const int threads : {1, 2, 4}) {
    ThreadTeam team = std::move(*ThreadTeam::create(threads));
    made.push_back(*round_layer(layer.graph, layer.graph.nodes[0], &layer.statistics, 0.01f, {}, team));
  }
  for (const RoundedLayer& other : made) {
    EXPECT_EQ(other.weights, made[0].weights);
    EXPECT_EQ(other.biases, made[0].biases);
  }
}

TEST(RoundLayer, WithoutStatisticsIsNearest) {
  Layer layer({}, 4, 3);
  const auto made = round_layer(layer.graph, layer.graph.nodes[0], nullptr, 0.01f, {}, layer.team);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->weights, round_weights(layer.graph, layer.graph.nodes[0], 0.01f));
  EXPECT_TRUE(made->biases.empty());
}

TEST(RoundLayer, StatisticsThatAreNotFiniteLeaveNearestAndTheBias) {
  Layer layer({}, 4, 3, {1, 2, 3, 4});
  std::ranges::fill(layer.statistics.covariance, std::numeric_limits<double>::infinity());
  std::ranges::fill(layer.statistics.mean, std::numeric_limits<double>::quiet_NaN());
  const auto made = layer.rounded();
  ASSERT_TRUE(made);
  EXPECT_FALSE(made->compensated);
  EXPECT_EQ(made->weights, round_weights(layer.graph, layer.graph.nodes[0], 1.0f / 255));
  EXPECT_EQ(made->biases, (std::vector<float>{1, 2, 3, 4}));
}

TEST(RoundLayer, WhereTheCovarianceIsTooLargeTheMeanStillCorrects) {
  Layer layer({}, 1, 6);
  layer.statistics.covariance.clear();
  const auto made = layer.rounded();
  ASSERT_TRUE(made);
  EXPECT_FALSE(made->compensated);
  const Layer::Error error = layer.measured(*made);
  EXPECT_LT(std::abs(error.mean), rms(error.square) * 1e-3);
}

TEST(RoundLayer, DeadAndHugeChannelsWork) {
  Layer layer({}, 3, 4);
  std::fill_n(layer.weights().begin(), 36, 0.0f);
  for (std::size_t i = 36; i < 72; ++i) layer.weights()[i] *= 1e38f;
  const auto made = layer.rounded();
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_TRUE(std::all_of(made->weights.codes.begin(), made->weights.codes.begin() + 36,
                          [](int code) { return code == 0; }));
  EXPECT_TRUE(std::any_of(made->weights.codes.begin() + 36, made->weights.codes.begin() + 72,
                          [](int code) { return code > 100; }));
  for (const float scale : made->weights.scales) EXPECT_TRUE(scale > 0 && std::isfinite(scale));
  for (const float bias : made->biases) EXPECT_TRUE(std::isfinite(bias));
}

TEST(RoundLayer, CorrectedBiasesHaveInt32Codes) {
  constexpr float kInputScale = 1e-6f;
  for (const WeightScales scales : {WeightScales::kPerChannel, WeightScales::kPerTensor}) {
    Layer layer({}, 4, 3, {1000, -0.5f, 3e4f, 0});
    const auto made = layer.rounded({.scales = scales}, kInputScale);
    ASSERT_TRUE(made);
    for (std::size_t o = 0; o < 4; ++o)
      EXPECT_GE(made->weights.scales[o], least_weight_scale(made->biases[o], kInputScale)) << o;
  }
}

TEST(RoundLayer, TransposedConvolutionsAreRoundedToNearest) {
  graph::Graph graph;
  const graph::ValueId x = graph.add_input("x", {1, 2, 4, 4});
  const graph::ValueId w = graph.add_constant("w", graph::float_tensor({2, 1, 1, 1}, {1.27f, 0.5f}));
  graph.output = graph.add_single("up", graph::ConvTranspose{}, {x, w}).value();
  ThreadTeam team = std::move(*ThreadTeam::create(1));
  const auto made = round_layer(graph, graph.nodes[0], nullptr, 1, {}, team);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->weights.codes, (std::vector<std::int8_t>{127, 50}));
}

TEST(RoundLayer, WeightsThatAreNotFiniteAreAnErrorNamingTheNode) {
  Layer layer({}, 4, 3);
  layer.weights()[7] = std::numeric_limits<float>::quiet_NaN();
  const auto made = layer.rounded();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::kModel);
  EXPECT_NE(made.error().message.find("'conv'"), std::string::npos) << made.error().message;
}

TEST(RoundLayer, RefusesAnotherLayersStatistics) {
  Layer layer({}, 4, 3);
  const Layer other({}, 4, 2);
  EXPECT_FALSE(
      round_layer(layer.graph, layer.graph.nodes[0], &other.statistics, 1, {}, layer.team).has_value());
}

}  // namespace
}  // namespace nawq::quantize
