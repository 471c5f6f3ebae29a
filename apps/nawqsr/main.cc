// The command line. `nawqsr -i in.png -o out.png` without a subcommand is `nawqsr upscale`.
#include <algorithm>
#include <array>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "nawqsr/command.h"
#include "nawqsr/interrupt.h"
#include "nawqsr/standard_streams.h"
#include "nawqsr/version.h"

namespace {

using nawq::cli::Command;

constexpr const char* kFooter =
    "Plain form: nawqsr -i in.png -o out.png -n MODEL -s 4 (the same as `nawqsr upscale ...`)\n\n"
    "Exit codes: 0 done, 1 an input failed, 2 usage, 3 the model cannot be loaded, 4 an output cannot be "
    "written,\n"
    "            5 out of memory or over a limit, 6 quality constraint not met, 130 interrupted\n\n"
    "Environment: NAWQSR_MODEL_PATH  folders with .onnx and .nawq files, separated by ':'\n"
    "             NAWQSR_FORCE_ISA   scalar, avx2, avxvnni, avx512vnni, neon_dotprod or neon_i8mm\n"
    "                                instead of the best that there is";

// Whether the arguments are the plain form: they begin with an option that is not the program's own.
bool is_plain_form(const std::vector<std::string>& arguments) {
  static constexpr std::array<std::string_view, 3> kOwn{"-h", "--help", "--version"};
  return !arguments.empty() && arguments.front().starts_with('-') &&
         std::ranges::find(kOwn, arguments.front()) == kOwn.end();
}

std::string complaint(const CLI::App* app, const CLI::Error& error) {
  std::string command = app->get_name();
  for (const CLI::App* given : app->get_subcommands()) command += " " + given->get_name();
  return std::string("error: ") + error.what() + "\nSee " + command + " --help\n";
}

// What CLI11 found: help and version go to stdout, complaints to stderr.
int report(const CLI::App& app, const CLI::ParseError& error) {
  if (app.exit(error) != 0) return nawq::cli::kUsageError;
  return std::cout.flush() ? nawq::cli::kDone : nawq::cli::kOutputFailed;
}

// CLI11 takes any first word that is no subcommand for an argument to come.
bool is_unknown_word(const std::vector<std::string>& arguments, const std::vector<Command>& commands) {
  return !arguments.empty() && !arguments.front().starts_with('-') &&
         std::ranges::none_of(commands,
                              [&](const Command& c) { return c.app->get_name() == arguments.front(); });
}

int run(std::vector<std::string> arguments) {
  CLI::App app("nawqsr: neural super-resolution for pictures on ordinary computers", "nawqsr");
  app.set_version_flag("--version", std::string("nawqsr ") + nawq::cli::kVersion);
  app.require_subcommand(1);
  app.footer(kFooter);
  app.failure_message(complaint);
  const std::vector<Command> commands{
      nawq::cli::add_upscale(app), nawq::cli::add_quantize(app), nawq::cli::add_analyze(app),
      nawq::cli::add_eval(app),    nawq::cli::add_bench(app),    nawq::cli::add_inspect(app),
      nawq::cli::add_compare(app), nawq::cli::add_compile(app),  nawq::cli::add_models(app)};
  if (arguments.empty() || is_unknown_word(arguments, commands)) {
    std::cerr << "error: "
              << (arguments.empty() ? "nothing to do" : "'" + arguments.front() + "' is no subcommand")
              << "\nTry nawqsr -i small.png -o large.png, or nawqsr --help\n";
    return nawq::cli::kUsageError;
  }
  if (is_plain_form(arguments)) arguments.insert(arguments.begin(), "upscale");
  std::ranges::reverse(arguments);  // what CLI11 takes
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    return report(app, error);
  }
  for (const Command& command : commands)
    if (command.app->parsed()) return command.run();
  return nawq::cli::kUsageError;
}

}  // namespace

int main(int argc, char** argv) {
  nawq::cli::occupy_standard_streams();
  nawq::cli::install_interrupt_handlers();
  try {
    return run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::bad_alloc&) {
    std::cerr << "error: out of memory\n";
    return nawq::cli::kTooLarge;
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << '\n';
    return nawq::cli::kInputFailed;
  }
}
