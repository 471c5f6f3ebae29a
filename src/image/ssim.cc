#include "image/ssim.h"

#include <array>
#include <cmath>

namespace nawq {
namespace {

constexpr std::size_t kWindow = kSsimWindowPx;
constexpr double kC1 = (0.01 * 255) * (0.01 * 255), kC2 = (0.03 * 255) * (0.03 * 255);

// The sums under the window of a, b, a^2, b^2 and ab, for one row of places.
constexpr std::size_t kSums = 5;
using Rows = std::array<std::vector<double>, kSums>;

Rows make_rows(std::size_t width) {
  Rows rows;
  for (auto& row : rows) row.resize(width);
  return rows;
}

std::array<double, kWindow> gaussian() {
  constexpr double kSigma = 1.5;
  std::array<double, kWindow> weights{};
  double sum = 0;
  for (std::size_t i = 0; i < kWindow; ++i) {
    const double distance = static_cast<double>(i) - (kWindow - 1) / 2.0;
    weights[i] = std::exp(-distance * distance / (2 * kSigma * kSigma));
    sum += weights[i];
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

void products(std::span<const double> a, std::span<const double> b, Rows& out) {
  for (std::size_t x = 0; x < a.size(); ++x) {
    out[0][x] = a[x];
    out[1][x] = b[x];
    out[2][x] = a[x] * a[x];
    out[3][x] = b[x] * b[x];
    out[4][x] = a[x] * b[x];
  }
}

void weigh_along_row(const Rows& in, const std::array<double, kWindow>& weights, Rows& out) {
  for (std::size_t sum = 0; sum < kSums; ++sum) {
    double* to = out[sum].data();
    const double* from = in[sum].data();
    for (std::size_t x = 0; x < out[sum].size(); ++x) {
      double value = 0;
      for (std::size_t i = 0; i < kWindow; ++i) value += weights[i] * from[x + i];
      to[x] = value;
    }
  }
}

// `ring` holds the last kWindow rows, the oldest at index `oldest`.
void weigh_down_column(const std::array<Rows, kWindow>& ring, std::size_t oldest,
                       const std::array<double, kWindow>& weights, Rows& out) {
  for (std::size_t sum = 0; sum < kSums; ++sum) {
    double* to = out[sum].data();
    for (std::size_t i = 0; i < kWindow; ++i) {
      const double* from = ring[(oldest + i) % kWindow][sum].data();
      for (std::size_t x = 0; x < out[sum].size(); ++x) to[x] = (i == 0 ? 0 : to[x]) + weights[i] * from[x];
    }
  }
}

double similarity_of_row(const Rows& sums) {
  double total = 0;
  for (std::size_t x = 0; x < sums[0].size(); ++x) {
    const double mean_a = sums[0][x], mean_b = sums[1][x];
    const double variance_a = sums[2][x] - mean_a * mean_a, variance_b = sums[3][x] - mean_b * mean_b;
    const double covariance = sums[4][x] - mean_a * mean_b;
    total += (2 * mean_a * mean_b + kC1) * (2 * covariance + kC2) /
             ((mean_a * mean_a + mean_b * mean_b + kC1) * (variance_a + variance_b + kC2));
  }
  return total;
}

}  // namespace

double ssim(const Plane& a, const Plane& b) {
  const auto weights = gaussian();
  const auto width = static_cast<std::size_t>(a.width_px), places = width - kWindow + 1;
  const auto height = static_cast<std::size_t>(a.height_px);
  Rows row = make_rows(width), sums = make_rows(places);
  std::array<Rows, kWindow> ring;
  for (Rows& rows : ring) rows = make_rows(places);
  double total = 0;
  for (std::size_t y = 0; y < height; ++y) {
    products(a.row(static_cast<std::int64_t>(y)), b.row(static_cast<std::int64_t>(y)), row);
    weigh_along_row(row, weights, ring[y % kWindow]);
    if (y + 1 < kWindow) continue;
    weigh_down_column(ring, (y + 1) % kWindow, weights, sums);
    total += similarity_of_row(sums);
  }
  return total / static_cast<double>(places * (height - kWindow + 1));
}

}  // namespace nawq
