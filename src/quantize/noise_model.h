// Owns: the additive model of rounding noise: what layers add to the error and to the loss of the metric by
// themselves, summed over the layers of an assignment. Noises of different layers are not correlated, so
// their squares add; their correlation with what the float network is off from the original adds too, in
// first order, and is in each layer's own loss. What was measured of mixes corrects it.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "quantize/resilience.h"

namespace nawq::quantize {

class NoiseModel {
 public:
  // Of a searched layer at 8 bits against 16. `loss` is a number that adds: kPsnr: the relative rise of the
  // mean square difference from the original, 10^(drop/10) - 1; kSsim: the drop; kFidelity: the error.
  struct Noise {
    double error = 0, loss = 0;
  };

  NoiseModel(const Resilience& resilience, Metric metric);

  // Nothing where it was not measured. None at 16 bits, whatever the range.
  std::optional<Noise> of(std::size_t layer, LayerChoice choice) const;
  // Of layers that are not searched or not measured: none.
  Noise sum(const Assignment& assignment) const;

  // What layers add beside others, from a measured mix: the most likely correction (a Kalman filter's), if
  // each layer's noise may differ from that alone by about a twentieth of itself and of the layers' mean. The
  // share by which the mix's loss was off from the sum.
  double learn(const Assignment& assignment, const Score& score);

  // The metric of an assignment with this sum of losses, and the loss that belongs to a measured value.
  double value_at(double loss) const;
  double loss_at(double value) const;
  double base_error() const { return base_error_; }

 private:
  struct Variable {
    std::optional<std::size_t> fixed, dre;  // indices into noises_
  };

  std::size_t add(const Loss& loss);
  void set_uncertainty();
  std::optional<std::size_t> variable(std::size_t layer, LayerChoice choice) const;
  std::vector<std::size_t> variables_of(const Assignment& assignment) const;

  Metric metric_;
  double base_value_, base_error_;
  std::map<std::size_t, Variable> layers_;
  std::vector<Noise> noises_;
  std::vector<std::vector<double>> covariance_;  // of errors of noises_, in units of Noise::error
};

// How well noise adds: of measured assignments, the error that they add to all-16 over that of the model.
// Those with fewer than two layers at 8 bits, and what was stopped early, are left out.
struct Additivity {
  std::int64_t points = 0;
  double mean = 1, spread = 0;  // of the ratios; the spread is their standard deviation
  double smallest = 1, largest = 1;
};

Additivity check_additivity(const NoiseModel& model, const std::vector<Layer>& layers,
                            const std::vector<MeasuredPoint>& points);

// Assignments for it: searched layers at 8 bits with a share that is drawn anew for each, the others settled.
std::vector<Assignment> random_mixes(const std::vector<Layer>& layers, Followers followers, std::size_t count,
                                     std::uint64_t seed);

}  // namespace nawq::quantize
