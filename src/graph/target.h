// Owns: what is known of a machine that runs quantized networks: its units, how fast they are, what changing
// from one to another takes. Plain data: the search of wordlengths, the simulator and the exporter read it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nawq::graph {

struct UnitRate {
  int wordlength = 8;  // of activations: 8, 16, or 32 for float32
  double gmac_per_s = 0;
  bool operator==(const UnitRate&) const = default;
};

// Works on one thing at a time.
struct Unit {
  std::string name;
  std::vector<UnitRate> rates;
  bool operator==(const Unit&) const = default;
};

struct Target {
  std::string name;
  std::vector<Unit> units;
  double switch_us = 0;  // from a partition on one unit to the next one on another
  // How fast tensors are converted whose next reader has another wordlength, read and written bytes
  // counted. 0: at no cost, where they are stored.
  double conversion_gbyte_per_s = 0;
  int largest_rank = 6;             // of tensors
  bool same_io = false;             // a node reads and writes one wordlength
  bool fixed_size = false;          // files take pictures of one size
  bool per_channel_weights = true;  // else one scale for a convolution
  std::string assumptions = {};     // where the figures come from
  bool operator==(const Target&) const = default;
};

// The unit that does partitions of this wordlength: the fastest; its index. Nothing: no unit does.
std::optional<std::size_t> unit_for(const Target& target, int wordlength);
double gmac_per_s(const Unit& unit, int wordlength);  // 0: it does not

// One machine with one unit for all wordlengths, at these speeds.
Target cpu_target(double a8_gmac_per_s, double a16_gmac_per_s, double f32_gmac_per_s);

// "cpu" (with nominal speeds), "sdm865", "single-unit".
std::optional<Target> find_target(std::string_view name);
std::string target_names();  // for messages

}  // namespace nawq::graph
