// Owns: rounding rows of weights so that what they make of inputs of a known covariance changes least: tap by
// tap, each error pushed onto the taps that are not rounded yet (the OBQ and GPTQ method; Frantar and others
// 2022, 2023). Knows nothing of graphs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace nawq::quantize {

struct RoundedRows {
  std::vector<std::int8_t> codes;  // [row][tap], -127..127
  // By row: mean square of what rounding does to the row's results, its mean left out. Includes the damping.
  std::vector<double> errors;
};

class CompensatedRounding {
 public:
  // `covariance`: [tap][tap]. Nothing where it is not finite. A hundredth of the mean variance is added to
  // the diagonal, more where that is not enough: it stands for what the sample of inputs does not know.
  static std::optional<CompensatedRounding> create(std::span<const double> covariance, std::int64_t taps);

  // `weights`: [row][tap], finite; `scales` by row. Taps go in the order of their variance, the largest
  // first; one that never varies is rounded to nearest.
  RoundedRows round(std::span<const float> weights, std::span<const float> scales) const;

  // Each weight to its nearest code, with the errors that this makes.
  RoundedRows round_to_nearest(std::span<const float> weights, std::span<const float> scales) const;

 private:
  CompensatedRounding(std::vector<std::int64_t> order, std::vector<double> factor)
      : order_(std::move(order)), factor_(std::move(factor)) {}

  std::vector<std::int64_t> order_;  // taps; the last one is rounded first
  // Covariance in that order = L L^T: the lower triangle of L, column by column.
  std::vector<double> factor_;
};

}  // namespace nawq::quantize
