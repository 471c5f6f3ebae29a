// `nawqsr models`: the networks that -n knows.
#include "base/text.h"
#include "nawqsr/command.h"
#include "nawqsr/json_output.h"
#include "nawqsr/run_command.h"
#include "session/model_library.h"

namespace nawq::cli {
namespace {

Result<ExitCode> run_models(bool as_json) {
  nlohmann::json listed = nlohmann::json::array();
  std::string text;
  for (const session::KnownModel& model : session::known_models()) {
    const std::string where = model.path.empty() ? "embedded" : model.path.string();
    listed.push_back({{"name", model.name}, {"where", where}, {"description", model.description}});
    text +=
        concat(model.name, "  (", where, ")", model.description.empty() ? "" : "  ", model.description, '\n');
  }
  NAWQ_CHECK(print(as_json ? to_line({{"models", listed}}) : text));
  return kDone;
}

}  // namespace

Command add_models(CLI::App& parent) {
  auto as_json = std::make_shared<bool>(false);
  CLI::App* app =
      parent.add_subcommand("models", "List the embedded networks and those in NAWQSR_MODEL_PATH");
  app->add_flag("--json", *as_json, "Machine-readable result on stdout");
  return {app, [as_json]() -> int {
            Console console(ProgressStyle::kNone, false);
            return run_command(console, [&](Console&) { return run_models(*as_json); });
          }};
}

}  // namespace nawq::cli
