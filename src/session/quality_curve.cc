#include "session/quality_curve.h"

#include <chrono>

#include "session/within_memory.h"

namespace nawq::session {
namespace {

class CurveSearcher {
 public:
  CurveSearcher(const PreparedNetwork& network, MakeEvaluator make_evaluator, const quantize::CostModel& cost,
                const SearchRequest& request, quantize::SearchProgress progress)
      : network_(network),
        make_evaluator_(make_evaluator),
        cost_(cost),
        request_(request),
        progress_(progress) {}

  Result<QualityCurve> run(std::span<const double> epsilons, std::size_t mixes) {
    const auto begin = std::chrono::steady_clock::now();
    const bool at_once = request_.optimizer == Optimizer::kKnapsack;
    NAWQ_CHECK(at_once ? search_at_once(epsilons, mixes > 0) : search_one_by_one(epsilons));
    curve_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (at_once && mixes > 0) NAWQ_CHECK(measure_additivity(mixes));
    return std::move(curve_);
  }

 private:
  quantize::Tolerance tolerance(double epsilon) const {
    quantize::Tolerance tolerance = request_.tolerance;
    tolerance.epsilon = epsilon;
    return tolerance;
  }

  Status search_at_once(std::span<const double> epsilons, bool with_layers) {
    evaluator_ = make_evaluator_();
    std::vector<quantize::Tolerance> tolerances;
    for (const double epsilon : epsilons) tolerances.push_back(tolerance(epsilon));
    const quantize::SearchProblem problem{.layers = network_.layers,
                                          .evaluator = *evaluator_,
                                          .cost = cost_,
                                          .tolerance = request_.tolerance,
                                          .followers = request_.followers,
                                          .budget = request_.budget,
                                          .seed = request_.seed};
    const quantize::KnapsackOptions options{.dre_overhead = {}, .always_measure_layers = with_layers};
    NAWQ_TRY(quantize::KnapsackCurve found, quantize::search_curve(problem, tolerances, options, progress_));
    for (std::size_t i = 0; i < epsilons.size(); ++i)
      curve_.points.push_back(
          {epsilons[i], found.results[i].assignment, found.results[i].score, found.results[i].holds});
    curve_.evaluations = found.evaluations;
    curve_.work = evaluator_->work();
    resilience_ = std::move(found.resilience);
    return {};
  }

  Status search_one_by_one(std::span<const double> epsilons) {
    SearchRequest one = request_;
    one.dre = {};
    one.wants_layers = false;
    for (const double epsilon : epsilons) {
      const std::unique_ptr<quantize::Evaluator> evaluator = make_evaluator_();
      one.tolerance = tolerance(epsilon);
      NAWQ_TRY(SearchOutcome found, search_wordlengths(network_, *evaluator, cost_, one, progress_));
      curve_.evaluations += found.evaluations;
      curve_.work += found.work;
      curve_.points.push_back({epsilon, std::move(found.assignment), std::move(found.score), found.holds,
                               found.evaluations, found.work});
    }
    return {};
  }

  Status measure_additivity(std::size_t count) {
    std::vector<quantize::MeasuredPoint> points;
    for (quantize::Assignment& mix :
         quantize::random_mixes(network_.layers, request_.followers, count, request_.seed)) {
      NAWQ_TRY(quantize::Score score, evaluator_->evaluate(mix, {}));
      points.push_back({std::move(mix), std::move(score), "mix"});
    }
    const quantize::NoiseModel model(resilience_, request_.tolerance.metric);
    curve_.additivity = check_additivity(model, network_.layers, points);
    return {};
  }

  const PreparedNetwork& network_;
  MakeEvaluator make_evaluator_;
  const quantize::CostModel& cost_;
  const SearchRequest& request_;
  quantize::SearchProgress progress_;
  std::unique_ptr<quantize::Evaluator> evaluator_;
  quantize::Resilience resilience_;
  QualityCurve curve_;
};

}  // namespace

Result<QualityCurve> search_quality_curve(const PreparedNetwork& network, MakeEvaluator make_evaluator,
                                          const quantize::CostModel& cost, const SearchRequest& request,
                                          std::span<const double> epsilons, std::size_t mixes,
                                          quantize::SearchProgress progress) {
  return within_memory(
      [&] { return CurveSearcher(network, make_evaluator, cost, request, progress).run(epsilons, mixes); });
}

}  // namespace nawq::session
