// The command line. `nawqsr -i in.png -o out.png` without a subcommand is `nawqsr upscale`.
#include <algorithm>
#include <array>
#include <new>
#include <string>
#include <vector>

#include "nawqsr/command.h"
#include "nawqsr/interrupt.h"
#include "nawqsr/json_output.h"
#include "nawqsr/version.h"

namespace {

using nawq::cli::Command;

constexpr const char* kFooter =
    "Plain form: nawqsr -i in.png -o out.png -n MODEL -s 4 (the same as `nawqsr upscale ...`)\n\n"
    "Exit codes: 0 done, 1 an input failed, 2 usage, 3 the model cannot be loaded, 4 an output cannot be written,\n"
    "            5 out of memory or over a limit, 130 interrupted\n\n"
    "Environment: NAWQSR_MODEL_PATH  folders with .onnx files, separated by ':'";

// Whether the arguments are the plain form: they begin with an option that is not the program's own.
bool is_plain_form(const std::vector<std::string>& arguments) {
  static constexpr std::array<std::string_view, 3> kOwn{"-h", "--help", "--version"};
  return !arguments.empty() && arguments.front().starts_with('-') &&
         std::ranges::find(kOwn, arguments.front()) == kOwn.end();
}

int run(std::vector<std::string> arguments) {
  CLI::App app("nawqsr: neural super-resolution for pictures on ordinary computers", "nawqsr");
  app.set_version_flag("--version", std::string("nawqsr ") + nawq::cli::kVersion);
  app.require_subcommand(1);
  app.footer(kFooter);
  const std::vector<Command> commands{nawq::cli::add_upscale(app), nawq::cli::add_eval(app), nawq::cli::add_inspect(app),
                                      nawq::cli::add_compare(app), nawq::cli::add_models(app)};
  if (is_plain_form(arguments)) arguments.insert(arguments.begin(), "upscale");
  std::ranges::reverse(arguments);  // what CLI11 takes
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);  // prints help to stdout, complaints to stderr
    return code == 0 ? nawq::cli::kDone : nawq::cli::kUsageError;
  }
  for (const Command& command : commands)
    if (command.app->parsed()) return command.run();
  return nawq::cli::kUsageError;
}

}  // namespace

int main(int argc, char** argv) {
  nawq::cli::install_interrupt_handlers();
  try {
    return run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::bad_alloc&) {
    return nawq::cli::kTooLarge;
  }
}
