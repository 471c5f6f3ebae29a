#include "quantize/compensated_weights.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "quantize/linear_algebra.h"

namespace nawq::quantize {
namespace {

constexpr double kDamping = 0.01;
constexpr double kLargestCode = 127;
// Taps whose errors reach the others in one product.
constexpr Eigen::Index kBlock = 32;

using ConstRows = Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;
using ConstMatrix = Eigen::Map<const DoubleMatrix>;

double code_of(double value) { return std::clamp(std::nearbyint(value), -kLargestCode, kLargestCode); }

// Of taps that vary at all.
double mean_variance(const ConstMatrix& covariance) {
  const auto varying = (covariance.diagonal().array() > 0).count();
  return varying == 0 ? 0 : covariance.diagonal().cwiseMax(0).sum() / static_cast<double>(varying);
}

std::vector<std::int64_t> by_variance(const ConstMatrix& covariance) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(covariance.rows()));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::ranges::stable_sort(order, {}, [&](std::int64_t tap) { return covariance(tap, tap); });
  return order;
}

// Rows of one layer on their way to codes, a column for each tap in the order of rounding. With d the errors
// made and L the factor, the result's error is the sum over taps t of (sum over i >= t of d_i L_it)^2:
// rounding the last tap first, each sum is made small when t is rounded, whatever follows.
class Rounding {
 public:
  Rounding(const std::vector<std::int64_t>& order, const std::vector<double>& factor,
           std::span<const float> weights, std::span<const float> scales)
      : order_(order),
        taps_(static_cast<Eigen::Index>(order.size())),
        rows_(static_cast<Eigen::Index>(scales.size())),
        factor_(factor.data(), taps_, taps_),
        weights_(weights.data(), rows_, taps_),
        scales_(scales),
        errors_(rows_, taps_),
        residues_(Eigen::VectorXd::Zero(rows_)) {
    rounded_.codes.resize(weights.size());
  }

  RoundedRows run(bool compensate) {
    for (Eigen::Index end = taps_; end > 0; end -= std::min(end, kBlock)) {
      const Eigen::Index begin = end - std::min(end, kBlock), known = taps_ - end;
      DoubleMatrix pushed = errors_.rightCols(known) * factor_.block(end, begin, known, end - begin);
      for (Eigen::Index tap = end - 1; tap >= begin; --tap) {
        const Eigen::Index inside = end - 1 - tap;
        auto column = pushed.col(tap - begin);
        column += errors_.middleCols(tap + 1, inside) * factor_.block(tap + 1, tap, inside, 1);
        round_tap(tap, column, compensate);
      }
    }
    rounded_.errors.assign(residues_.data(), residues_.data() + rows_);
    return std::move(rounded_);
  }

 private:
  template <class Column>
  void round_tap(Eigen::Index tap, const Column& pushed, bool compensate) {
    const std::int64_t place = order_[static_cast<std::size_t>(tap)];
    const double pivot = factor_(tap, tap);
    for (Eigen::Index row = 0; row < rows_; ++row) {
      const double weight = double{weights_(row, place)};
      const double scale = double{scales_[static_cast<std::size_t>(row)]};
      const double code = code_of((compensate ? weight + pushed(row) / pivot : weight) / scale);
      rounded_.codes[static_cast<std::size_t>(row * taps_ + place)] = static_cast<std::int8_t>(code);
      errors_(row, tap) = weight - code * scale;
      const double residue = errors_(row, tap) * pivot + pushed(row);
      residues_(row) += residue * residue;
    }
  }

  const std::vector<std::int64_t>& order_;
  Eigen::Index taps_, rows_;
  ConstMatrix factor_;
  ConstRows weights_;
  std::span<const float> scales_;
  DoubleMatrix errors_;
  Eigen::VectorXd residues_;
  RoundedRows rounded_;
};

}  // namespace

std::optional<CompensatedRounding> CompensatedRounding::create(std::span<const double> covariance,
                                                               std::int64_t taps) {
  fix_block_sizes();
  const ConstMatrix known(covariance.data(), taps, taps);
  if (!known.allFinite()) return std::nullopt;
  const std::vector<std::int64_t> order = by_variance(known);
  const double mean = mean_variance(known);
  const double unit = mean > 0 ? mean : 1;
  for (double damping = kDamping; damping < 1e3; damping *= 10) {
    DoubleMatrix ordered = known(order, order);
    ordered.diagonal().array() += damping * unit;
    const Eigen::LLT<Eigen::Ref<DoubleMatrix>> made(ordered);
    if (made.info() != Eigen::Success || !(ordered.diagonal().minCoeff() > 0)) continue;
    return CompensatedRounding(order, {ordered.data(), ordered.data() + ordered.size()});
  }
  return std::nullopt;
}

RoundedRows CompensatedRounding::round(std::span<const float> weights, std::span<const float> scales) const {
  return Rounding(order_, factor_, weights, scales).run(true);
}

RoundedRows CompensatedRounding::round_to_nearest(std::span<const float> weights,
                                                  std::span<const float> scales) const {
  return Rounding(order_, factor_, weights, scales).run(false);
}

}  // namespace nawq::quantize
