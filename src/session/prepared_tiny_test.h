// Owns: the small float network that comes with the sources, prepared on made-up photographs, for tests of
// searches.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "image/bicubic.h"
#include "image/geometry.h"
#include "session/bench.h"
#include "session/calibration.h"
#include "session/engine_evaluator.h"
#include "session/prepared_network.h"
#include "session/reference_picture.h"
#include "session/round_weights.h"

namespace nawq::session {

inline const char* const kFloatTiny = "models/tiny_x4_float.onnx";

inline Isa best_isa() { return supported_isas().front(); }
inline ThreadTeam team_of(int threads) { return std::move(*ThreadTeam::create(threads)); }

inline Network open_tiny() {
  ThreadTeam team = team_of(2);
  return Network::load(kFloatTiny, {}, team).value();
}

// The small picture is `width_px` wide; every `index` has other contents.
inline PicturePair tiny_pair(int index, std::int64_t width_px = 24, std::int64_t height_px = 20) {
  constexpr std::int64_t kScale = 4;
  static const Image whole = bench_picture({480, 360}, 3).value();
  Image original = crop(whole, 31 * index, 17 * index, width_px * kScale, height_px * kScale).value();
  Image small = bicubic_downscale(original, kScale).value();
  return {concat("picture ", index), std::move(small), std::move(original)};
}

inline std::vector<PicturePair> tiny_pairs(int count) {
  std::vector<PicturePair> pairs;
  for (int i = 0; i < count; ++i) pairs.push_back(tiny_pair(i));
  return pairs;
}

inline std::vector<Image> small_pictures(int count) {
  std::vector<Image> pictures;
  for (PicturePair& pair : tiny_pairs(count)) pictures.push_back(std::move(pair.small));
  return pictures;
}

// With ranges; weights are not rounded.
inline PreparedNetwork ranged_tiny() {
  const Network network = open_tiny();
  ThreadTeam team = team_of(2);
  Calibration calibration = Calibration::start(network, best_isa(), team).value();
  for (const Image& picture : small_pictures(4)) EXPECT_TRUE(calibration.add(picture));
  return prepare_network(network, calibration.ranges(8), calibration.ranges(16)).value();
}

inline PreparedNetwork rounded_tiny(bool compensated) {
  PreparedNetwork prepared = ranged_tiny();
  ThreadTeam team = team_of(2);
  WeightsRequest request;
  request.options.compensated = compensated;
  EXPECT_TRUE(round_weights(prepared, small_pictures(4), request, best_isa(), team));
  return prepared;
}

// Made once: with compensated weights.
inline const PreparedNetwork& prepared_tiny() {
  static const PreparedNetwork kPrepared = rounded_tiny(true);
  return kPrepared;
}

inline std::vector<ReferencePicture> references_of(std::vector<PicturePair> pairs) {
  const PreparedNetwork prepared = ranged_tiny();
  ThreadTeam team = team_of(2);
  const plan::Program floating = prepared.floating_program(prepared.graphs).value();
  return reference_pictures(floating, std::move(pairs), best_isa(), team).value();
}

// Twelve of them, so that searches may stop early.
inline const std::vector<ReferencePicture>& tiny_references() {
  static const std::vector<ReferencePicture> kReferences = references_of(tiny_pairs(12));
  return kReferences;
}

// Settled, with these searched layers (counted among these) at 8 bits and the others at 16.
inline quantize::Assignment tiny_mix(const std::vector<std::size_t>& eight) {
  const std::vector<quantize::Layer>& layers = prepared_tiny().layers;
  quantize::Assignment assignment(layers.size());
  const std::vector<std::size_t> searched = searched_layers(layers);
  for (const std::size_t i : eight) assignment[searched[i]].bits = 8;
  settle_followers(layers, quantize::Followers::kReaders, assignment);
  return assignment;
}

inline quantize::Assignment tiny_uniform(int bits) {
  quantize::Assignment assignment(prepared_tiny().layers.size(), {bits, false});
  settle_followers(prepared_tiny().layers, quantize::Followers::kReaders, assignment);
  return assignment;
}

}  // namespace nawq::session
