// Owns: finding a network by name or path: embedded, in NAWQSR_MODEL_PATH, or a file.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/thread_team.h"
#include "plan/program.h"
#include "session/network.h"

namespace nawq::session {

struct KnownModel {
  std::string name = {};
  std::string description;     // empty for files
  std::filesystem::path path;  // empty for embedded ones
};

// Embedded networks first, the default at the very front; then every .onnx and .nawq file in the folders of
// NAWQSR_MODEL_PATH (separated by ':'), in the order of the folders and by name within one.
std::vector<KnownModel> known_models();

// What the user asked for. At most one of name and path; neither means the default.
struct ModelRequest {
  std::string name = {};
  std::filesystem::path path = {};
  std::optional<std::int64_t> scale = {};  // NAME with scale 4 also finds NAME_x4
  NetworkOptions options = {};
};

// kModel, listing the known names, when there is no such network.
Result<Network> open_network(const ModelRequest& request, ThreadTeam& team);

// A network to be planned, or a Program that `nawqsr compile` made.
using Model = std::variant<Network, plan::Program>;
Result<Model> open_model(const ModelRequest& request, ThreadTeam& team);

}  // namespace nawq::session
