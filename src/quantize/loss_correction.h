// Owns: what the additive model misses, learnt from what was measured: measured loss as a function of the
// predicted one.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>

namespace nawq::quantize {

// Through (0, 0) and every point that was added; straight in between, and beyond the largest in proportion.
// Gains (losses below 0) are taken as predicted.
class LossCorrection {
 public:
  void add(double predicted, double measured) {
    if (predicted > 0 && std::isfinite(predicted) && std::isfinite(measured)) misses_[predicted] = measured - predicted;
  }

  double of(double predicted) const {
    if (misses_.empty() || !(predicted > 0)) return predicted;
    const auto above = misses_.lower_bound(predicted);
    if (above == misses_.end()) {
      const auto& [last, miss] = *misses_.rbegin();
      return predicted + miss / last * predicted;
    }
    const bool is_first = above == misses_.begin();
    const double low = is_first ? 0 : std::prev(above)->first, low_miss = is_first ? 0 : std::prev(above)->second;
    const double part = (predicted - low) / (above->first - low);
    return predicted + std::lerp(low_miss, above->second, part);
  }

 private:
  std::map<double, double> misses_;  // by predicted loss
};

}  // namespace nawq::quantize
