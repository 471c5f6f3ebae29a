#include "quantize/knapsack.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "base/text.h"
#include "quantize/knapsack_candidates.h"
#include "quantize/trials.h"

namespace nawq::quantize {
namespace {

using Candidate = KnapsackCandidates::Candidate;

class KnapsackSearch {
 public:
  KnapsackSearch(const SearchProblem& problem, const KnapsackOptions& options, SearchProgress progress)
      : problem_(problem), options_(options), trials_(problem, 0, false, progress) {}

  Result<KnapsackCurve> run(std::span<const Tolerance> tolerances) {
    const std::ptrdiff_t layers = std::ssize(trials_.searched());
    several_ = tolerances.size() > 1;
    trials_.expect(2 + layers * (options_.choose_dre ? 2 : 1) + 4 * std::ssize(tolerances));
    KnapsackCurve curve;
    NAWQ_CHECK(trials_.measure(trials_.uniform(16), "start"));
    if (!trials_.is_over()) NAWQ_CHECK(trials_.measure_once(trials_.uniform(8), "all-8"));
    if (layers > 0 && (options_.always_measure_layers || !eight_is_enough(tolerances))) {
      NAWQ_TRY(curve.resilience, measure_resilience(trials_, problem_, options_.choose_dre));
      NAWQ_CHECK(search(tolerances, curve));
    }
    for (const Tolerance& tolerance : tolerances) {
      SearchResult& result = curve.results.emplace_back(trials_.result(tolerance));
      result.points.clear();
    }
    curve.points = trials_.points();
    curve.evaluations = std::ssize(curve.points);
    return curve;
  }

 private:
  // All-8 holds every tolerance, and no layer is cheaper at 16 bits.
  bool eight_is_enough(std::span<const Tolerance> tolerances) const {
    const auto cost = [&](std::size_t layer, int bits) {
      return problem_.cost.layer_cost(problem_.layers, layer, {.bits = bits});
    };
    const auto all8 = trials_.find(trials_.uniform(8));
    return all8 &&
           std::ranges::all_of(trials_.searched(),
                               [&](std::size_t layer) { return cost(layer, 8) <= cost(layer, 16); }) &&
           std::ranges::all_of(tolerances, [&](const Tolerance& tolerance) {
             return tolerance.holds(trials_.point(*all8).score);
           });
  }

  // The strictest tolerance first: what it measures corrects the model for the others.
  Status search(std::span<const Tolerance> tolerances, KnapsackCurve& curve) {
    model_ = std::make_unique<NoiseModel>(curve.resilience, problem_.tolerance.metric);
    solve();
    for (std::size_t i = 0; i < trials_.size(); ++i) correct(i);
    std::vector<Tolerance> order(tolerances.begin(), tolerances.end());
    std::ranges::stable_sort(
        order, [](const Tolerance& a, const Tolerance& b) { return a.needed().value > b.needed().value; });
    for (const Tolerance& tolerance : order) NAWQ_CHECK(meet(tolerance));
    curve.curve = predicted_curve();
    curve.exact = candidates_->is_exact();
    const NoiseModel uncorrected(curve.resilience, problem_.tolerance.metric);
    curve.additivity = check_additivity(uncorrected, problem_.layers, trials_.points());
    return {};
  }

  void solve() { candidates_ = std::make_unique<KnapsackCandidates>(problem_, *model_, options_); }

  static bool is_mix(const MeasuredPoint& point) {
    return point.score.complete && (point.label == "all-8" || point.label == "verify");
  }

  void correct(std::size_t index) {
    constexpr double kNoticeable = 0.003;
    const MeasuredPoint& point = trials_.point(index);
    if (!is_mix(point)) return;
    if (std::fabs(model_->learn(point.assignment, point.score)) > kNoticeable) solve();
  }

  // The index of the cheapest that is known to hold.
  std::optional<std::size_t> held(const Tolerance& tolerance) const {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < trials_.size(); ++i)
      if (tolerance.holds(trials_.point(i).score) && (!best || trials_.cost(i) < trials_.cost(*best)))
        best = i;
    return best;
  }

  double least_gain() const {
    constexpr double kOfACurve = 5e-4;
    const double share = several_ ? std::max(options_.least_gain, kOfACurve) : options_.least_gain;
    return share * std::fabs(trials_.cost(0));
  }
  double worth_trying_below(const Tolerance& tolerance) const {
    const auto best = held(tolerance);
    return best ? trials_.cost(*best) - least_gain() : HUGE_VAL;
  }

