#include "session/wordlength_search.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.h"
#include "quantize/annealing.h"
#include "quantize/genetic.h"
#include "quantize/monotonicity.h"
#include "quantize/random_search.h"
#include "quantize/wlopt.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

using quantize::Assignment;

struct Named {
  Optimizer optimizer;
  std::string_view name;
};
constexpr std::array kOptimizers{Named{Optimizer::kKnapsack, "knapsack"}, Named{Optimizer::kWlopt, "wlopt"},
                                 Named{Optimizer::kAnnealing, "annealing"},
                                 Named{Optimizer::kGenetic, "genetic"}, Named{Optimizer::kRandom, "random"}};

class Searcher {
 public:
  Searcher(const PreparedNetwork& network, quantize::Evaluator& evaluator, const quantize::CostModel& cost,
           const SearchRequest& request, quantize::SearchProgress progress)
      : request_(request),
        evaluator_(evaluator),
        problem_{.layers = network.layers,
                 .evaluator = evaluator,
                 .cost = cost,
                 .tolerance = request.tolerance,
                 .followers = request.followers,
                 .budget = request.budget,
                 .seed = request.seed},
        after_search_(problem_),
        progress_(progress) {
    after_search_.budget = {};
  }

  Result<SearchOutcome> run() {
    const auto begin = std::chrono::steady_clock::now();
    const double work_before = evaluator_.work();
    NAWQ_CHECK(search());
    outcome_.budget_evaluations = outcome_.evaluations;
    NAWQ_CHECK(choose_run_time_ranges());
    outcome_.search_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    outcome_.work = evaluator_.work() - work_before;
    NAWQ_CHECK(measure_ends());
    NAWQ_CHECK(measure_layers());
    return std::move(outcome_);
  }

 private:
  // The knapsack chooses run-time ranges with the wordlengths.
  bool chooses_dre() const {
    return request_.optimizer == Optimizer::kKnapsack && request_.dre.kind == DreRequest::Kind::kAuto;
  }

  Status search() {
    if (request_.optimizer == Optimizer::kKnapsack) return search_with_knapsack();
    NAWQ_TRY(quantize::SearchResult found, run_baseline());
    take(std::move(found));
    return {};
  }

  Result<quantize::SearchResult> run_baseline() {
    switch (request_.optimizer) {
      case Optimizer::kAnnealing:
        return search_annealing(problem_, progress_);
      case Optimizer::kGenetic:
        return search_genetic(problem_, progress_);
      case Optimizer::kRandom:
        return search_random(problem_, progress_);
      case Optimizer::kWlopt:
      case Optimizer::kKnapsack:
        break;
    }
    return search_wlopt(problem_, progress_);
  }

  Status search_with_knapsack() {
    const quantize::KnapsackOptions options{.choose_dre = chooses_dre(),
                                            .dre_overhead = request_.dre_overhead,
                                            .always_measure_layers = request_.wants_layers};
    NAWQ_TRY(quantize::KnapsackCurve found,
             quantize::search_curve(problem_, std::span(&request_.tolerance, 1), options, progress_));
    take(std::move(found.results.front()));
    outcome_.points = std::move(found.points);
    outcome_.evaluations = found.evaluations;
    outcome_.curve = std::move(found.curve);
    outcome_.additivity = found.additivity;
    if (!found.resilience.layers.empty()) outcome_.resilience = std::move(found.resilience);
    if (!found.exact)
      outcome_.notes.emplace_back(
          "changes of wordlength have a cost of their own, or layers are very many: the best sum is "
          "approximate");
    return {};
  }

  void take(quantize::SearchResult found) {
    outcome_.assignment = std::move(found.assignment);
    outcome_.score = std::move(found.score);
    outcome_.holds = found.holds;
    outcome_.evaluations = found.evaluations;
    outcome_.violations = found.violations;
    outcome_.points = std::move(found.points);
  }

  Status need_resilience() {
    if (outcome_.resilience) return {};
    NAWQ_TRY(quantize::Resilience found, measure_resilience(after_search_, false, progress_));
    outcome_.evaluations += found.evaluations;
    outcome_.points.insert(outcome_.points.end(), found.points.begin(), found.points.end());
    outcome_.resilience = std::move(found);
    return {};
  }

  Status choose_run_time_ranges() {
    using Kind = DreRequest::Kind;
    if (request_.dre.kind == Kind::kNone || chooses_dre()) return {};
    const bool asks_layers = request_.dre.kind != Kind::kRandom && request_.dre.kind != Kind::kClipping;
    if (asks_layers) NAWQ_CHECK(need_resilience());
    if (request_.dre.kind == Kind::kGrid) return choose_from_grid();
    NAWQ_TRY(const std::vector<std::size_t> layers, run_time_layers());
    if (layers.empty()) return {};
    set_dre(layers, outcome_.assignment);
    NAWQ_TRY(outcome_.score, measure(outcome_.assignment, "dre"));
    outcome_.holds = request_.tolerance.holds(outcome_.score);
    return {};
  }

