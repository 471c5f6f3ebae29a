#include "quantize/bops_cost.h"

namespace nawq::quantize {

double BopsCost::layer_cost(const std::vector<Layer>& layers, std::size_t layer, LayerChoice choice) const {
  return static_cast<double>(layers[layer].macs) * choice.bits / 8;
}

double BopsCost::total(const std::vector<Layer>& layers, const Assignment& assignment) const {
  double sum = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) sum += layer_cost(layers, i, assignment[i]);
  return sum;
}

}  // namespace nawq::quantize
