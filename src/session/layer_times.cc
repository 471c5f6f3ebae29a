#include "session/layer_times.h"

#include <algorithm>
#include <map>
#include <string>

#include "codec/context.h"
#include "codec/loaded_program.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

constexpr int kRuns = 9;

// By operation's name, which is a layer's.
using Times = std::map<std::string, double>;

Result<Times> measure(const plan::Program& program, const Image& picture, Isa isa, ThreadTeam& team) {
  const codec::Extent size{picture.width_px(), picture.height_px()};
  NAWQ_TRY(const auto context,
           codec::Context::create(
               codec::LoadedProgram::load(program, isa), size,
               {.in_bits = picture.bits(), .out_bits = 8, .workers = team.size(), .measure_time = true}));
  NAWQ_TRY(Image result,
           Image::create(size.width_px * program.scale, size.height_px * program.scale, program.channels, 8));
  std::vector<std::vector<double>> runs(program.operations.size());
  for (int i = 0; i <= kRuns; ++i) {
    NAWQ_CHECK(context->run(picture, result, team, [](double) { return true; }));
    if (i == 0) continue;  // the first one takes memory from the system
    for (std::size_t k = 0; k < runs.size(); ++k) runs[k].push_back(context->operation_times_us()[k]);
  }
  Times times;
  for (std::size_t k = 0; k < runs.size(); ++k) {
    std::ranges::sort(runs[k]);
    times[program.operations[k].name] += runs[k][kRuns / 2];
  }
  return times;
}

}  // namespace

Result<std::vector<quantize::LayerTimes>> layer_times(const PreparedNetwork& network, const Image& picture,
                                                      Isa isa, ThreadTeam& team) {
  return within_memory([&]() -> Result<std::vector<quantize::LayerTimes>> {
    std::vector<quantize::LayerTimes> found(network.layers.size());
    for (const int bits : {8, 16})
      for (const bool dre : {false, true}) {
        NAWQ_TRY(const graph::Recipe recipe, network.recipe(uniform_assignment(network, bits, dre)));
        NAWQ_TRY(const plan::Program program, network.program(recipe));
        NAWQ_TRY(const Times times, measure(program, picture, isa, team));
        for (std::size_t i = 0; i < found.size(); ++i) {
          const auto time = times.find(network.layers[i].name);
          if (time == times.end()) continue;
          quantize::LayerTimes& to = found[i];
          (bits == 8 ? (dre ? to.at_8bit_dre_us : to.at_8bit_us)
                     : (dre ? to.at_16bit_dre_us : to.at_16bit_us)) = time->second;
        }
      }
    return found;
  });
}

}  // namespace nawq::session
