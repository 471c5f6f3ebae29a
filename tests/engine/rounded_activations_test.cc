// What codes of activations cost, against the same network with float activations and the same 8-bit weights.
// Calibrated as a user would: twelve of the calibration photographs.
#include <gtest/gtest.h>

#include <iostream>
#include <vector>

#include "media/picture.h"
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

Image black_picture(std::int64_t width_px, std::int64_t height_px) {
  return Image::create(width_px, height_px, 3, 8).value();
}

void paint(Image& picture, std::int64_t x, std::int64_t y, int value) {
  for (int c = 0; c < 3; ++c) picture.set_sample(x, y, c, value);
}

// White where is_white(x, y).
template <class IsWhite>
Image black_and_white(IsWhite&& is_white) {
  Image picture = black_picture(32, 24);
  for (std::int64_t y = 0; y < picture.height_px(); ++y)
    for (std::int64_t x = 0; x < picture.width_px(); ++x)
      if (is_white(x, y)) paint(picture, x, y, 255);
  return picture;
}

struct Tested {
  const char* network;
  int bits;
};

class RoundedActivations : public testing::TestWithParam<Tested> {
 protected:
  void SetUp() override {
    const bool is_here = fs::exists(model_file(GetParam().network)) && fs::exists(shared_folder() / "data");
    if (!is_here) GTEST_SKIP() << "the shared data is absent: set NAWQSR_SHARED";
    const session::Network network = open_network(GetParam().network);
    ThreadTeam team = codec::team_of(2);
    auto calibration = session::Calibration::start(network, supported_isas().front(), team).value();
    for (const fs::path& file : calibration_photographs()) {
      const media::Picture photograph = media::read_picture(file).value();
      const Image small = session::degrade(photograph.image, network.info().scale, file.string()).value();
      ASSERT_TRUE(calibration.add(small));
    }
    const quantize::Ranges ranges = GetParam().bits == 8 ? calibration.ranges8() : calibration.ranges16();
    const graph::Recipe recipe = session::quantize_uniformly(network, ranges, GetParam().bits).value();
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

TEST_P(RoundedActivations, KeepConstantPictures) {
  const int allowed = GetParam().bits == 8 ? 3 : 1;
  for (const int value : {0, 1, 127, 254, 255}) {
    Image picture = black_picture(24, 24);
    for (std::int64_t y = 0; y < 24; ++y)
      for (std::int64_t x = 0; x < 24; ++x) paint(picture, x, y, value);
    const int found = difference(picture);
    EXPECT_LE(found, allowed) << "constant " << value;
    std::cout << "constant " << value << ": " << found << " codes\n";
  }
}

// A code that wraps instead of being held within its range shows as more than 100.
TEST_P(RoundedActivations, KeepHardEdges) {
  const int allowed = GetParam().bits == 8 ? 24 : 2;
  const std::pair<const char*, Image> edges[] = {
      {"vertical", black_and_white([](std::int64_t x, std::int64_t) { return x >= 16; })},
      {"horizontal", black_and_white([](std::int64_t, std::int64_t y) { return y >= 12; })},
      {"checker", black_and_white([](std::int64_t x, std::int64_t y) { return (x / 4 + y / 4) % 2 == 0; })},
      {"fine checker", black_and_white([](std::int64_t x, std::int64_t y) { return (x + y) % 2 == 0; })}};
  for (const auto& [name, picture] : edges) {
    const int found = difference(picture);
    EXPECT_LE(found, allowed) << name;
    std::cout << name << ": " << found << " codes\n";
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, RoundedActivations,
                         testing::Values(Tested{"tpsr_x4", 8}, Tested{"tpsr_x4", 16}, Tested{"imdn_x4", 8},
                                         Tested{"imdn_x4", 16}),
                         [](const testing::TestParamInfo<Tested>& tested) {
                           return std::string(tested.param.network) + (tested.param.bits == 8 ? "_8" : "_16");
                         });

}  // namespace
}  // namespace nawq::engine
