// Owns: what a search chooses for each of many tolerances, and the work that takes: the curve of quality
// against cost.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/function_ref.h"
#include "session/wordlength_search.h"

namespace nawq::session {

struct QualityPoint {
  double epsilon = 0;
  quantize::Assignment assignment;
  quantize::Score score;
  bool holds = false;
  // Of this search alone; 0 where all tolerances share theirs.
  std::int64_t evaluations = 0;
  double work = 0;
};

struct QualityCurve {
  std::vector<QualityPoint> points;  // in the order asked for
  std::int64_t evaluations = 0;
  double work = 0, seconds = 0;                    // work: in runs of the whole network on all pictures
  std::optional<quantize::Additivity> additivity;  // of drawn mixes
};

// Evaluators that know nothing of each other's runs.
using MakeEvaluator = FunctionRef<std::unique_ptr<quantize::Evaluator>()>;

// The request's tolerance with each of these in place of its epsilon; run-time ranges are left out. The
// knapsack measures once for all of them, other searches begin anew for each. Of the knapsack, with `mixes`:
// so many drawn assignments are measured on top, and how well noise adds in them is told.
Result<QualityCurve> search_quality_curve(const PreparedNetwork& network, MakeEvaluator make_evaluator,
                                          const quantize::CostModel& cost, const SearchRequest& request,
                                          std::span<const double> epsilons, std::size_t mixes,
                                          quantize::SearchProgress progress);

}  // namespace nawq::session
