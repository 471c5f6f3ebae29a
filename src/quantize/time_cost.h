// Owns: cost as time in microseconds, by a target's speeds or by what was measured layer by layer.
#pragma once

#include <vector>

#include "base/result.h"
#include "graph/target.h"
#include "quantize/needs.h"

namespace nawq::quantize {

// Multiply-accumulates at the speed of the unit that does the wordlength. Between layers: a switch wherever
// the next one in the order of the graph is on another unit, and the conversion of what a layer writes if one
// of its readers has another wordlength (plan::Schedule counts alike). Ranges found at run time cost nothing.
class TargetTimeCost : public CostModel {
 public:
  // kUsage where no unit does 8 or 16 bits.
  static Result<TargetTimeCost> create(const graph::Target& target);

  std::string_view name() const override { return "time"; }
  double layer_cost(const std::vector<Layer>& layers, std::size_t layer, LayerChoice choice) const override;
  double total(const std::vector<Layer>& layers, const Assignment& assignment) const override;

 private:
  struct Speed {
    std::size_t unit = 0;
    double gmac_per_s = 0;
  };
  const Speed& speed(int bits) const { return bits == 8 ? at_8bit_ : at_16bit_; }
  double conversion_us(const std::vector<Layer>& layers, const Assignment& assignment,
                       std::size_t layer) const;

  Speed at_8bit_, at_16bit_;
  double switch_us_ = 0, conversion_gbyte_per_s_ = 0;
};

struct LayerTimes {
  double at_8bit_us = 0, at_16bit_us = 0;
  double at_8bit_dre_us = 0, at_16bit_dre_us = 0;
};

// Of each layer, in their order, at the size of the measurement.
class MeasuredTimeCost : public CostModel {
 public:
  // `switch_us`: wherever the next layer in the order of the graph has another wordlength.
  explicit MeasuredTimeCost(std::vector<LayerTimes> times, double switch_us = 0)
      : times_(std::move(times)), switch_us_(switch_us) {}

  std::string_view name() const override { return "measured"; }
  double layer_cost(const std::vector<Layer>& layers, std::size_t layer, LayerChoice choice) const override;
  double total(const std::vector<Layer>& layers, const Assignment& assignment) const override;

 private:
  std::vector<LayerTimes> times_;
  double switch_us_;
};

}  // namespace nawq::quantize
