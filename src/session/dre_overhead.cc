#include "session/dre_overhead.h"

#include <algorithm>

#include "graph/graph.h"

namespace nawq::session {
namespace {

// 8-bit multiply-accumulates that take as long as one number's way through float32: `bench/dre_overhead.py`
// finds 1.4 % for the 64 channels before imdn_x4's upsampler, whose share by this is 1.4 %, and 1.6 % for the
// 16 before tpsr_x4's, 2.6 % by this.
constexpr double kMacsPerNumber = 100;

}  // namespace

std::vector<double> dre_overhead(const PreparedNetwork& network) {
  const graph::Graph& graph = network.graphs.graph;
  const double macs = total_macs(network.layers);
  std::vector<double> overhead;
  for (const quantize::Layer& layer : network.layers) {
    const auto node = std::ranges::find(graph.nodes, layer.name, &graph::Node::name);
    double numbers = 1;
    if (node != graph.nodes.end())
      for (const std::int64_t extent : graph.shape(node->inputs[0])) numbers *= static_cast<double>(extent);
    overhead.push_back(macs > 0 ? kMacsPerNumber * numbers / macs : 0);
  }
  return overhead;
}

}  // namespace nawq::session
