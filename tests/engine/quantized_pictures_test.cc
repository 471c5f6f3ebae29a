// Integer networks, their ranges from the picture itself, beside the float network with the same 8-bit
// weights.
#include <memory>

#include "codec/context.h"
#include "session/calibration.h"
#include "session/engine.h"
#include "session/plan_network.h"
#include "session/quantized_network.h"
#include "tests/engine/shared_network_test.h"

namespace nawq::engine {
namespace {

constexpr std::int64_t kWidthPx = 64, kHeightPx = 48;

// white(x, y): whether the pixel is white; else it is black.
template <class White>
Image two_tone(White&& white) {
  Image picture = *Image::create(kWidthPx, kHeightPx, 3, 8);
  for (std::int64_t y = 0; y < kHeightPx; ++y)
    for (std::int64_t x = 0; x < kWidthPx; ++x)
      for (int c = 0; c < 3; ++c) picture.set_sample(x, y, c, white(x, y) ? 255 : 0);
  return picture;
}

Image constant(int value) {
  Image picture = *Image::create(kWidthPx, kHeightPx, 3, 8);
  for (std::int64_t y = 0; y < kHeightPx; ++y)
    for (std::int64_t x = 0; x < kWidthPx; ++x)
      for (int c = 0; c < 3; ++c) picture.set_sample(x, y, c, value);
  return picture;
}

class Quantized : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    NAWQ_SKIP_WITHOUT_SHARED_DATA();
    team_.emplace(std::move(*ThreadTeam::create(2)));
    network_.emplace(load(GetParam(), *team_));
  }

  graph::Recipe recipe(const Image& picture, int bits) {
    auto calibration = session::Calibration::start(*network_, isa_, *team_);
    EXPECT_TRUE(calibration && calibration->add(picture));
    return *session::quantize_uniformly(*network_, calibration->own_ranges(bits), bits);
  }

  // The float network with the weights of a recipe: what its file says in float.
  std::unique_ptr<session::Upscaler> with_rounded_weights(const graph::Recipe& recipe) {
    const std::string file = *session::export_with(*network_, recipe, "test");
    auto read = session::Network::from_bytes(std::as_bytes(std::span(file.data(), file.size())), "rounded",
                                             {}, *team_);
    EXPECT_TRUE(read) << (read ? "" : read.error().message);
    return session::make_engine_upscaler(*session::plan_floating(*read, {}), isa_, {}, *team_);
  }

  int difference(const Image& picture, int bits) {
    const graph::Recipe made = recipe(picture, bits);
    const auto integers =
        session::make_engine_upscaler(*session::plan_with(*network_, made), isa_, {}, *team_);
    return largest_difference(upscale(*integers, picture, 8),
                              upscale(*with_rounded_weights(made), picture, 8));
  }

  Isa isa_ = supported_isas().front();
  std::optional<ThreadTeam> team_;
  std::optional<session::Network> network_;
};

TEST_P(Quantized, ConstantPicturesAreWithinOneCodeInSixteenBitsAndThreeInEight) {
  for (const int value : {0, 1, 127, 254, 255}) {
    EXPECT_LE(difference(constant(value), 16), 1) << value;
    EXPECT_LE(difference(constant(value), 8), 3) << value;
  }
}

// A sum that wrapped around would show as more than 100.
TEST_P(Quantized, HardEdgesAreWithinOneCodeInSixteenBitsAndTwentyFourInEight) {
  const Image edges[] = {two_tone([](auto x, auto) { return x >= kWidthPx / 2; }),
                         two_tone([](auto, auto y) { return y >= kHeightPx / 2; }),
                         two_tone([](auto x, auto y) { return x > y; })};
  int worst = 0;
  for (const Image& edge : edges) {
    EXPECT_LE(difference(edge, 16), 1);
    worst = std::max(worst, difference(edge, 8));
  }
  EXPECT_LE(worst, 24);
  RecordProperty("largest_difference_int8", worst);
}

TEST_P(Quantized, AFileGivesTheSamePictureAsTheRecipeItWasMadeOf) {
  const Image picture = two_tone([](auto x, auto y) { return (x / 5 + y / 7) % 2 == 0; });
  for (const int bits : {8, 16}) {
    const graph::Recipe made = recipe(picture, bits);
    const std::string file = *session::export_with(*network_, made, "test");
    const auto read =
        session::Network::from_bytes(std::as_bytes(std::span(file.data(), file.size())), "file", {}, *team_);
    ASSERT_TRUE(read) << read.error().message;
    const auto as_stored = session::plan_as_stored(*read);
    ASSERT_TRUE(as_stored) << as_stored.error().message;
    const auto direct = session::make_engine_upscaler(*session::plan_with(*network_, made), isa_, {}, *team_);
    const auto from_file = session::make_engine_upscaler(*as_stored, isa_, {}, *team_);
    // One code: a bias behind a folded mean shift is rounded in the file.
    EXPECT_LE(largest_difference(upscale(*direct, picture, 8), upscale(*from_file, picture, 8)), 1) << bits;
  }
}

TEST_P(Quantized, AThousandFramesOfOneContextAreEqualWhereTheirPicturesAre) {
  const Image pictures[] = {constant(90), two_tone([](auto x, auto y) { return (x + y) % 9 < 4; })};
  const auto loaded =
      codec::LoadedProgram::load(*session::plan_with(*network_, recipe(pictures[1], 8)), isa_);
  const auto context = codec::Context::create(loaded, {kWidthPx, kHeightPx}, {.workers = 2});
  ASSERT_TRUE(context) << context.error().message;
  const std::int64_t scale = network_->info().scale;
  Image first[2], result = *Image::create(kWidthPx * scale, kHeightPx * scale, 3, 8);
  const int frames = std::string(GetParam()) == "tpsr_x4" ? 1000 : 100;
  for (int i = 0; i < frames; ++i) {
    ASSERT_TRUE((*context)->run(pictures[i % 2], result, *team_, [](double) { return true; }));
    if (i < 2) first[i] = result;
    ASSERT_EQ(result, first[i % 2]) << "frame " << i;
  }
  EXPECT_NE(first[0], first[1]);
}

INSTANTIATE_TEST_SUITE_P(Networks, Quantized, testing::Values("tpsr_x4", "imdn_x4"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace nawq::engine
