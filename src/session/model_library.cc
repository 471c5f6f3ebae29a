#include "session/model_library.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include "base/text.h"
#include "models/embedded.h"
#include "plan/nawq_file.h"
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

bool is_program_file(const fs::path& path) { return path.extension() == ".nawq"; }

Result<plan::Program> read_program(const fs::path& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const std::streamoff bytes = file ? static_cast<std::streamoff>(file.tellg()) : -1;
  std::vector<std::byte> content(static_cast<std::size_t>(std::max<std::streamoff>(bytes, 0)));
  file.seekg(0);
  if (bytes < 0 || !file.read(reinterpret_cast<char*>(content.data()), bytes))
    return fail(ErrorKind::kModel, concat(path.string(), ": cannot be read"));
  return plan::load_program(content, path.string());
}

std::vector<KnownModel> models_in(const fs::path& folder) {
  std::vector<KnownModel> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->path().extension() == ".onnx" || is_program_file(entry->path()))
      found.push_back({.name = entry->path().stem().string(), .description = {}, .path = entry->path()});
  std::ranges::sort(found, {}, &KnownModel::name);
  return found;
}

Result<Model> open_file(const fs::path& path, const NetworkOptions& options, ThreadTeam& team) {
  if (!is_program_file(path)) {
    NAWQ_TRY(Network network, Network::load(path, options, team));
    return network;
  }
  if (options.input_range || options.colour)
    return fail(ErrorKind::kUsage,
                concat(path.string(), ": a compiled program's colour and range are fixed"));
  NAWQ_TRY(plan::Program program, read_program(path));
  return program;
}

Result<Model> open_known(const KnownModel& model, const NetworkOptions& options, ThreadTeam& team) {
  if (!model.path.empty()) return open_file(model.path, options, team);
  NAWQ_TRY(Network network,
           Network::from_bytes(models::embedded_model(model.name), model.name, options, team));
  return network;
}

Result<Model> open_by_name(const ModelRequest& request, ThreadTeam& team) {
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
  NAWQ_TRY(Model model, open_model(request, team));
  if (auto* network = std::get_if<Network>(&model)) return std::move(*network);
  return fail(ErrorKind::kUsage, concat(request.path.empty() ? request.name : request.path.string(),
                                        ": a compiled program; this needs the network it was made from"));
}

Result<Model> open_model(const ModelRequest& request, ThreadTeam& team) {
  return within_memory([&]() -> Result<Model> {
    if (!request.path.empty()) return open_file(request.path, request.options, team);
    if (!request.name.empty()) return open_by_name(request, team);
    return open_known(known_models().front(), request.options, team);
  });
}

}  // namespace nawq::session
