#include "session/model_library.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "base/text.h"
#include "models/embedded.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> search_folders() {
  std::vector<fs::path> folders;
  const char* variable = std::getenv("NAWQSR_MODEL_PATH");
  std::string_view rest = variable ? variable : "";
  while (!rest.empty()) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    if (colon > 0) folders.emplace_back(rest.substr(0, colon));
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  return folders;
}

std::vector<KnownModel> models_in(const fs::path& folder) {
  std::vector<KnownModel> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->path().extension() == ".onnx")
      found.push_back({.name = entry->path().stem().string(), .description = {}, .path = entry->path()});
  std::ranges::sort(found, {}, &KnownModel::name);
  return found;
}

Result<Network> open_known(const KnownModel& model, const NetworkOptions& options, ThreadTeam& team) {
  if (!model.path.empty()) return Network::load(model.path, options, team);
  return Network::from_bytes(models::embedded_model(model.name), model.name, options, team);
}

Result<Network> open_by_name(const ModelRequest& request, ThreadTeam& team) {
  const std::vector<KnownModel> known = known_models();
  std::vector<std::string> wanted{request.name};
  if (request.scale) wanted.push_back(concat(request.name, "_x", *request.scale));
  for (const std::string& name : wanted)
    if (const auto found = std::ranges::find(known, name, &KnownModel::name); found != known.end())
      return open_known(*found, request.options, team);

  std::string names;
  for (const KnownModel& model : known) names += concat(names.empty() ? "" : ", ", model.name);
  return fail(ErrorKind::kModel,
              concat("no model named '", request.name, "'; known: ", names,
                     " (more from the folders of NAWQSR_MODEL_PATH, or give a file with -m)"));
}

}  // namespace

std::vector<KnownModel> known_models() {
  std::vector<KnownModel> known;
  for (const models::EmbeddedModel& model : models::embedded_models())
    known.push_back(
        {.name = std::string(model.name), .description = std::string(model.description), .path = {}});
  for (const fs::path& folder : search_folders())
    std::ranges::move(models_in(folder), std::back_inserter(known));
  return known;
}

Result<Network> open_network(const ModelRequest& request, ThreadTeam& team) {
  return within_memory([&]() -> Result<Network> {
    if (!request.path.empty()) return Network::load(request.path, request.options, team);
    if (!request.name.empty()) return open_by_name(request, team);
    return open_known(known_models().front(), request.options, team);
  });
}

}  // namespace nawq::session
