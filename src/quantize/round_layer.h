// Owns: codes of one layer's weights by the rule that is asked for, and the bias that goes with them.
#pragma once

#include <vector>

#include "base/result.h"
#include "base/thread_team.h"
#include "graph/graph.h"
#include "graph/recipe.h"
#include "quantize/formats.h"
#include "quantize/input_statistics.h"

namespace nawq::quantize {

struct WeightOptions {
  WeightScales scales = WeightScales::kPerChannel;
  bool compensated = true;  // else to nearest, and biases as they are
};

struct RoundedLayer {
  graph::WeightCodes weights;
  std::vector<float> biases;  // by output channel; empty: the graph's
  // Whether errors were pushed onto other taps: not without statistics, where these are not finite, or where
  // the layer is too large for a covariance.
  bool compensated = false;
  // Mean square of what rounding does to a number of the layer's results, bias corrected, and what rounding
  // to nearest would do; by the statistics, damping included. 0 unless compensated.
  double error = 0, nearest_error = 0;
};

// Weights of a Conv or ConvTranspose. `statistics` are of what it reads behind the layers that are rounded
// already; null: none are known. A transposed convolution is rounded to nearest always, its biases left
// alone: its outputs each meet a part of its taps only. A channel's error is never more than with rounding to
// nearest; one scale for the tensor is chosen among several, down to 0.7 of the widest. What rounding does to
// the mean of the results is taken back in the bias; `smallest_input_scale`: of the codes that the node may
// read, so that this bias has an int32 code. Fails (kModel) naming the node whose weights or biases are not
// finite. The same bits for any number of threads.
Result<RoundedLayer> round_layer(const graph::Graph& graph, const graph::Node& node,
                                 const LayerStatistics* statistics, float smallest_input_scale,
                                 const WeightOptions& options, ThreadTeam& team);

}  // namespace nawq::quantize
