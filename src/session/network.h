// Owns: a loaded network and what it takes to use it on pictures: scale, colour order, input range and the
// sizes it accepts. Nothing is guessed silently: info().notes says how each fact was found.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/thread_team.h"
#include "graph/graph.h"
#include "onnx/model.h"

namespace nawq::session {

enum class ColourOrder { kRgb, kBgr };

// What a network's numbers for black and white are: 0..1 or 0..255.
enum class InputRange { kUnit = 1, kByte = 255 };

// Facts that the user states; they override what the file says.
struct NetworkOptions {
  std::optional<InputRange> input_range = {};
  std::optional<ColourOrder> colour = {};
};

struct NetworkInfo {
  std::string name;  // file name without extension, or the embedded name
  std::int64_t scale = 0;
  std::int64_t channels = 0;  // 3, or 1 for networks that take luma
  InputRange input_range = InputRange::kUnit;
  ColourOrder colour = ColourOrder::kRgb;
  std::int64_t opset = 0;
  std::string producer;
  std::vector<std::string> notes;  // facts that had to be found out or assumed, in the user's words
};

struct Extent {
  std::int64_t width_px = 0, height_px = 0;
  bool operator==(const Extent&) const = default;
};

class Network {
 public:
  // kModel when the file is not a super-resolution network or holds something unsupported (named, with its
  // node).
  static Result<Network> load(const std::filesystem::path& path, const NetworkOptions& options,
                              ThreadTeam& team);
  static Result<Network> from_bytes(std::span<const std::byte> bytes, std::string name,
                                    const NetworkOptions& options, ThreadTeam& team);

  const NetworkInfo& info() const { return info_; }
  const onnx::Model& model() const { return model_; }

  // The smallest size, at least `picture` in both directions, that the network accepts: larger than the
  // picture where that is below the network's minimum or no multiple of its strides.
  Result<Extent> accepted_size(Extent picture) const;

  // The network at exactly this size, after all passes.
  Result<graph::Graph> at_size(Extent size) const;

 private:
  Network(onnx::Model model, NetworkInfo info, Extent probe_size);
  static Result<Network> interpret(onnx::Model model, std::string name, const NetworkOptions& options,
                                   ThreadTeam& team);
  bool accepts(Extent size) const;

  onnx::Model model_;
  NetworkInfo info_;
  Extent probe_size_;  // known to be accepted
};

}  // namespace nawq::session
