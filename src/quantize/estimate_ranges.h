// Owns: from what was seen of every tensor to the ranges of its codes.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "quantize/histogram.h"
#include "quantize/ranges.h"

namespace nawq::quantize {

// What was seen of one tensor, picture by picture.
class TensorObservation {
 public:
  // A part of a picture's tensor, in any order.
  void add(std::span<const float> values);
  // Ends the picture; without parts it does nothing.
  void end_picture();
  // Of pictures that the ranges must hold, but which are no sample of those to come: flat ones.
  void must_hold(const TensorRange& range);

  const Histogram& histogram() const { return histogram_; }
  TensorRange extremes() const { return histogram_.extremes(); }
  // The mean of the pictures' own.
  TensorRange mean_extremes() const;
  const TensorRange& held() const { return held_; }

 private:
  Histogram histogram_;
  TensorRange picture_, sums_, held_;
  bool in_picture_ = false;
  std::int64_t pictures_ = 0;
};

using Observations = std::map<std::string, TensorObservation>;  // by value name

enum class RangeEstimator {
  kBlend,       // the mean of the pictures' extremes, moved `blend` of the way to the extremes of all
  kMinMax,      // the extremes of all pictures
  kPercentile,  // leaves out `left_out` of the numbers at either end
  kLeastError,  // of rounding and clipping
};

struct RangeOptions {
  RangeEstimator estimator = RangeEstimator::kBlend;  // at 8 bits
  // Measured on tpsr_x4 and imdn_x4: 0 clips imdn_x4 by 0.2 dB, 1 costs both 0.1 dB in coarse codes.
  double blend = 0.25;
  double left_out = 1e-4;
  // At 16 bits, with every estimator, the extremes of all pictures times this: clipping is all that costs
  // there, and twice the extremes cost one bit of sixteen.
  double headroom16 = 2;
};

// For codes of `bits`, 8 or 16. What the ranges must hold they hold.
Ranges estimate_ranges(const Observations& observations, int bits, const RangeOptions& options);

// Share (0..1) of the numbers outside its range, of every tensor that is in both; give it observations of
// pictures that the ranges were not estimated from.
std::map<std::string, double> clip_rates(const Observations& held_out, const Ranges& ranges);

}  // namespace nawq::quantize