  // How the tries for one tolerance went.
  struct Tries {
    int all = 0, missed = 0;   // missed: of those expected to hold, in a row
    int doubtful = 0;          // of those not expected to hold
    bool is_doubtful = false;  // the one to come
  };

  // Tries what the model expects to hold, the cheapest first, with more in reserve after every miss; then
  // what differs in one or two layers from what holds; then a few that just miss what is expected.
  Status meet(const Tolerance& tolerance) {
    Tries tries;
    while (!trials_.is_over() && (tries.all < options_.max_verifications || !held(tolerance))) {
      std::optional<Assignment> next = next_assignment(tolerance, tries);
      if (!next) break;
      NAWQ_TRY(const std::size_t index, trials_.measure(std::move(*next), "verify"));
      correct(index);
      const bool holds = tolerance.holds(trials_.point(index).score);
      ++tries.all;
      if (tries.is_doubtful && !(several_ && holds)) ++tries.doubtful;
      if (tries.is_doubtful && !holds) ++missed_doubtful_;
      if (!tries.is_doubtful) tries.missed = holds ? 0 : tries.missed + 1;
    }
    return {};
  }

  std::optional<Assignment> next_assignment(const Tolerance& tolerance, Tries& tries) const {
    const double expected = expected_value(tolerance, tries.missed);
    tries.is_doubtful = false;
    if (auto next = next_candidate(tolerance, expected)) return next;
    if (auto next = next_neighbour(tolerance, expected)) return next;
    tries.is_doubtful = true;
    const int most = several_ ? std::min(options_.doubtful_tries, kTriesOfSeveral) : options_.doubtful_tries;
    const bool is_enough = several_ && missed_doubtful_ >= kMissesOfACurve;
    if (tries.doubtful >= most || is_enough || !held(tolerance)) return std::nullopt;
    return several_ ? least_doubtful(tolerance, tries.doubtful) : doubtful(tolerance, -tries.doubtful);
  }

  static constexpr double kDoubt = 0.08;                           // of what may be lost
  static constexpr int kTriesOfSeveral = 3, kMissesOfACurve = 14;  // tries that miss

  std::optional<Assignment> doubtful(const Tolerance& tolerance, int doublings) const {
    const double expected = tolerance.needed().value - std::ldexp(kDoubt, doublings) * may_lose(tolerance);
    if (auto next = next_candidate(tolerance, expected)) return next;
    return next_neighbour(tolerance, expected);
  }

  // Many tolerances together leave less to luck: what is most likely to hold first.
  std::optional<Assignment> least_doubtful(const Tolerance& tolerance, int tried) const {
    for (int doublings = tried + 1 - kTriesOfSeveral; doublings <= 1; ++doublings)
      if (auto next = doubtful(tolerance, doublings)) return next;
    return std::nullopt;
  }

  double may_lose(const Tolerance& tolerance) const {
    return std::fabs(value_of(trials_.point(0).score, tolerance.metric) - tolerance.needed().value);
  }

  // What the metric has to be expected at: after n misses 3 n^2 thousandths of what may be lost on top.
  double expected_value(const Tolerance& tolerance, int missed) const {
    return tolerance.needed().value + 0.003 * missed * missed * may_lose(tolerance);
  }

  std::optional<Assignment> next_candidate(const Tolerance& tolerance, double expected) const {
    const double limit = worth_trying_below(tolerance);
    for (const Candidate& candidate : candidates_->all()) {
      if (candidate.cost >= limit) break;
      if (!(model_->value_at(candidate.loss) >= expected)) continue;
      Assignment assignment = candidates_->assignment(candidate);
      if (!trials_.find(assignment)) return assignment;
    }
    return std::nullopt;
  }

  struct Neighbour {
    double cost = 0;
    Assignment assignment;
  };

  // Of all mixes that were measured, with one searched layer changed, or two: the cheapest that is expected
  // to hold, by what was measured of the one and what the model says of the change.
  std::optional<Assignment> next_neighbour(const Tolerance& tolerance, double expected) const {
    Neighbour best{.cost = worth_trying_below(tolerance), .assignment = {}};
    if (!std::isfinite(best.cost)) return std::nullopt;
    for (std::size_t i = 0; i < trials_.size(); ++i)
      if (is_mix(trials_.point(i))) look_around(i, expected, best);
    if (best.assignment.empty()) return std::nullopt;
    return std::move(best.assignment);
  }

