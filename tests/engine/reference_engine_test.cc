// The engine in float32 against the reference, at a size that no file was made for.
#include <cmath>

#include "reference/run.h"
#include "session/picture_tensor.h"
#include "tests/engine/programs_test.h"

namespace nawq::engine {
namespace {

class ReferenceEngine : public testing::TestWithParam<const char*> {};

TEST_P(ReferenceEngine, ThePictureIsTheReferencesToFiftyThousandthOfTheRange) {
  if (!std::filesystem::exists(model_file(GetParam())))
    GTEST_SKIP() << model_file(GetParam()) << " is absent: set NAWQSR_SHARED to the shared data";
  const session::Network network = open_network(GetParam());
  const Image picture = test_picture(37, 26);
  const Image result = run_best(session::plan_floating(network, {}).value(), picture, 16);
  const auto graph = network.at_size({picture.width_px(), picture.height_px()});
  ASSERT_TRUE(graph) << graph.error().message;
  ThreadTeam team = codec::team_of(2);
  const auto output = reference::run(*graph, session::to_colour_tensor(picture, network.info()), team);
  ASSERT_TRUE(output) << output.error().message;
  const Image expected =
      session::from_colour_tensor(*output, network.info(), {result.width_px(), result.height_px()}, 16)
          .value();
  EXPECT_LE(largest_difference(result, expected), 65536 / 50000 + 1);
}

INSTANTIATE_TEST_SUITE_P(Networks, ReferenceEngine, testing::ValuesIn(kNetworks),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace nawq::engine
