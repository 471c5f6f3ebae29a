#include "quantize/layers.h"

#include <algorithm>

#include "quantize/rounded_values.h"

namespace nawq::quantize {
namespace {

constexpr std::size_t kNoLayer = static_cast<std::size_t>(-1);
constexpr int kPictureBits = 8;

class LayerFinder {
 public:
  LayerFinder(const graph::Graph& graph, const Ranges& ranges)
      : graph_(graph), values_(graph, ranges), layer_of_(graph.nodes.size(), kNoLayer) {}

  std::vector<Layer> find() {
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) add(i);
    find_readers();
    return std::move(layers_);
  }

 private:
  void add(std::size_t index) {
    const graph::Node& node = graph_.nodes[index];
    if (!values_.has_wordlength(node)) return;
    const bool reads_rounded = values_.reads_rounded(node);
    Layer layer{.name = node.name, .op = op_name(node.op), .macs = graph::macs(graph_, node)};
    for (const graph::ValueId output : node.outputs)
      layer.outputs += graph::element_count(graph_.shape(output)).value_or(0);
    layer.searched = layer.macs > 0 && reads_rounded;
    layer.reads_picture = !reads_rounded;
    layer_of_[index] = layers_.size();
    layers_.push_back(std::move(layer));
  }

  // Of each value, from the last node back: the layers that are met first on the way from it.
  void find_readers() {
    std::vector<std::vector<std::size_t>> met(graph_.values.size());
    for (std::size_t i = graph_.nodes.size(); i-- > 0;) {
      const graph::Node& node = graph_.nodes[i];
      std::vector<std::size_t> behind;
      for (const graph::ValueId output : node.outputs) merge(met[static_cast<std::size_t>(output)], behind);
      if (layer_of_[i] != kNoLayer) {
        layers_[layer_of_[i]].readers = behind;
        behind = {layer_of_[i]};
      }
      for (const graph::ValueId input : node.inputs)
        if (input != graph::kNoValue) merge(behind, met[static_cast<std::size_t>(input)]);
    }
  }

  static void merge(const std::vector<std::size_t>& from, std::vector<std::size_t>& to) {
    to.insert(to.end(), from.begin(), from.end());
    std::ranges::sort(to);
    const auto rest = std::ranges::unique(to);
    to.erase(rest.begin(), rest.end());
  }

  const graph::Graph& graph_;
  const RoundedValues values_;
  std::vector<std::size_t> layer_of_;  // by node
  std::vector<Layer> layers_;
};

// The largest wordlength on the way to each layer: its own where that is searched or the picture's.
std::vector<int> fed_bits(const std::vector<Layer>& layers, const Assignment& assignment) {
  std::vector<int> bits(layers.size(), 0);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (layers[i].searched) bits[i] = assignment[i].bits;
    if (layers[i].reads_picture) bits[i] = kPictureBits;
    if (bits[i] == 0) bits[i] = 16;
    for (const std::size_t reader : layers[i].readers) bits[reader] = std::max(bits[reader], bits[i]);
  }
  return bits;
}

int bits_of_readers(const std::vector<Layer>& layers, std::size_t layer, const Assignment& assignment) {
  int bits = 0;
  for (const std::size_t reader : layers[layer].readers) bits = std::max(bits, assignment[reader].bits);
  return bits;
}

}  // namespace

std::vector<std::size_t> searched_layers(const std::vector<Layer>& layers) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < layers.size(); ++i)
    if (layers[i].searched) indices.push_back(i);
  return indices;
}

std::vector<Layer> find_layers(const graph::Graph& graph, const Ranges& ranges) {
  return LayerFinder(graph, ranges).find();
}

void settle_followers(const std::vector<Layer>& layers, Followers followers, Assignment& assignment) {
  const std::vector<int> fed = fed_bits(layers, assignment);
  for (std::size_t i = layers.size(); i-- > 0;) {
    if (layers[i].reads_picture) {
      assignment[i] = {.bits = kPictureBits};
    } else if (!layers[i].searched && followers == Followers::kSixteen) {
      assignment[i].bits = 16;
    } else if (!layers[i].searched) {
      assignment[i].bits = layers[i].readers.empty() ? fed[i] : bits_of_readers(layers, i, assignment);
    }
  }
}

double total_macs(const std::vector<Layer>& layers) {
  double macs = 0;
  for (const Layer& layer : layers) macs += static_cast<double>(layer.macs);
  return macs;
}

double bops_reduction(const std::vector<Layer>& layers, const Assignment& assignment) {
  double all16 = 0, spent = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    all16 += 2.0 * static_cast<double>(layers[i].macs);
    spent += assignment[i].bits / 8.0 * static_cast<double>(layers[i].macs);
  }
  return spent > 0 ? all16 / spent : 1;
}

}  // namespace nawq::quantize
