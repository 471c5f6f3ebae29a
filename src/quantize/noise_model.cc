#include "quantize/noise_model.h"

#include <algorithm>
#include <cmath>

#include "quantize/draws.h"

namespace nawq::quantize {
namespace {

constexpr double kSmallest = 1e-12;  // of what a logarithm is taken
constexpr double kUncertainty = 0.05, kMeasurementNoise = 0.005;

double decibels(double ratio) { return 10 * std::log10(std::max(ratio, kSmallest)); }

}  // namespace

NoiseModel::NoiseModel(const Resilience& resilience, Metric metric)
    : metric_(metric), base_value_(value_of(resilience.all16, metric)), base_error_(resilience.all16.error) {
  for (const LayerResilience& layer : resilience.layers) {
    Variable& variable = layers_[layer.layer];
    variable.fixed = add(layer.at_8bit);
    if (layer.at_8bit_dre) variable.dre = add(*layer.at_8bit_dre);
  }
  set_uncertainty();
}

std::size_t NoiseModel::add(const Loss& loss) {
  const bool is_error = metric_ == Metric::kFidelity;
  noises_.push_back({loss.added_error, is_error ? loss.added_error : loss_at(base_value_ - loss.drop)});
  return noises_.size() - 1;
}

void NoiseModel::set_uncertainty() {
  double mean = 0;
  for (const Noise& noise : noises_) mean += std::fabs(noise.error) / static_cast<double>(noises_.size());
  covariance_.assign(noises_.size(), std::vector<double>(noises_.size(), 0));
  for (std::size_t i = 0; i < noises_.size(); ++i) {
    const double deviation = kUncertainty * (std::fabs(noises_[i].error) + mean);
    covariance_[i][i] = deviation * deviation;
  }
}

std::optional<std::size_t> NoiseModel::variable(std::size_t layer, LayerChoice choice) const {
  const auto found = layers_.find(layer);
  if (found == layers_.end() || choice.bits != 8) return std::nullopt;
  return choice.dre ? found->second.dre : found->second.fixed;
}

std::optional<NoiseModel::Noise> NoiseModel::of(std::size_t layer, LayerChoice choice) const {
  if (choice.bits != 8) return Noise{};
  const auto index = variable(layer, choice);
  return index ? std::optional(noises_[*index]) : std::nullopt;
}

std::vector<std::size_t> NoiseModel::variables_of(const Assignment& assignment) const {
  std::vector<std::size_t> variables;
  for (std::size_t i = 0; i < assignment.size(); ++i)
    if (const auto index = variable(i, assignment[i])) variables.push_back(*index);
  return variables;
}

NoiseModel::Noise NoiseModel::sum(const Assignment& assignment) const {
  Noise sum;
  for (const std::size_t index : variables_of(assignment)) {
    sum.error += noises_[index].error;
    sum.loss += noises_[index].loss;
  }
  return sum;
}

double NoiseModel::learn(const Assignment& assignment, const Score& score) {
  const std::vector<std::size_t> variables = variables_of(assignment);
  const Noise predicted = sum(assignment);
  const double missed_error = score.error - base_error_ - predicted.error;
  const double missed_loss = loss_at(value_of(score, metric_)) - predicted.loss;
  if (!std::isfinite(missed_error) || !std::isfinite(missed_loss)) return 0;
  std::vector<double> gain(noises_.size(), 0);
  for (const std::size_t index : variables)
    for (std::size_t i = 0; i < gain.size(); ++i) gain[i] += covariance_[i][index];
  const double own = kMeasurementNoise * predicted.error;
  double variance = own * own;
  for (const std::size_t index : variables) variance += gain[index];
  if (!(variance > 0)) return 0;
  for (std::size_t i = 0; i < gain.size(); ++i) {
    noises_[i].error += gain[i] / variance * missed_error;
    noises_[i].loss += gain[i] / variance * missed_loss;
    for (std::size_t j = 0; j < gain.size(); ++j) covariance_[i][j] -= gain[i] * gain[j] / variance;
  }
  return missed_loss / std::max(std::fabs(predicted.loss), kSmallest);
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
