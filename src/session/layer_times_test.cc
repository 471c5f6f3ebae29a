#include "session/layer_times.h"

#include "session/prepared_tiny_test.h"

namespace nawq::session {
namespace {

TEST(LayerTimes, EveryConvolutionTakesTimeAtEveryWordlength) {
  ThreadTeam team = team_of(1);
  const auto times = layer_times(prepared_tiny(), tiny_references().front().padded, best_isa(), team);
  ASSERT_TRUE(times) << times.error().message;
  const std::vector<quantize::Layer>& layers = prepared_tiny().layers;
  ASSERT_EQ(times->size(), layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (layers[i].macs == 0) continue;
    const quantize::LayerTimes& layer = (*times)[i];
    for (const double time_us :
         {layer.at_8bit_us, layer.at_16bit_us, layer.at_8bit_dre_us, layer.at_16bit_dre_us})
      EXPECT_GT(time_us, 0) << layers[i].name;
  }
}

}  // namespace
}  // namespace nawq::session
