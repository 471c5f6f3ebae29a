// Owns: networks of a node or two, made in memory for session's tests.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "onnx/model_builder_test.h"
#include "session/network.h"

namespace nawq::session {

using Metadata = std::map<std::string, std::string>;

inline const Metadata kStated{{"input_range", "1"}, {"colour", "RGB"}};

inline onnx::TestModel with_metadata(onnx::TestModel model, const Metadata& metadata) {
  for (const auto& [key, value] : metadata) {
    auto* entry = model.proto.add_metadata_props();
    entry->set_key(key);
    entry->set_value(value);
  }
  return model;
}

// A model from "x" to "y", both pictures; size 0 is left open.
inline onnx::TestModel empty_network(std::int64_t channels = 3, Extent fixed = {}) {
  onnx::TestModel model;
  model.input("x", {0, channels, fixed.height_px, fixed.width_px}).output("y", {0, channels, 0, 0});
  return model;
}

inline onnx::TestModel& add_enlarger(onnx::TestModel& model, const std::string& from, const std::string& to,
                                     float factor) {
  model.floats(to + "_factors", {4}, {1, 1, factor, factor});
  return model.node("Resize", {from, "", to + "_factors"}, {to},
                    {onnx::attr("mode", "nearest"), onnx::attr("nearest_mode", "floor"),
                     onnx::attr("coordinate_transformation_mode", "asymmetric")});
}

// Repeats every pixel `factor` times in both directions.
inline onnx::TestModel enlarger(float factor = 2, std::int64_t channels = 3, Extent fixed = {},
                                const Metadata& metadata = kStated) {
  onnx::TestModel model = empty_network(channels, fixed);
  return with_metadata(add_enlarger(model, "x", "y", factor), metadata);
}

inline ThreadTeam two_threads() { return std::move(*ThreadTeam::create(2)); }

inline Result<Network> open(const onnx::TestModel& model, const NetworkOptions& options = {}) {
  ThreadTeam team = two_threads();
  const std::string bytes = model.bytes();
  return Network::from_bytes(std::as_bytes(std::span(bytes.data(), bytes.size())), "tiny", options, team);
}

// The kind of failure and a part of its message.
template <class T>
void expect_failure(const Result<T>& result, ErrorKind kind, const std::string& part) {
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, kind);
  EXPECT_NE(result.error().message.find(part), std::string::npos) << result.error().message;
}

}  // namespace nawq::session
