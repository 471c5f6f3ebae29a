// Owns: what every search of wordlengths is given and gives back. Searches differ in a file each; all measure
// on an Evaluator and never run anything themselves.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "quantize/needs.h"

namespace nawq::quantize {

// What the result has to keep: at most `epsilon` less than the reference.
struct Tolerance {
  Metric metric = Metric::kPsnr;
  double reference = 0;  // the float network's value, or that of FP32W8
  double epsilon = 0.1;  // in the metric's unit
  // What was stopped early does not.
  bool holds(const Score& score) const { return score.complete && loss_of(score) <= epsilon; }
  double loss_of(const Score& score) const { return reference - value_of(score, metric); }
  Needed needed() const { return {metric, reference - epsilon}; }
};

// Every assignment that was measured, in order. `label` is of the search: "wlopt", "single", "verify".
struct MeasuredPoint {
  Assignment assignment;
  Score score;
  std::string label;
};

struct Budget {
  std::int64_t evaluations = INT64_MAX;  // assignments measured; at least one is, all at 16 bits
  double seconds = 0;                    // 0: no limit; what was done is counted, so that it can be repeated
};

// Of the search: how much of it is done, 0..1, and what was measured last. Returning false stops the search
// with kInterrupted.
using SearchProgress = FunctionRef<bool(double done, const MeasuredPoint& last)>;

struct SearchProblem {
  const std::vector<Layer>& layers;
  Evaluator& evaluator;
  const CostModel& cost;
  Tolerance tolerance;
  Followers followers = Followers::kReaders;
  Budget budget = {};
  std::uint64_t seed = 1;
};

struct SearchResult {
  Assignment assignment;  // the cheapest that holds the tolerance; the best there is where none does
  Score score;
  bool holds = false;
  std::vector<MeasuredPoint> points;
  std::int64_t evaluations = 0;
  std::int64_t violations = 0;  // measured assignments that miss the tolerance
};

}  // namespace nawq::quantize
