#include "quantize/histogram.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace nawq::quantize {
namespace {

constexpr std::size_t kLanes = 16;
// Numbers whose bins are found at once, in the nearest cache.
constexpr std::size_t kPiece = 1024;

struct Seen {
  float min = std::numeric_limits<float>::infinity(), max = -std::numeric_limits<float>::infinity();
  bool all_finite = true;
};

// In lanes, which the compiler makes vectors of.
Seen look_at(std::span<const float> values) {
  std::array<float, kLanes> low, high, rest{};
  low.fill(std::numeric_limits<float>::infinity());
  high.fill(-std::numeric_limits<float>::infinity());
  const auto take = [&](std::size_t lane, float value) {
    low[lane] = value < low[lane] ? value : low[lane];
    high[lane] = value > high[lane] ? value : high[lane];
    rest[lane] += value - value;  // 0, or NaN for ever
  };
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane) take(lane, values[i + lane]);
  for (; i < values.size(); ++i) take(0, values[i]);
  return {*std::ranges::min_element(low), *std::ranges::max_element(high),
          std::ranges::all_of(rest, [](float sum) { return sum == 0; })};
}

// In bins of 2^exponent; as a double, because it may be beyond every integer.
double floor_bin(float value, int exponent) { return std::floor(std::ldexp(double{value}, -exponent)); }

}  // namespace

std::optional<TensorRange> Histogram::add(std::span<const float> values) {
  std::optional<TensorRange> added;
  const auto add_finite = [&](std::span<const float> finite, float low, float high) {
    widen(low, high);
    count_finite(finite);
    if (!added) added.emplace(TensorRange{double{low}, double{high}});
    added->min = std::min(added->min, double{low});
    added->max = std::max(added->max, double{high});
  };
  for (; !values.empty(); values = values.subspan(std::min(values.size(), kPiece))) {
    const auto piece = values.first(std::min(values.size(), kPiece));
    const Seen seen = look_at(piece);
    if (seen.all_finite) {
      add_finite(piece, seen.min, seen.max);
      continue;
    }
    for (const float& value : piece) {
      if (std::isfinite(value)) {
        add_finite(std::span(&value, 1), value, value);
      } else {
        ++not_finite_;
      }
    }
  }
  return added;
}

void Histogram::add(const Histogram& other) {
  not_finite_ += other.not_finite_;
  if (other.count_ == 0) return;
  Histogram moved = other;
  widen(other.min_, other.max_);
  moved.move_bins(exponent_, first_);
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += moved.counts_[i];
  count_ += other.count_;
  zeros_ += other.zeros_;
}

// Makes room for numbers from `low` to `high`, and for 0.
void Histogram::widen(float low, float high) {
  min_ = std::min(min_, low);
  max_ = std::max(max_, high);
  const float least = std::min(min_, 0.0f), most = std::max(max_, 0.0f);
  int exponent = exponent_;
  while (floor_bin(most, exponent) - floor_bin(least, exponent) >= static_cast<double>(kBins)) ++exponent;
  const auto first = static_cast<std::int64_t>(floor_bin(least, exponent));
  const auto last = static_cast<std::int64_t>(floor_bin(most, exponent));
  const bool fits = exponent == exponent_ && first >= first_ && last < first_ + kBins;
  if (counts_.empty()) {
    counts_.resize(static_cast<std::size_t>(kBins));
    exponent_ = exponent;
    first_ = first;
  } else if (!fits) {
    move_bins(exponent, first);
  }
}

void Histogram::move_bins(int exponent, std::int64_t first) {
  std::vector<std::int64_t> moved(counts_.size());
  constexpr int kMostBits = 63;  // beyond, all that is left is the sign
  const int shift = std::min(exponent - exponent_, kMostBits);
  for (std::int64_t i = 0; i < kBins; ++i) {
    const std::int64_t count = counts_[static_cast<std::size_t>(i)];
    if (count != 0) moved[static_cast<std::size_t>(((first_ + i) >> shift) - first)] += count;
  }
  counts_ = std::move(moved);
  exponent_ = exponent;
  first_ = first;
}

void Histogram::count_finite(std::span<const float> values) {
  std::array<std::int32_t, kPiece> bins;
  const float reciprocal = std::ldexp(1.0f, -exponent_);
  const auto first = static_cast<std::int32_t>(first_);
  std::int32_t zeros = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float place = values[i] * reciprocal;
    const auto towards_zero = static_cast<std::int32_t>(place);
    bins[i] = towards_zero - (place < static_cast<float>(towards_zero)) - first;
    zeros += values[i] == 0;
  }
  zeros_ += zeros;
  count_ += static_cast<std::int64_t>(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) ++counts_[static_cast<std::size_t>(bins[i])];
}

