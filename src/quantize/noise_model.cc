#include "quantize/noise_model.h"

#include <algorithm>
#include <cmath>

#include "quantize/draws.h"

namespace nawq::quantize {
namespace {

constexpr double kSmallest = 1e-12;  // of what a logarithm is taken

double decibels(double ratio) { return 10 * std::log10(std::max(ratio, kSmallest)); }

}  // namespace

NoiseModel::NoiseModel(const Resilience& resilience, Metric metric)
    : metric_(metric),
      base_value_(value_of(resilience.all16, metric)),
      base_error_(resilience.all16.error) {
  for (const LayerResilience& layer : resilience.layers) {
    LayerNoise& noises = layers_[layer.layer];
    noises.fixed = noise(layer.at_8bit);
    if (layer.at_8bit_dre) noises.dre = noise(*layer.at_8bit_dre);
  }
}

NoiseModel::Noise NoiseModel::noise(const Loss& loss) const {
  if (metric_ == Metric::kFidelity) return {loss.added_error, loss.added_error};
  return {loss.added_error, loss_at(base_value_ - loss.drop)};
}

std::optional<NoiseModel::Noise> NoiseModel::of(std::size_t layer, LayerChoice choice) const {
  if (choice.bits != 8) return Noise{};
  const auto found = layers_.find(layer);
  if (found == layers_.end()) return std::nullopt;
  return choice.dre ? found->second.dre : std::optional(found->second.fixed);
}

NoiseModel::Noise NoiseModel::sum(const Assignment& assignment) const {
  Noise sum;
  for (std::size_t i = 0; i < assignment.size(); ++i) {
    const auto noise = of(i, assignment[i]);
    if (!noise) continue;
    sum.error += noise->error;
    sum.loss += noise->loss;
  }
  return sum;
}

double NoiseModel::value_at(double loss) const {
  if (metric_ == Metric::kPsnr) return base_value_ - decibels(1 + loss);
  if (metric_ == Metric::kSsim) return base_value_ - loss;
  return decibels(255.0 * 255.0 / std::max(base_error_ + loss, kSmallest));
}

double NoiseModel::loss_at(double value) const {
  if (metric_ == Metric::kPsnr) return std::pow(10, (base_value_ - value) / 10) - 1;
  if (metric_ == Metric::kSsim) return base_value_ - value;
  return 255.0 * 255.0 / std::pow(10, value / 10) - base_error_;
}

Additivity check_additivity(const NoiseModel& model, const std::vector<Layer>& layers,
                            const std::vector<MeasuredPoint>& points) {
  std::vector<double> ratios;
  for (const MeasuredPoint& point : points) {
    std::int64_t eights = 0;
    for (std::size_t i = 0; i < layers.size(); ++i)
      eights += layers[i].searched && point.assignment[i].bits == 8;
    const double predicted = model.sum(point.assignment).error;
    if (eights < 2 || !point.score.complete || !(predicted > 0)) continue;
    ratios.push_back((point.score.error - model.base_error()) / predicted);
  }
  if (ratios.empty()) return {};
  Additivity found{.points = std::ssize(ratios), .mean = 0};
  for (const double ratio : ratios) found.mean += ratio / static_cast<double>(ratios.size());
  double square = 0;
  for (const double ratio : ratios) square += (ratio - found.mean) * (ratio - found.mean);
  found.spread = std::sqrt(square / static_cast<double>(ratios.size()));
  found.smallest = *std::ranges::min_element(ratios);
  found.largest = *std::ranges::max_element(ratios);
  return found;
}

std::vector<Assignment> random_mixes(const std::vector<Layer>& layers, Followers followers, std::size_t count,
                                     std::uint64_t seed) {
  Draws draws(seed);
  std::vector<Assignment> mixes;
  for (std::size_t i = 0; i < count; ++i) {
    Assignment& mix = mixes.emplace_back(layers.size());
    const double share = draws.unit();
    for (const std::size_t layer : searched_layers(layers)) mix[layer].bits = draws.unit() < share ? 8 : 16;
    settle_followers(layers, followers, mix);
  }
  return mixes;
}

}  // namespace nawq::quantize
