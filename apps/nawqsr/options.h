// Owns: the options that several subcommands share, and turning their words into numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "nawqsr/console.h"
#include "session/model_library.h"
#include "session/open_engine.h"

namespace nawq::cli {

struct RunOptions {
  int threads = 0;  // 0: all that the process may use
  std::string max_memory;
  ProgressStyle progress = ProgressStyle::kAuto;
  bool verbose = false;
  bool json = false;
};

struct ModelOptions {
  std::string name, path, input_range, colour, precision;
  std::string dre = "on";
};

void add_run_options(CLI::App& command, RunOptions& options);
// -n, -m and what overrides the file's own statements. `positional` adds MODEL (a name or a file) as well.
void add_model_options(CLI::App& command, ModelOptions& options, bool positional);
// --dre, for what runs a model.
void add_dre_option(CLI::App& command, ModelOptions& options);

// "1G", "512M", "1.5GiB", "4096" (bytes).
Result<std::int64_t> parse_bytes(const std::string& text);
// "320x180".
Result<session::Extent> parse_extent(const std::string& text);

// --max-memory, or what the machine has left.
Result<std::int64_t> memory_limit(const RunOptions& options);
Result<ThreadTeam> start_threads(const RunOptions& options);
// Nothing: what the file says.
std::optional<session::Precision> precision_of(const ModelOptions& options);
session::Dre dre_of(const ModelOptions& options);
Result<session::ModelRequest> model_request(const ModelOptions& options, std::optional<std::int64_t> scale);

}  // namespace nawq::cli
