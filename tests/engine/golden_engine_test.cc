// The engine in float32 against the outputs of PyTorch, network by network, and its bits on any machine.
#include "session/engine.h"
#include "session/plan_network.h"
#include "tests/engine/shared_network_test.h"
#include "tests/golden/npy.h"

namespace nawq::engine {
namespace {

Image picture_of(const golden::Array& array) {
  Image picture = *Image::create(array.shape[1], array.shape[0], 3, 8);
  for (std::int64_t y = 0; y < picture.height_px(); ++y)
    for (std::int64_t x = 0; x < picture.width_px(); ++x)
      for (int c = 0; c < 3; ++c)
        picture.set_sample(
            x, y, c,
            static_cast<int>(array.values[static_cast<std::size_t>((y * picture.width_px() + x) * 3 + c)]));
  return picture;
}

class GoldenEngine : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::filesystem::path folder = shared_folder() / "golden";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is absent: set NAWQSR_SHARED";
    const auto input = golden::read_npy((folder / (std::string(GetParam()) + ".lr.npy")).string());
    const auto output = golden::read_npy((folder / (std::string(GetParam()) + ".sr.npy")).string());
    ASSERT_TRUE(input && output);
    picture_ = picture_of(*input);
    expected_ = *output;
  }

  Image run(Isa isa, int threads) {
    ThreadTeam team = std::move(*ThreadTeam::create(threads));
    const session::Network network = load(GetParam(), team);
    range_ = static_cast<double>(network.info().input_range);
    auto program = session::plan_floating(network, {});
    EXPECT_TRUE(program) << (program ? "" : program.error().message);
    if (!program) return {};
    return upscale(*session::make_engine_upscaler(std::move(*program), isa, {}, team), picture_, 16);
  }

  // Of a sample of the result and of PyTorch's number, clamped to the picture's range, as shares of it.
  double difference(const Image& result, std::int64_t x, std::int64_t y, int c) const {
    const auto index = (c * result.height_px() + y) * result.width_px() + x;
    const double wanted = double{expected_.values[static_cast<std::size_t>(index)]} / range_;
    return std::abs(std::clamp(wanted, 0.0, 1.0) - result.sample(x, y, c) / 65535.0);
  }

  Image picture_;
  golden::Array expected_;
  double range_ = 1;
};

TEST_P(GoldenEngine, ThePictureIsPyTorchsToOneTenThousandthOfTheRange) {
  const Image result = run(supported_isas().front(), 2);
  ASSERT_EQ(result.width_px(), expected_.shape[2]);
  double worst = 0;
  for (std::int64_t y = 0; y < result.height_px(); ++y)
    for (std::int64_t x = 0; x < result.width_px(); ++x)
      for (int c = 0; c < 3; ++c) worst = std::max(worst, difference(result, x, y, c));
  EXPECT_LE(worst, 1e-4);
}

TEST_P(GoldenEngine, BitsDependOnNeitherThreadsNorInstructionSet) {
  const Image expected = run(supported_isas().front(), 1);
  EXPECT_EQ(run(supported_isas().front(), 2), expected);
  for (const Isa isa : supported_isas()) {
    if (isa == Isa::kScalar) continue;  // slow; small programs are compared with it in codec_test
    EXPECT_EQ(run(isa, 2), expected) << isa_name(isa);
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, GoldenEngine,
                         testing::Values("tpsr_x4", "imdn_x2", "imdn_x3", "imdn_x4", "xlsr_x3", "rfdn_x4",
                                         "realesr_animevideov3_x4", "tiny_x4"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace nawq::engine
