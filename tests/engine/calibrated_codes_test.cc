// A16W8 as users make it, with ranges from photographs (every fourth of the calibration set), against the
// same network with float activations and the same 8-bit weights.
#include <gtest/gtest.h>

#include <vector>

#include "media/picture.h"
#include "session/evaluate.h"
#include "tests/engine/programs_test.h"

namespace nawq::engine {
namespace {

namespace fs = std::filesystem;

// Every fourth photograph, by name.
std::vector<fs::path> calibration_photographs() {
  std::vector<fs::path> all, chosen;
  for (const auto& entry : fs::recursive_directory_iterator(shared_folder() / "data" / "calib"))
    if (entry.path().extension() == ".png") all.push_back(entry.path());
  std::ranges::sort(all);
  for (std::size_t i = 0; i < all.size(); i += 4) chosen.push_back(all[i]);
  return chosen;
}

// `value` where is_light(x, y), else black.
template <class IsLight>
Image black_and_white(IsLight&& is_light, int value) {
  Image picture = Image::create(32, 24, 3, 8).value();
  for (std::int64_t y = 0; y < picture.height_px(); ++y)
    for (std::int64_t x = 0; x < picture.width_px(); ++x)
      for (int c = 0; c < 3; ++c) picture.set_sample(x, y, c, is_light(x, y) ? value : 0);
  return picture;
}

class CalibratedCodes : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const bool is_here = fs::exists(model_file(GetParam())) && fs::exists(shared_folder() / "data");
    if (!is_here) GTEST_SKIP() << "the shared data is absent: set NAWQSR_SHARED";
    const session::Network network = open_network(GetParam());
    ThreadTeam team = codec::team_of(2);
    auto calibration = session::Calibration::start(network, supported_isas().front(), team).value();
    for (const fs::path& file : calibration_photographs()) {
      const media::Picture photograph = media::read_picture(file).value();
      session::EvaluationPair pair{.name = file.string(), .hr = photograph.image, .lr = {}};
      ASSERT_TRUE(session::match_sizes(pair, network.info().scale));
      const Image& small = *pair.lr;
      ASSERT_TRUE(calibration.add(small));
    }
    const graph::Recipe recipe = session::quantize_uniformly(network, calibration.ranges(16), 16).value();
    const std::string file = session::export_with(network, recipe, "test").value();
    const session::Network quantized = open_bytes(file);
    rounded_ = session::plan_as_stored(quantized).value();
    floating_ = session::plan_floating(quantized, {}).value();
    ASSERT_TRUE(floating_.floating && !rounded_.floating);
  }

  int difference(const Image& picture) const {
    return largest_difference(run_best(rounded_, picture), run_best(floating_, picture));
  }

 private:
  plan::Program rounded_, floating_;
};

TEST_P(CalibratedCodes, KeepConstantPicturesWithinOneCode) {
  for (const int value : {0, 1, 127, 254, 255}) {
    const Image picture = black_and_white([](std::int64_t, std::int64_t) { return true; }, value);
    EXPECT_LE(difference(picture), 1) << "constant " << value;
  }
}

// No photograph has such edges: a few values beyond the calibrated range are held at its end. A code that
// wraps would show as more than 100.
TEST_P(CalibratedCodes, KeepHardEdgesWithinEightCodes) {
  const std::pair<const char*, Image> edges[] = {
      {"vertical", black_and_white([](std::int64_t x, std::int64_t) { return x >= 16; }, 255)},
      {"horizontal", black_and_white([](std::int64_t, std::int64_t y) { return y >= 12; }, 255)}};
  for (const auto& [name, picture] : edges) {
    const int found = difference(picture);
    EXPECT_LE(found, 8) << name;
    RecordProperty(name, found);
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, CalibratedCodes, testing::Values("tpsr_x4", "imdn_x4"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace nawq::engine
