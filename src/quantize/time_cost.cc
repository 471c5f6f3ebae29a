#include "quantize/time_cost.h"

#include <algorithm>

#include "base/text.h"

namespace nawq::quantize {

Result<TargetTimeCost> TargetTimeCost::create(const graph::Target& target) {
  TargetTimeCost cost;
  for (const int bits : {8, 16}) {
    const auto unit = graph::unit_for(target, bits);
    if (!unit)
      return fail(ErrorKind::kUsage, concat("target '", target.name, "' has no unit for ", bits, " bits"));
    (bits == 8 ? cost.at_8bit_ : cost.at_16bit_) = {*unit, graph::gmac_per_s(target.units[*unit], bits)};
  }
  cost.switch_us_ = target.switch_us;
  cost.conversion_gbyte_per_s_ = target.conversion_gbyte_per_s;
  return cost;
}

double TargetTimeCost::layer_cost(const std::vector<Layer>& layers, std::size_t layer,
                                  LayerChoice choice) const {
  return static_cast<double>(layers[layer].macs) / speed(choice.bits).gmac_per_s / 1e3;
}

double TargetTimeCost::conversion_us(const std::vector<Layer>& layers, const Assignment& assignment,
                                     std::size_t layer) const {
  const int written = assignment[layer].bits;
  for (const std::size_t reader : layers[layer].readers) {
    const int read = assignment[reader].bits;
    if (read == written || conversion_gbyte_per_s_ <= 0) continue;
    const double bytes = static_cast<double>(layers[layer].outputs) * (written + read) / 8;
    return bytes / conversion_gbyte_per_s_ / 1e3;
  }
  return 0;
}

double TargetTimeCost::total(const std::vector<Layer>& layers, const Assignment& assignment) const {
  double sum_us = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    sum_us += layer_cost(layers, i, assignment[i]) + conversion_us(layers, assignment, i);
    if (i > 0 && speed(assignment[i].bits).unit != speed(assignment[i - 1].bits).unit) sum_us += switch_us_;
  }
  return sum_us;
}

double MeasuredTimeCost::layer_cost(const std::vector<Layer>&, std::size_t layer, LayerChoice choice) const {
  if (layer >= times_.size()) return 0;
  const LayerTimes& times = times_[layer];
  if (choice.bits == 8) return choice.dre ? times.at_8bit_dre_us : times.at_8bit_us;
  return choice.dre ? times.at_16bit_dre_us : times.at_16bit_us;
}

double MeasuredTimeCost::total(const std::vector<Layer>& layers, const Assignment& assignment) const {
  double sum_us = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    sum_us += layer_cost(layers, i, assignment[i]);
    if (i > 0 && assignment[i].bits != assignment[i - 1].bits) sum_us += switch_us_;
  }
  return sum_us;
}

}  // namespace nawq::quantize