  void look_around(std::size_t index, double expected, Neighbour& best) const {
    const MeasuredPoint& point = trials_.point(index);
    const double loss = model_->loss_at(value_of(point.score, problem_.tolerance.metric));
    const std::vector<Change> changes = changes_of(point.assignment);
    const auto look = [&](const Change& a, const Change& b) {
      const double added_cost = a.added_cost + b.added_cost, added_loss = a.added_loss + b.added_loss;
      if (trials_.cost(index) + added_cost >= best.cost) return;
      if (!(model_->value_at(loss + added_loss) >= expected)) return;
      Assignment changed = point.assignment;
      changed[a.layer] = a.choice;
      changed[b.layer] = b.choice;
      settle_followers(problem_.layers, problem_.followers, changed);
      const double cost = problem_.cost.total(problem_.layers, changed);
      if (cost < best.cost && !trials_.find(changed)) best = {cost, std::move(changed)};
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
      look(changes[i], {changes[i].layer, changes[i].choice});
      for (std::size_t j = i + 1; j < changes.size(); ++j)
        if (changes[j].layer != changes[i].layer) look(changes[i], changes[j]);
    }
  }

  struct Change {
    std::size_t layer = 0;
    LayerChoice choice;
    double added_loss = 0, added_cost = 0;  // by itself
  };

  std::vector<Change> changes_of(const Assignment& from) const {
    std::vector<Change> changes;
    for (std::size_t i = 0; i < trials_.searched().size(); ++i) {
      const std::size_t layer = trials_.searched()[i];
      const auto now = model_->of(layer, from[layer]);
      for (const LayerChoice choice : candidates_->choices_of(i)) {
        const auto then = model_->of(layer, choice);
        if (choice == from[layer] || !now || !then) continue;
        changes.push_back({layer, choice, then->loss - now->loss,
                           problem_.cost.layer_cost(problem_.layers, layer, choice) -
                               problem_.cost.layer_cost(problem_.layers, layer, from[layer])});
      }
    }
    return changes;
  }

  // Of the candidates, those than which nothing cheaper has less error, and of these some, evenly.
  std::vector<CurvePoint> predicted_curve() const {
    std::vector<const Candidate*> front;
    for (const Candidate& candidate : candidates_->all())
      if (front.empty() || candidate.error < front.back()->error) front.push_back(&candidate);
    const std::size_t step =
        std::max<std::size_t>(front.size() / std::max<std::size_t>(options_.curve_points, 1), 1);
    std::vector<CurvePoint> curve;
    for (std::size_t i = 0; i < front.size(); ++i)
      if (i % step == 0 || i + 1 == front.size())
        curve.push_back({.cost = front[i]->cost,
                         .error = model_->base_error() + front[i]->error,
                         .value = model_->value_at(front[i]->loss),
                         .assignment = candidates_->assignment(*front[i])});
    return curve;
  }

  const SearchProblem& problem_;
  const KnapsackOptions& options_;
  Trials trials_;
  bool several_ = false;
  int missed_doubtful_ = 0;  // of all tolerances
  std::unique_ptr<NoiseModel> model_;
  std::unique_ptr<KnapsackCandidates> candidates_;
};

}  // namespace

Result<KnapsackCurve> search_curve(const SearchProblem& problem, std::span<const Tolerance> tolerances,
                                   const KnapsackOptions& options, SearchProgress progress) {
  if (tolerances.empty()) return fail(ErrorKind::kUsage, "a curve needs at least one tolerance");
  for (const Tolerance& tolerance : tolerances)
    if (tolerance.metric != tolerances.front().metric)
      return fail(ErrorKind::kUsage, "the tolerances of a curve are in one metric");
  const SearchProblem in_their_metric{problem.layers,    problem.evaluator, problem.cost, tolerances.front(),
                                      problem.followers, problem.budget,    problem.seed};
  return KnapsackSearch(in_their_metric, options, progress).run(tolerances);
}

Result<SearchResult> search_knapsack(const SearchProblem& problem, const KnapsackOptions& options,
                                     SearchProgress progress) {
  NAWQ_TRY(KnapsackCurve curve, search_curve(problem, std::span(&problem.tolerance, 1), options, progress));
  SearchResult result = std::move(curve.results.front());
  result.points = std::move(curve.points);
  return result;
}

}  // namespace nawq::quantize
