#include "quantize/trials.h"

#include <algorithm>

namespace nawq::quantize {

std::string to_text(const Assignment& assignment) {
  std::string text;
  for (const LayerChoice& choice : assignment)
    text += choice.bits == 8 ? (choice.dre ? 'e' : '8') : (choice.dre ? 's' : '6');
  return text;
}

Trials::Trials(const SearchProblem& problem, std::int64_t expected, bool is_limit, SearchProgress progress)
    : problem_(problem),
      progress_(progress),
      searched_(searched_layers(problem.layers)),
      expected_(expected),
      limit_(problem.budget.evaluations) {
  const bool has_budget = limit_ != INT64_MAX || problem.budget.seconds > 0;
  if (is_limit && !has_budget) limit_ = expected;
}

Assignment Trials::uniform(int bits) const {
  return with_eight(std::vector<bool>(searched_.size(), bits == 8));
}

Assignment Trials::with_eight(const std::vector<bool>& eight) const {
  Assignment assignment(problem_.layers.size());
  for (std::size_t i = 0; i < searched_.size(); ++i) assignment[searched_[i]].bits = eight[i] ? 8 : 16;
  settle_followers(problem_.layers, problem_.followers, assignment);
  return assignment;
}

double Trials::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

bool Trials::is_over() const {
  if (points_.empty()) return false;
  return std::ssize(points_) >= limit_ ||
         (problem_.budget.seconds > 0 && seconds() >= problem_.budget.seconds);
}

double Trials::done() const {
  const std::int64_t measurements = std::max<std::int64_t>(std::min(expected_, limit_), 1);
  const double measured = static_cast<double>(points_.size()) / static_cast<double>(measurements);
  const double waited = problem_.budget.seconds > 0 ? seconds() / problem_.budget.seconds : 0;
  return std::clamp(std::max(measured, waited), 0.0, 1.0);
}

Result<std::size_t> Trials::measure(Assignment assignment, std::string_view label,
                                    std::optional<Needed> needed) {
  settle_followers(problem_.layers, problem_.followers, assignment);
  NAWQ_TRY(Score score, problem_.evaluator.evaluate(assignment, needed));
  const std::size_t index = points_.size();
  if (score.complete) measured_.try_emplace(to_text(assignment), index);
  costs_.push_back(problem_.cost.total(problem_.layers, assignment));
  points_.push_back({std::move(assignment), std::move(score), std::string(label)});
  if (!progress_(done(), points_.back())) return fail(ErrorKind::kInterrupted, "the search was stopped");
  return index;
}

std::optional<std::size_t> Trials::find(Assignment assignment) const {
  settle_followers(problem_.layers, problem_.followers, assignment);
  const auto found = measured_.find(to_text(assignment));
  return found == measured_.end() ? std::nullopt : std::optional(found->second);
}

Result<std::size_t> Trials::measure_once(Assignment assignment, std::string_view label) {
  if (const auto index = find(assignment)) return *index;
  return measure(std::move(assignment), label);
}

// Of those that hold, the cheapest; of equally cheap ones the better. Where none holds, the best that was
// measured completely.
std::size_t Trials::best(const Tolerance& tolerance) const {
  const auto is_better = [&](std::size_t a, std::size_t b) {
    const Score &of_a = points_[a].score, &of_b = points_[b].score;
    const bool a_holds = tolerance.holds(of_a), b_holds = tolerance.holds(of_b);
    if (a_holds != b_holds) return a_holds;
    if (a_holds && costs_[a] != costs_[b]) return costs_[a] < costs_[b];
    if (of_a.complete != of_b.complete) return of_a.complete;
    return value_of(of_a, tolerance.metric) > value_of(of_b, tolerance.metric);
  };
  std::size_t best = 0;
  for (std::size_t i = 1; i < points_.size(); ++i)
    if (is_better(i, best)) best = i;
  return best;
}

SearchResult Trials::result(const Tolerance& tolerance) const {
  SearchResult result;
  result.points = points_;
  result.evaluations = std::ssize(points_);
  if (points_.empty()) return result;
  const MeasuredPoint& chosen = points_[best(tolerance)];
  result.assignment = chosen.assignment;
  result.score = chosen.score;
  result.holds = tolerance.holds(chosen.score);
  result.violations = std::ranges::count_if(
      points_, [&](const MeasuredPoint& point) { return !tolerance.holds(point.score); });
  return result;
}

}  // namespace nawq::quantize
