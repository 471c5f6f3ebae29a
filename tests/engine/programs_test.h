// Owns: how tests of whole networks get hold of Programs: quantized for a picture, and read back from files.
#pragma once

#include <string>

#include "codec/run_program_test.h"
#include "session/bench.h"
#include "session/calibration.h"
#include "session/plan_network.h"
#include "session/quantized_network.h"
#include "tests/engine/shared_network_test.h"

namespace nawq::engine {

inline constexpr const char* kNetworks[] = {
    "tpsr_x4", "imdn_x2", "imdn_x3", "imdn_x4", "xlsr_x3", "rfdn_x4", "realesr_animevideov3_x4", "tiny_x4"};

inline session::Network open_network(const std::string& name) {
  ThreadTeam team = codec::team_of(2);
  return load(name, team);
}

inline session::Network open_bytes(const std::string& bytes) {
  ThreadTeam team = codec::team_of(2);
  return session::Network::from_bytes(std::as_bytes(std::span(bytes.data(), bytes.size())), "quantized", {},
                                      team)
      .value();
}

// Edges, gradients and noise.
inline Image test_picture(std::int64_t width_px, std::int64_t height_px) {
  return session::bench_picture({width_px, height_px}, 3).value();
}

// Of a float network, for just this picture.
inline graph::Recipe recipe_for(const session::Network& network, const Image& picture, int bits) {
  ThreadTeam team = codec::team_of(2);
  auto calibration = session::Calibration::start(network, supported_isas().front(), team).value();
  const Status added = calibration.add(picture);
  EXPECT_TRUE(added) << (added ? "" : added.error().message);
  return session::quantize_uniformly(network, calibration.own_ranges(bits), bits).value();
}

// Every layer's ranges are found on the picture.
inline graph::Recipe with_run_time_ranges(graph::Recipe recipe) {
  for (const auto& [node, wordlength] : recipe.wordlengths) recipe.dre.insert(node);
  return recipe;
}

inline plan::Program integer_program(const session::Network& network, const Image& picture, int bits) {
  return session::plan_with(network, recipe_for(network, picture, bits)).value();
}

inline Image run_best(const plan::Program& program, const Image& picture, int out_bits = 8) {
  return codec::run_program(program, picture, {supported_isas().front(), 2, out_bits});
}

}  // namespace nawq::engine
