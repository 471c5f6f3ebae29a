// Owns: what all searches do alike: assignments are settled, measured, kept and counted, within the budget,
// and the cheapest that holds the tolerance is found among them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "quantize/search.h"

namespace nawq::quantize {

class Trials {
 public:
  // `expected`: measurements that the search will make; its limit too if `is_limit` and the budget has none.
  Trials(const SearchProblem& problem, std::int64_t expected, bool is_limit, SearchProgress progress);

  const std::vector<std::size_t>& searched() const { return searched_; }
  // All searched layers alike, the others settled.
  Assignment uniform(int bits) const;
  // With these searched layers at 8 bits and the others at 16.
  Assignment with_eight(const std::vector<bool>& eight) const;

  // The budget is used up. Never before the first measurement.
  bool is_over() const;
  void expect(std::int64_t measurements) { expected_ = measurements; }

  // Settles the followers, measures, and gives the index of the point. `needed`: may stop early.
  Result<std::size_t> measure(Assignment assignment, std::string_view label,
                              std::optional<Needed> needed = {});
  // The same, but what was measured completely before is not measured or counted again.
  Result<std::size_t> measure_once(Assignment assignment, std::string_view label);
  std::optional<std::size_t> find(Assignment assignment) const;

  const MeasuredPoint& point(std::size_t index) const { return points_[index]; }
  std::size_t size() const { return points_.size(); }
  const std::vector<MeasuredPoint>& points() const { return points_; }
  double cost(std::size_t index) const { return costs_[index]; }
  bool holds(std::size_t index) const { return problem_.tolerance.holds(points_[index].score); }

  // Under another tolerance than the problem's.
  SearchResult result(const Tolerance& tolerance) const;
  SearchResult result() const { return result(problem_.tolerance); }

 private:
  double done() const;
  double seconds() const;
  std::size_t best(const Tolerance& tolerance) const;

  const SearchProblem& problem_;
  SearchProgress progress_;
  std::vector<std::size_t> searched_;
  std::int64_t expected_, limit_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::vector<MeasuredPoint> points_;
  std::vector<double> costs_;                              // of points
  std::unordered_map<std::string, std::size_t> measured_;  // completely: by assignment
};

// One character a layer: '8' and '6' for 8 and 16 bits, 'e' and 's' where the range is found on the picture.
std::string to_text(const Assignment& assignment);

}  // namespace nawq::quantize
