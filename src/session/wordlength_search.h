// Owns: from a prepared network to wordlengths and run-time ranges that keep a stated quality: which search
// runs, which layers get run-time ranges behind it, what is said where nothing is good enough.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "quantize/dre_selection.h"
#include "quantize/knapsack.h"
#include "quantize/search.h"
#include "session/prepared_network.h"

namespace nawq::session {

enum class Optimizer { kKnapsack, kWlopt, kAnnealing, kGenetic, kRandom };
std::string_view optimizer_name(Optimizer optimizer);
std::optional<Optimizer> find_optimizer(std::string_view name);

// Which layers get ranges that are found on every picture.
struct DreRequest {
  enum class Kind {
    kNone,
    kEnergy,
    kAuto,
    kGrid,      // the best of K = 0, 1/8, 1/4, 1/2, 3/4, 1 (the paper tuned K for each network)
    kRandom,    // RandDRE: number and layers drawn with the seed
    kClipping,  // those that are clipped most on pictures that gave no ranges
  };
  Kind kind = Kind::kNone;
  double energy = 0;  // kEnergy: K of Algorithm 3; kClipping: the share of all that is clipped
  quantize::DreRule rule = quantize::DreRule::kText;
};

struct SearchRequest {
  Optimizer optimizer = Optimizer::kKnapsack;
  quantize::Tolerance tolerance;
  quantize::Followers followers = quantize::Followers::kReaders;
  quantize::Budget budget = {};
  std::uint64_t seed = 1;
  DreRequest dre = {};
  std::vector<double> clip_rates = {};    // of each layer, for DreRequest::kClipping
  std::vector<double> dre_overhead = {};  // of each layer, as a share of a run; empty: unknown
  bool wants_layers = false;              // measures what each layer loses even where the search does not ask
};

struct SearchOutcome {
  quantize::Assignment assignment;
  quantize::Score score;
  bool holds = false;
  quantize::Score all8, all16;
  std::optional<quantize::Resilience> resilience;
  std::vector<quantize::CurvePoint> curve;         // of the knapsack
  std::optional<quantize::Additivity> additivity;  // of the knapsack
  std::vector<quantize::MeasuredPoint> points;     // once each
  std::int64_t evaluations = 0, violations = 0;
  std::int64_t budget_evaluations = 0;  // those that the budget is about: without choosing run-time ranges
  double search_seconds = 0, work = 0;  // work: in runs of the whole network on all pictures
  std::vector<std::string> notes;
};

// `evaluator` measures for the prepared network; a RecordedEvaluator makes it resumable.
Result<SearchOutcome> search_wordlengths(const PreparedNetwork& network, quantize::Evaluator& evaluator,
                                         const quantize::CostModel& cost, const SearchRequest& request,
                                         quantize::SearchProgress progress);

// kQuality: by how much the best misses, and the layers that lose most.
tl::unexpected<Error> missed_tolerance(const PreparedNetwork& network, const SearchOutcome& outcome,
                                       const quantize::Tolerance& tolerance);

}  // namespace nawq::session
