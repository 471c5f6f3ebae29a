// Owns: everything that quantization decides about a network, by the names of a Graph's nodes and values: the
// codes of weights and the formats in which tensors are written. The same recipe serves every picture size.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/code_scale.h"

namespace nawq::graph {

// How a tensor's real numbers become codes: real = (code - zero_point) * scale (docs/numerics.md).
struct CodeFormat {
  int bits = 8;  // 8: codes 0..255; 16: codes 0..65535
  float scale = 1;
  std::int32_t zero_point = 0;
  bool operator==(const CodeFormat&) const = default;
};

// Weights of one convolution as codes -128..127 (ours: from -127), in the order of its weight tensor; real =
// code * scale of its output channel.
struct WeightCodes {
  std::vector<std::int8_t> codes;
  std::vector<float> scales;  // one per output channel
  bool operator==(const WeightCodes&) const = default;
};

struct Recipe {
  // By value name. A value that is not here is not rounded: it lives only between an accumulator and a
  // requantization. Two formats (8 and 16 bits) where readers differ. The network's input and output are not
  // here: they are the picture's codes.
  std::map<std::string, std::vector<CodeFormat>> tensors;
  // By node name: the wordlength at which a node reads its inputs, 8 or 16.
  std::map<std::string, int> wordlengths;
  // By node name; every Conv on pictures has one.
  std::map<std::string, WeightCodes> weights;
  // By node name: biases that take the place of the graph's own, one per output channel; what rounding
  // weights did to the mean of a layer's results is taken back there.
  std::map<std::string, std::vector<float>> biases;
  // By node name: nodes whose input range is found anew for each picture.
  std::set<std::string> dre;
  // For machines whose nodes read and write one wordlength: a value is rounded in the wordlength of the node
  // that computes it, whoever reads it, and again where a reader has another (explicit_conversions.h). Every
  // rounded value then has formats for all of these.
  bool same_io = false;

  bool operator==(const Recipe&) const = default;
};

// code_scale() as a format.
CodeFormat code_format(double min, double max, int bits);

// The int32 code of a bias in exported files: round(bias / (input_scale * weight_scale)), ties to even, in
// double, held within 32 bits; NaN gives 0. Scales are positive.
std::int32_t bias_code(float bias, float input_scale, float weight_scale);

// The real number that code stands for. Layers whose input's format is static add it, so that engine and file
// agree; rounding it again changes nothing.
float rounded_bias(float bias, float input_scale, float weight_scale);

}  // namespace nawq::graph
