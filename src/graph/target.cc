#include "graph/target.h"

#include "base/text.h"

namespace nawq::graph {
namespace {

// A phone's NPU of two units, as the NAWQ-SR paper uses it: INT8 on the vector processor, A16W8 on the
// tensor accelerator.
Target sdm865() {
  return {.name = "sdm865",
          .units = {{"HVX", {{8, 512}}}, {"HTA", {{16, 256}}}},
          .switch_us = 39.25,
          .conversion_gbyte_per_s = 16,
          .largest_rank = 4,
          .same_io = true,
          .per_channel_weights = false,
          .assumptions =
              "switch time: mean of the NAWQ-SR paper (section 5.2); speeds are assumed, the paper has none: "
              "4 vectors of 128 bytes a cycle at 1 GHz in 8 bits, half of it in 16 bits; conversions at "
              "16 GB/s"};
}

// One unit whose wordlength is switched, such as the paper's section 6 speaks of.
Target single_unit() {
  return {.name = "single-unit",
          .units = {{"NPU", {{8, 512}, {16, 256}}}},
          .switch_us = 0,
          .conversion_gbyte_per_s = 16,
          .largest_rank = 4,
          .same_io = true,
          .per_channel_weights = false,
          .assumptions = "the speeds of sdm865 in one unit that changes its wordlength at no cost"};
}

// Hexagon's HTP by way of QNN: what ONNX Runtime's QNN provider fuses.
Target qnn() {
  return {.name = "qnn",
          .units = {{"HTP", {{8, 2048}, {16, 1024}}}},
          .switch_us = 0,
          .conversion_gbyte_per_s = 16,
          .largest_rank = 4,
          .same_io = true,
          .fixed_size = true,
          .per_channel_weights = true,
          .assumptions =
              "speeds are assumed, half in 16 bits: Qualcomm publishes none by wordlength; conversions at 16 "
              "GB/s"};
}

}  // namespace

double gmac_per_s(const Unit& unit, int wordlength) {
  for (const UnitRate& rate : unit.rates)
    if (rate.wordlength == wordlength) return rate.gmac_per_s;
  return 0;
}

std::optional<std::size_t> unit_for(const Target& target, int wordlength) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < target.units.size(); ++i) {
    const double speed = gmac_per_s(target.units[i], wordlength);
    if (speed > 0 && (!best || speed > gmac_per_s(target.units[*best], wordlength))) best = i;
  }
  return best;
}

Target cpu_target(double a8_gmac_per_s, double a16_gmac_per_s, double f32_gmac_per_s) {
  return {.name = "cpu",
          .units = {{"CPU", {{8, a8_gmac_per_s}, {16, a16_gmac_per_s}, {32, f32_gmac_per_s}}}},
          .assumptions = "peaks of the dot products of this machine: a lower bound of the time"};
}

std::optional<Target> find_target(std::string_view name) {
  // Of two cores with AVX-512 VNNI.
  if (name == "cpu") return cpu_target(640, 310, 172);
  if (name == "sdm865") return sdm865();
  if (name == "single-unit") return single_unit();
  if (name == "qnn") return qnn();
  return std::nullopt;
}

std::string target_names() { return "cpu, qnn, sdm865, single-unit"; }

}  // namespace nawq::graph
