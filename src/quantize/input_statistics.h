// Owns: mean and covariance of what a convolution reads, window by window, gathered over pictures in memory
// that does not grow with their number. Knows nothing of how the pictures were made.
#pragma once

#include <cstdint>
#include <vector>

#include "base/thread_team.h"
#include "graph/graph.h"

namespace nawq::quantize {

// Of one convolution's windows. A window has a number for each weight of an output channel, in the order of
// the weight tensor: [channel of the group][ky][kx].
struct LayerStatistics {
  std::int64_t positions = 0;  // windows seen
  std::int64_t groups = 1, features = 0;
  std::vector<double> mean;        // [group][feature]
  std::vector<double> covariance;  // [group][feature][feature], around the mean; empty: too large to keep
};

// A tensor in memory, NHWC; strides in floats.
struct TensorView {
  const float* values = nullptr;  // of the first pixel, at the first channel that the convolution reads
  std::int64_t width_px = 0, height_px = 0;
  std::int64_t row_stride = 0, pixel_stride = 0;
};

struct SampleOptions {
  // Windows taken of each picture: all where it has no more, else one at random in each of as many equal
  // stretches of its windows in reading order.
  std::int64_t positions_per_picture = 1024;
  std::uint64_t seed = 1;
};

// The same pictures in the same order give the same bits for any number of threads.
class InputStatistics {
 public:
  // Of a Conv of this graph, whatever its picture's size.
  InputStatistics(const graph::Graph& graph, const graph::Node& node, const SampleOptions& options);

  // Windows of one picture; what lies outside it is the convolution's pad value, or 0.
  void add(const TensorView& picture, ThreadTeam& team);

  LayerStatistics finish() const;

 private:
  std::int64_t columns(const TensorView& picture) const;
  std::int64_t rows(const TensorView& picture) const;
  void gather(const TensorView& picture, std::int64_t position, float* window) const;
  void choose_shifts(std::int64_t count);
  void add_block(std::int64_t count, ThreadTeam& team);
  void add_tile(std::int64_t group, std::int64_t row, std::int64_t column, std::int64_t count);

  graph::Conv conv_;
  graph::Extent2d kernel_;
  std::int64_t features_, channels_;  // of a group
  bool keeps_covariance_;
  SampleOptions options_;
  std::int64_t pictures_ = 0, positions_ = 0;
  std::vector<float> windows_;  // of a block: [position][group][feature]
  // Numbers near the means, taken off before squaring: what is constant then has a variance of exactly 0.
  std::vector<float> shifts_;
  std::vector<double> sums_, products_;  // of what is left; products in the lower triangle
};

}  // namespace nawq::quantize
