#include "onednn/report.h"

#include <algorithm>

#include "base/text.h"

namespace nawq::bench {
namespace {

// How many times as fast ours is, round by round.
double median_ratio(const std::vector<double>& ours_us, const std::vector<double>& onednn_us) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < ours_us.size(); ++i) ratios.push_back(onednn_us[i] / ours_us[i]);
  return median(std::move(ratios));
}

std::string notes(const LayerTimes& layer) {
  std::string text;
  for (const std::string& what : layer.shape.besides) text += concat(text.empty() ? "" : ", ", what);
  return text;
}

std::string row(const LayerTimes& layer, std::size_t number) {
  const double ours_us = median(layer.ours_us), onednn_us = median(layer.onednn_us),
               ratio = median_ratio(layer.ours_us, layer.onednn_us),
               gmac = static_cast<double>(layer.shape.macs) / 1e9;
  return concat("| ", number, " | ", layer.shape.name, " | ", shape_text(layer.shape), " | ",
                layer.shape.dst.width_px, "x", layer.shape.dst.height_px, " | ", fixed(gmac, 3), " | ",
                fixed(ours_us, 0), " | ", fixed(onednn_us, 0), " | ", fixed(gmac / ours_us * 1e6, 0), " | ",
                fixed(gmac / onednn_us * 1e6, 0), " | ", ratio < 1 ? "**" : "", fixed(ratio, 2), "x",
                ratio < 1 ? "**" : "", " | ", layer.implementation,
                layer.channels_last ? "" : ", other layout", " | ", notes(layer), " |\n");
}

void add(std::vector<double>& sums, const std::vector<double>& more) {
  sums.resize(more.size());
  for (std::size_t i = 0; i < more.size(); ++i) sums[i] += more[i];
}

}  // namespace

double median(std::vector<double> numbers) {
  std::ranges::sort(numbers);
  const std::size_t middle = numbers.size() / 2;
  return numbers.size() % 2 == 1 ? numbers[middle] : (numbers[middle - 1] + numbers[middle]) / 2;
}

std::string layer_table(const std::vector<LayerTimes>& layers) {
  std::string out =
      "| | layer | shape | pixels | GMAC | ours, us | oneDNN, us | ours, GMAC/s | oneDNN, GMAC/s | ours over "
      "oneDNN | oneDNN's kernel | ours besides |\n|---:|---|---|---|---:|---:|---:|---:|---:|---:|---|---|\n";
  std::vector<double> ours_us, onednn_us;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    out += row(layers[i], i + 1);
    add(ours_us, layers[i].ours_us);
    add(onednn_us, layers[i].onednn_us);
  }
  const auto faster = std::ranges::count_if(
      layers, [](const LayerTimes& layer) { return median_ratio(layer.ours_us, layer.onednn_us) < 1; });
  return out + concat("\nall convolutions: ours ", fixed(median(ours_us) / 1e3, 2), " ms, oneDNN ",
                      fixed(median(onednn_us) / 1e3, 2), " ms, ours ",
                      fixed(median_ratio(ours_us, onednn_us), 2), "x as fast; oneDNN is faster in ", faster,
                      " of ", layers.size(), " layers\n");
}

}  // namespace nawq::bench
