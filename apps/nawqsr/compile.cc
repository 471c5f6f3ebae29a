// `nawqsr compile MODEL -o model.nawq`: a portable program that loads without the importer.
#include "base/cpu.h"
#include "base/text.h"
#include "media/pending_output.h"
#include "nawqsr/command.h"
#include "nawqsr/json_output.h"
#include "nawqsr/model_output.h"
#include "nawqsr/plan_model.h"
#include "nawqsr/run_command.h"
#include "session/plan_network.h"

namespace nawq::cli {
namespace {

struct Options {
  ModelOptions model;
  RunOptions run;
  std::string output;
};

Result<ExitCode> run_compile(const Options& options, Console& console) {
  NAWQ_CHECK(check_model_output(options.output, ".nawq", "a compiled program", options.model));
  NAWQ_TRY(const Isa isa, choose_isa());
  NAWQ_TRY(ThreadTeam team, start_threads(options.run));
  NAWQ_TRY(const session::PlannedModel planned, plan_model(options.model, isa, team, console));
  const std::string bytes = session::program_file(planned.program);
  NAWQ_CHECK(media::write_text(options.output, bytes));
  const std::string_view precision = session::precision_of(planned.program);
  NAWQ_CHECK(print(options.run.json ? to_line({{"model", planned.program.name},
                                               {"precision", precision},
                                               {"operations", planned.program.operations.size()},
                                               {"output", options.output},
                                               {"bytes", bytes.size()}})
                                    : concat(options.output, ": ", planned.program.name, " ", precision, ", ",
                                             planned.program.operations.size(), " operations, ",
                                             bytes_text(static_cast<double>(bytes.size())), '\n')));
  return kDone;
}

}  // namespace

Command add_compile(CLI::App& parent) {
  auto options = std::make_shared<Options>();
  CLI::App* app = parent.add_subcommand("compile", "Turn a network into a .nawq program that loads at once");
  add_model_options(*app, options->model, true);
  add_dre_option(*app, options->model);
  app->add_option("-o,--output", options->output, "File to write, *.nawq")->required();
  add_run_options(*app, options->run);
  app->footer("Example:\n  nawqsr compile tpsr_int8.onnx -o tpsr_int8.nawq");
  return {app, [options]() -> int {
            Console console(options->run.progress, options->run.verbose);
            return run_command(console, [&](Console& to) { return run_compile(*options, to); });
          }};
}

}  // namespace nawq::cli
