// Owns: the table of layers, ours beside oneDNN's, in Markdown.
#pragma once

#include <string>
#include <vector>

#include "onednn/layer_shapes.h"

namespace nawq::bench {

struct LayerTimes {
  LayerShape shape;
  std::string implementation;              // oneDNN's
  bool channels_last = true;               // oneDNN reads and writes pixels as ours does
  std::vector<double> ours_us, onednn_us;  // by round
};

double median(std::vector<double> numbers);

// Of all layers of a network; below the table, their sums.
std::string layer_table(const std::vector<LayerTimes>& layers);

}  // namespace nawq::bench
