// Owns: the list of subcommands. Each adds its options to the command line and returns what runs it.
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

#include "nawqsr/exit_code.h"

namespace nawq::cli {

// A subcommand and what it does once its options are read; returns the exit code.
struct Command {
  CLI::App* app;
  std::function<int()> run;
};

Command add_upscale(CLI::App& parent);
Command add_analyze(CLI::App& parent);
Command add_eval(CLI::App& parent);
Command add_quantize(CLI::App& parent);
Command add_bench(CLI::App& parent);
Command add_compile(CLI::App& parent);
Command add_inspect(CLI::App& parent);
Command add_compare(CLI::App& parent);
Command add_models(CLI::App& parent);

}  // namespace nawq::cli
