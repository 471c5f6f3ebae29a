// Owns: what annealing and genetic search make small. The paper leaves it open.
#pragma once

#include <algorithm>
#include <cmath>

#include "quantize/trials.h"

namespace nawq::quantize {

// Cost over that of all layers at 16 bits, which is point 0, where the tolerance holds. Elsewhere 1 and how
// far it is missed, in tolerances: never better than what holds, and the nearer the better.
inline double penalised_cost(const Trials& trials, const Tolerance& tolerance, std::size_t index) {
  constexpr double kSmallestEpsilon = 1e-3, kWorst = 1e9;
  if (trials.holds(index)) return trials.cost(0) > 0 ? trials.cost(index) / trials.cost(0) : 0;
  const double missed_by = tolerance.loss_of(trials.point(index).score) - tolerance.epsilon;
  const double violation = missed_by / std::max(tolerance.epsilon, kSmallestEpsilon);
  return std::isfinite(violation) ? 1 + std::max(violation, 0.0) : kWorst;
}

}  // namespace nawq::quantize
