// Owns: what the tests of whole networks on the engine share: networks and pictures of the shared data.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "session/network.h"
#include "session/upscaler.h"

namespace nawq::engine {

inline std::filesystem::path shared_folder() {
  const char* set = std::getenv("NAWQSR_SHARED");
  return set ? std::filesystem::path(set) : std::filesystem::path("../shared");
}

// The default network's float form is part of the repository; the others are third parties' and are not.
inline std::filesystem::path model_file(const std::string& name) {
  const std::filesystem::path own = std::filesystem::path("models") / (name + "_float.onnx");
  return std::filesystem::exists(own) ? own : shared_folder() / "models" / (name + ".onnx");
}

inline session::Network load(const std::string& name, ThreadTeam& team) {
  auto network = session::Network::load(model_file(name), {}, team);
  EXPECT_TRUE(network) << (network ? "" : network.error().message);
  return std::move(*network);
}

inline Image upscale(session::Upscaler& upscaler, const Image& picture, int bits) {
  auto result = upscaler.upscale(picture, {.bits = bits}, [](double) { return true; });
  EXPECT_TRUE(result) << (result ? "" : result.error().message);
  return result ? std::move(*result) : Image();
}

// In samples; both pictures have one size.
inline int largest_difference(const Image& a, const Image& b) {
  int worst = 0;
  for (std::int64_t y = 0; y < a.height_px(); ++y)
    for (std::int64_t x = 0; x < a.width_px(); ++x)
      for (int c = 0; c < a.channels(); ++c)
        worst = std::max(worst, std::abs(a.sample(x, y, c) - b.sample(x, y, c)));
  return worst;
}

}  // namespace nawq::engine

#define NAWQ_SKIP_WITHOUT_SHARED_DATA()                                   \
  if (!std::filesystem::exists(nawq::engine::shared_folder() / "models")) \
  GTEST_SKIP() << nawq::engine::shared_folder() << " is absent: set NAWQSR_SHARED to the shared data"
