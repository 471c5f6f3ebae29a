#include "quantize/estimate_ranges.h"

#include <algorithm>
#include <cmath>

namespace nawq::quantize {
namespace {

TensorRange joined(const TensorRange& a, const TensorRange& b) {
  return {std::min(a.min, b.min), std::max(a.max, b.max)};
}

TensorRange blended(const TensorObservation& seen, double blend) {
  const TensorRange mean = seen.mean_extremes(), all = seen.extremes();
  return {std::lerp(mean.min, all.min, blend), std::lerp(mean.max, all.max, blend)};
}

TensorRange range8(const TensorObservation& seen, const RangeOptions& options) {
  switch (options.estimator) {
    case RangeEstimator::kBlend:
      return blended(seen, options.blend);
    case RangeEstimator::kMinMax:
      return seen.extremes();
    case RangeEstimator::kPercentile:
      return seen.histogram().percentile_range(options.left_out);
    case RangeEstimator::kLeastError:
      return seen.histogram().least_error_range(8);
  }
  return seen.extremes();
}

TensorRange range16(const TensorObservation& seen, double headroom) {
  return {seen.extremes().min * headroom, seen.extremes().max * headroom};
}

}  // namespace

void TensorObservation::add(std::span<const float> values) {
  const std::optional<TensorRange> added = histogram_.add(values);
  if (!added) return;
  picture_ = in_picture_ ? joined(picture_, *added) : *added;
  in_picture_ = true;
}

void TensorObservation::end_picture() {
  if (!in_picture_) return;
  sums_.min += picture_.min;
  sums_.max += picture_.max;
  ++pictures_;
  in_picture_ = false;
}

void TensorObservation::must_hold(const TensorRange& range) { held_ = joined(held_, range); }

TensorRange TensorObservation::mean_extremes() const {
  if (pictures_ == 0) return {};
  const double count = static_cast<double>(pictures_);
  return {sums_.min / count, sums_.max / count};
}

Ranges estimate_ranges(const Observations& observations, int bits, const RangeOptions& options) {
  Ranges ranges;
  for (const auto& [name, seen] : observations) {
    const TensorRange range = bits == 16 ? range16(seen, options.headroom16) : range8(seen, options);
    ranges.emplace(name, joined(range, seen.held()));
  }
  return ranges;
}

std::map<std::string, double> clip_rates(const Observations& held_out, const Ranges& ranges) {
  std::map<std::string, double> rates;
  for (const auto& [name, range] : ranges)
    if (const auto seen = held_out.find(name); seen != held_out.end())
      rates.emplace(name, seen->second.histogram().share_outside(range));
  return rates;
}

}  // namespace nawq::quantize
