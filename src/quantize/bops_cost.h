// Owns: the cost of the NAWQ-SR paper: multiply-accumulates by wordlength, {1, 2, 4} for {8, 16, 32} bits.
// Ranges found at run time cost nothing here.
#pragma once

#include "quantize/needs.h"

namespace nawq::quantize {

class BopsCost : public CostModel {
 public:
  std::string_view name() const override { return "bops"; }
  double layer_cost(const std::vector<Layer>& layers, std::size_t layer, LayerChoice choice) const override;
  double total(const std::vector<Layer>& layers, const Assignment& assignment) const override;
};

}  // namespace nawq::quantize
