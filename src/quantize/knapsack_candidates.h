// Owns: the assignments that the additive model finds worth trying: the fronts of least error and of least
// loss at every cost.
#pragma once

#include <cstdint>
#include <vector>

#include "quantize/knapsack.h"
#include "quantize/pareto_knapsack.h"

namespace nawq::quantize {

class KnapsackCandidates {
 public:
  struct Candidate {
    double cost = 0, error = 0, loss = 0;  // error and loss: added to all-16
    std::size_t front = 0, point = 0;      // or an index into turned_, where front is 2
  };

  KnapsackCandidates(const SearchProblem& problem, const NoiseModel& model, const KnapsackOptions& options);

  // Rising in cost.
  const std::vector<Candidate>& all() const { return candidates_; }
  Assignment assignment(const Candidate& candidate) const;
  // What a searched layer may be: 16 bits first. `layer`: its place among the searched.
  const std::vector<LayerChoice>& choices_of(std::size_t layer) const { return choices_[layer]; }
  bool is_exact() const { return is_exact_; }

 private:
  void find_choices();
  std::vector<bool> layers_with_dre() const;
  std::vector<KnapsackItem> items(bool by_error) const;
  bool costs_add() const;
  void add_front(bool by_error);
  void turn_runs();
  void turn_runs_of(Assignment assignment);
  Candidate candidate_of(const Assignment& assignment) const;

  const SearchProblem& problem_;
  const NoiseModel& model_;
  const KnapsackOptions& options_;
  const std::vector<std::size_t> searched_;
  Assignment all16_;
  std::vector<std::vector<LayerChoice>> choices_;
  std::vector<ParetoFront> fronts_;
  std::vector<Assignment> turned_;
  std::vector<Candidate> candidates_;
  bool is_exact_ = true;
};

}  // namespace nawq::quantize
