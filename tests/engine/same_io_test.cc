// Machines whose nodes read and write one wordlength: what the search measures is what the file says.
#include "tests/engine/programs_test.h"

namespace nawq::engine {
namespace {

class SameIo : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(model_file(GetParam()))) NAWQ_SKIP_WITHOUT_SHARED_DATA();
    network_.emplace(open_network(GetParam()));
  }

  // Every third layer in 16 bits; none where `bits` is 16, for all are.
  graph::Recipe recipe(int bits) {
    ThreadTeam team = codec::team_of(2);
    auto calibration = session::Calibration::start(*network_, supported_isas().front(), team).value();
    EXPECT_TRUE(calibration.add(picture_));
    quantize::RecipeOptions options;
    options.bits = bits;
    options.same_io = true;
    const quantize::Ranges ranges8 = calibration.own_ranges(8), ranges16 = calibration.own_ranges(16);
    if (bits == 8) {
      const graph::Recipe uniform = *session::quantize_mixed(*network_, ranges8, ranges16, options);
      int index = 0;
      for (const auto& [name, wordlength] : uniform.wordlengths)
        if (index++ % 3 == 1) options.others.insert(name);
    }
    auto made = session::quantize_mixed(*network_, ranges8, ranges16, options);
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    return std::move(*made);
  }

  plan::Program program_of_file(const graph::Recipe& recipe) {
    const std::string bytes = session::export_with(*network_, recipe, "test").value();
    auto program = session::plan_as_stored(open_bytes(bytes));
    EXPECT_TRUE(program) << (program ? "" : program.error().message);
    return std::move(*program);
  }

  // The bias behind a mean shift is rounded once more when it is read back.
  int most_codes() const { return std::string(GetParam()) == "tpsr_x4" ? 1 : 0; }

  const Image picture_ = test_picture(48, 40);
  std::optional<session::Network> network_;
};

TEST_P(SameIo, TheFileGivesThePictureOfTheRecipe) {
  for (const int bits : {8, 16}) {
    const graph::Recipe made = recipe(bits);
    const auto own = session::plan_with(*network_, made);
    ASSERT_TRUE(own) << own.error().message;
    EXPECT_LE(largest_difference(run_best(program_of_file(made), picture_), run_best(*own, picture_)),
              most_codes())
        << bits;
  }
}

TEST_P(SameIo, AFileOfOneSizeGivesItToo) {
  const graph::Recipe made = recipe(8);
  const session::ExportOptions options{.version = "test", .size = session::Extent{48, 40}};
  const session::Network file = open_bytes(session::export_static(*network_, made, options).value());
  EXPECT_EQ(file.model().info().fixed_width_px, 48);
  EXPECT_LE(largest_difference(run_best(session::plan_as_stored(file).value(), picture_),
                               run_best(session::plan_with(*network_, made).value(), picture_)),
            most_codes());
}

TEST_P(SameIo, AMixDiffersFromThatOfAMachineWithoutIt) {
  graph::Recipe made = recipe(8);
  const Image own = run_best(session::plan_with(*network_, made).value(), picture_);
  made.same_io = false;
  EXPECT_NE(run_best(session::plan_with(*network_, made).value(), picture_), own);
}

INSTANTIATE_TEST_SUITE_P(Networks, SameIo, testing::ValuesIn(kNetworks));

}  // namespace
}  // namespace nawq::engine
