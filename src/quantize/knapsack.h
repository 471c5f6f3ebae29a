// Owns: our own search. What each layer adds by itself is measured once (the resilience analysis); an
// additive model and an exact knapsack give the least error at every cost; what is chosen for a tolerance is
// measured, and the model corrected, until it holds and nothing cheaper is expected to.
#pragma once

#include <span>
#include <vector>

#include "quantize/noise_model.h"
#include "quantize/search.h"

namespace nawq::quantize {

struct KnapsackOptions {
  // Layers may have their ranges found on every picture; every one of them is measured with that too.
  bool choose_dre = false;
  // What they may cost together, as a share of a run with all layers at 8 bits.
  double dre_overhead_limit = 0.02;
  // Of each layer, as a share of a run. Empty: what the cost model adds for it.
  std::vector<double> dre_overhead = {};
  std::size_t max_states = 50'000;  // ParetoFront
  int max_verifications = 16;       // of a tolerance, once something holds
  int doubtful_tries = 4;  // of what just misses by the model; of a curve 3 misses for each, 14 in all
  // What a verification is worth, as a share of the cost of all-16; with several tolerances 5e-4 at least.
  double least_gain = 2e-4;
  bool always_measure_layers = false;
  std::size_t curve_points = 200;  // of the predicted curve, about
};

// Predicted: the least error at this cost.
struct CurvePoint {
  double cost = 0, error = 0;
  double value = 0;  // of the metric, corrected by what was measured
  Assignment assignment;
};

struct KnapsackCurve {
  Resilience resilience;              // no layers where they were not measured
  std::vector<CurvePoint> curve;      // rising in cost; empty without layers
  std::vector<SearchResult> results;  // of each tolerance; without points
  std::vector<MeasuredPoint> points;  // labels "start", "all-8", "single", "single-dre" and "verify"
  std::int64_t evaluations = 0;
  Additivity additivity;  // of the verified mixes
  bool exact = true;      // ParetoFront::is_exact
};

// One set of measurements for all tolerances, which are in one metric (else kUsage); the problem's own is not
// looked at. A result is always something that was measured. Exact under the model where costs of layers add
// (BOPs); where changes of wordlength cost too, runs of layers are turned over as long as that pays.
Result<KnapsackCurve> search_curve(const SearchProblem& problem, std::span<const Tolerance> tolerances,
                                   const KnapsackOptions& options, SearchProgress progress);

Result<SearchResult> search_knapsack(const SearchProblem& problem, const KnapsackOptions& options,
                                     SearchProgress progress);

}  // namespace nawq::quantize
