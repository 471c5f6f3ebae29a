// Owns: the options of `quantize`, and what does not go together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nawqsr/prepare_quantization.h"
#include "nawqsr/quantize_outputs.h"
#include "session/wordlength_search.h"

namespace nawq::cli {

struct QuantizeOptions {
  PreparationOptions preparation;
  OutputOptions outputs;
  // How good: one of these.
  double epsilon = 0.05;
  std::string metric = "psnr";
  std::optional<double> fidelity_db;
  // How it is found.
  std::string optimizer, dre_energy;  // empty: the protocol's (settle)
  std::string cost = "bops", target = "cpu", free_layers = "16";
  std::int64_t budget_evaluations = 0;  // 0: as many as it takes
  double budget_seconds = 0;
  std::string dre_rule = "text";
  std::string protocol = "own";
  bool resume = false;
  // Instead of a search.
  int uniform_bits = 0;
  std::vector<std::string> keep16;
  std::string dre = "none";
  std::string replayed_recipe;
  std::vector<double> curve;  // tolerances
  int curve_mixes = 0;
};

// What a protocol means where the user says nothing.
std::string usual_optimizer(const QuantizeOptions& options);
std::string usual_dre_energy(const QuantizeOptions& options);

void add_quantize_options(CLI::App& command, QuantizeOptions& options);

// kUsage for what contradicts itself; sets what --protocol stands for.
Status settle(QuantizeOptions& options);

// kUsage for a number that is none.
Result<session::DreRequest> dre_request(const QuantizeOptions& options);
quantize::Metric metric_of(const QuantizeOptions& options);

}  // namespace nawq::cli
