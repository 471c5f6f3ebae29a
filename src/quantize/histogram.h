// Owns: how the numbers of a tensor are distributed, seen as a stream, in memory that does not grow: counts
// in bins whose width is a power of two, 0 on an edge. What was seen, not its order, decides every count.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "quantize/ranges.h"

namespace nawq::quantize {

class Histogram {
 public:
  static constexpr std::int64_t kBins = 4096;

  // Numbers that are not finite are counted and otherwise ignored. Returns the extremes of the others, if
  // any.
  std::optional<TensorRange> add(std::span<const float> values);
  void add(const Histogram& other);

  std::int64_t count() const { return count_; }  // of finite numbers
  std::int64_t not_finite() const { return not_finite_; }
  // Of what was seen, exactly; 0 to 0 where nothing was.
  TensorRange extremes() const;

  // All ranges below hold 0 and nothing beyond the extremes.

  // Leaves out `share` (0..1) of the numbers below it, and as many above it.
  TensorRange percentile_range(double share) const;
  // For codes of `bits` evenly over the range: the least mean square of what rounding (step^2 / 12, nothing
  // for 0 itself) and clipping do.
  TensorRange least_error_range(int bits) const;

  // Share (0..1) of the numbers outside `range`; numbers of one bin are taken to lie evenly in it.
  double share_outside(const TensorRange& range) const;

 private:
  void widen(float low, float high);
  void move_bins(int exponent, std::int64_t first);
  void count_finite(std::span<const float> values);
  double below(double edge) const;
  double width() const;

  int exponent_ = kSmallestExponent;  // of the bins' width
  std::int64_t first_ = 0;            // edge of the first bin, in widths
  std::vector<std::int64_t> counts_;  // empty before the first number
  std::int64_t count_ = 0, zeros_ = 0, not_finite_ = 0;
  float min_ = std::numeric_limits<float>::infinity(), max_ = -std::numeric_limits<float>::infinity();

  static constexpr int kSmallestExponent = -120;  // its reciprocal is a float32
};

}  // namespace nawq::quantize