TensorRange Histogram::extremes() const {
  return count_ == 0 ? TensorRange{} : TensorRange{double{min_}, double{max_}};
}

double Histogram::width() const { return std::ldexp(1.0, exponent_); }

// How many numbers lie below `edge`.
double Histogram::below(double edge) const {
  const double place = edge / width() - static_cast<double>(first_);
  if (!(place > 0)) return 0;
  const auto whole = static_cast<std::size_t>(std::min(place, static_cast<double>(kBins)));
  double sum = 0;
  for (std::size_t i = 0; i < whole; ++i) sum += static_cast<double>(counts_[i]);
  if (whole < counts_.size())
    sum += static_cast<double>(counts_[whole]) * (place - static_cast<double>(whole));
  return sum;
}

double Histogram::share_outside(const TensorRange& range) const {
  if (count_ == 0) return 0;
  const double all = static_cast<double>(count_);
  const double low = range.min <= double{min_} ? 0 : below(range.min);
  const double high = range.max >= double{max_} ? 0 : all - below(range.max);
  return std::clamp((low + high) / all, 0.0, 1.0);
}

TensorRange Histogram::percentile_range(double share) const {
  if (count_ == 0) return {};
  const double left_out = share * static_cast<double>(count_);
  const auto edge_at = [&](double wanted) {  // where so many numbers lie below
    double sum = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      const auto here = static_cast<double>(counts_[i]);
      if (sum + here > wanted)
        return (static_cast<double>(first_) + static_cast<double>(i) + (wanted - sum) / here) * width();
      sum += here;
    }
    return double{max_};
  };
  const double low = left_out > 0 ? std::max(edge_at(left_out), double{min_}) : double{min_};
  const double high =
      left_out > 0 ? std::min(edge_at(static_cast<double>(count_) - left_out), double{max_}) : double{max_};
  return {std::min(low, 0.0), std::max(high, 0.0)};
}

namespace {

// An end of a range that may be chosen: at `edge`, away from 0.
struct End {
  double edge = 0;
  double inside = 0;   // numbers between it and 0
  double clipped = 0;  // sum of squares of what clipping does to those beyond it
};

// From 0 outwards. `counts`: of the bins from 0 outwards; `last`: the extreme.
std::vector<End> ends_of(std::span<const double> counts, double width, double last) {
  std::vector<End> ends;
  double inside = 0;
  for (std::size_t i = 0; i <= counts.size(); ++i) {
    ends.push_back({std::min(static_cast<double>(i) * width, last), inside, 0});
    if (i < counts.size()) inside += counts[i];
  }
  // Of the numbers beyond: how many, and the sum of their distances, from the outermost bin inwards; a bin's
  // own numbers lie evenly in it.
  double beyond = 0, distances = 0, squares = 0;
  for (std::size_t i = counts.size(); i-- > 0;) {
    squares += 2 * width * distances + width * width * beyond + counts[i] * width * width / 3;
    distances += width * beyond + counts[i] * width / 2;
    beyond += counts[i];
    ends[i].clipped = squares;
  }
  return ends;
}

}  // namespace

TensorRange Histogram::least_error_range(int bits) const {
  if (count_ == 0) return {};
  std::vector<double> below, above;
  for (std::int64_t i = 0; i < kBins; ++i)
    if (first_ + i >= 0) above.push_back(static_cast<double>(counts_[static_cast<std::size_t>(i)]));
  for (std::int64_t i = std::min(kBins, -first_); i-- > 0;)
    below.push_back(static_cast<double>(counts_[static_cast<std::size_t>(i)]));
  const auto trim = [](std::vector<double>& counts) {
    while (!counts.empty() && counts.back() == 0) counts.pop_back();
  };
  trim(below);
  trim(above);
  const std::vector<End> lows = ends_of(below, width(), std::max(-double{min_}, 0.0));
  const std::vector<End> highs = ends_of(above, width(), std::max(double{max_}, 0.0));
  const double steps = std::ldexp(1.0, bits) - 1, zeros = static_cast<double>(zeros_);
  double least = std::numeric_limits<double>::infinity();
  TensorRange best;
  for (const End& low : lows)
    for (const End& high : highs) {
      const double step = (low.edge + high.edge) / steps;
      const double rounded = std::max(low.inside + high.inside - zeros, 0.0);
      const double error = rounded * step * step / 12 + low.clipped + high.clipped;
      if (error < least) {
        least = error;
        best = {low.edge == 0 ? 0.0 : -low.edge, high.edge};
      }
    }
  return best;
}

}  // namespace nawq::quantize