  Result<std::vector<std::size_t>> run_time_layers() {
    if (request_.dre.kind == DreRequest::Kind::kRandom)
      return quantize::draw_dre(problem_.layers, request_.seed);
    if (request_.dre.kind == DreRequest::Kind::kClipping) {
      std::vector<double> clipped = request_.clip_rates;  // 16-bit ranges have headroom
      for (std::size_t i = 0; i < clipped.size(); ++i)
        if (outcome_.assignment[i].bits == 16) clipped[i] = 0;
      return quantize::select_dre_by_clipping(clipped, request_.dre.energy);
    }
    if (request_.dre.kind == DreRequest::Kind::kEnergy)
      return select_dre(*outcome_.resilience, request_.dre.energy, request_.dre.rule);
    NAWQ_TRY(quantize::DreEnergy found,
             find_dre_energy(after_search_, *outcome_.resilience, outcome_.assignment, progress_));
    return std::move(found.layers);
  }

  // The smallest K of the best.
  Status choose_from_grid() {
    const Assignment without = outcome_.assignment;
    for (const double energy : {0.125, 0.25, 0.5, 0.75, 1.0}) {
      Assignment with = without;
      set_dre(select_dre(*outcome_.resilience, energy, request_.dre.rule), with);
      NAWQ_TRY(quantize::Score score, measure(with, "dre"));
      if (request_.tolerance.loss_of(score) >= request_.tolerance.loss_of(outcome_.score)) continue;
      outcome_.assignment = std::move(with);
      outcome_.score = std::move(score);
    }
    outcome_.holds = request_.tolerance.holds(outcome_.score);
    return {};
  }

  Result<quantize::Score> measure(const Assignment& assignment, std::string_view label) {
    NAWQ_TRY(quantize::Score score, evaluator_.evaluate(assignment, {}));
    outcome_.points.push_back({assignment, score, std::string(label)});
    ++outcome_.evaluations;
    return score;
  }

  // Every layer at one wordlength, for comparison; outside of the search's time.
  Result<quantize::Score> uniform(int bits) {
    Assignment assignment(problem_.layers.size(), {bits, false});
    settle_followers(problem_.layers, quantize::Followers::kReaders, assignment);
    return evaluator_.evaluate(assignment, {});
  }

  Status measure_ends() {
    NAWQ_TRY(outcome_.all16, uniform(16));
    NAWQ_TRY(outcome_.all8, uniform(8));
    if (auto wrong = check_monotonicity(outcome_.all16, outcome_.all8, request_.tolerance.metric))
      outcome_.notes.push_back(std::move(*wrong));
    return {};
  }

  // For the report, or to say which layers are to blame.
  Status measure_layers() { return request_.wants_layers || !outcome_.holds ? need_resilience() : Status(); }

  const SearchRequest& request_;
  quantize::Evaluator& evaluator_;
  quantize::SearchProblem problem_;
  quantize::SearchProblem after_search_;  // the budget is the search's alone, so that a count repeats it
  quantize::SearchProgress progress_;
  SearchOutcome outcome_;
};

std::string_view unit_of(quantize::Metric metric) { return metric == quantize::Metric::kSsim ? "" : " dB"; }

std::string what_is_missed(const std::string& network, double value, const quantize::Tolerance& tolerance) {
  const std::string_view unit = unit_of(tolerance.metric);
  const double loss = tolerance.reference - value;
  const std::string missing = concat(fixed(loss - tolerance.epsilon, 4), unit);
  if (tolerance.metric == quantize::Metric::kFidelity)
    return concat("no wordlengths bring ", network, " to ", fixed(tolerance.reference, 2),
                  " dB PSNR against the float network's output: the best has ", fixed(value, 2), " dB, ",
                  missing, " too little");
  return concat("no wordlengths keep ", network, " within ", tolerance.epsilon, unit,
                " of the float network: the best loses ", fixed(loss, 4), unit, ", ", missing, " too much");
}

}  // namespace

std::string_view optimizer_name(Optimizer optimizer) {
  return std::ranges::find(kOptimizers, optimizer, &Named::optimizer)->name;
}

std::optional<Optimizer> find_optimizer(std::string_view name) {
  const auto found = std::ranges::find(kOptimizers, name, &Named::name);
  return found == kOptimizers.end() ? std::nullopt : std::optional(found->optimizer);
}

Result<SearchOutcome> search_wordlengths(const PreparedNetwork& network, quantize::Evaluator& evaluator,
                                         const quantize::CostModel& cost, const SearchRequest& request,
                                         quantize::SearchProgress progress) {
  return within_memory([&] { return Searcher(network, evaluator, cost, request, progress).run(); });
}

tl::unexpected<Error> missed_tolerance(const PreparedNetwork& network, const SearchOutcome& outcome,
                                       const quantize::Tolerance& tolerance) {
  std::string message =
      what_is_missed(network.facts.name, value_of(outcome.score, tolerance.metric), tolerance);
  if (outcome.resilience) {
    const std::vector<std::size_t> order = by_drop(*outcome.resilience);
    for (std::size_t i = 0; i < std::min<std::size_t>(order.size(), 3); ++i) {
      const quantize::LayerResilience& layer = outcome.resilience->layers[order[i]];
      message += concat(i == 0 ? "; most of it, at 8 bits alone: '" : ", '", network.layers[layer.layer].name,
                        "' ", fixed(layer.at_8bit.drop, 4));
    }
  }
  return fail(ErrorKind::kQuality, std::move(message));
}

}  // namespace nawq::session
