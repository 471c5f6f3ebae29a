// Layers in order, as blocks.
#include <algorithm>
#include <cmath>
#include <vector>

#include "base/text.h"
#include "nawqsr/report/html_text.h"
#include "nawqsr/report/sections.h"

namespace nawq::cli {
namespace {

using session::QuantizationReport;
using session::ReportedLayer;

constexpr double kWidth = 1040, kLeastWidth = 5, kGap = 1.5, kBlockHeight = 64, kBelow = 34;
constexpr double kLeastArc = 14, kMostArc = 96;
constexpr double kMostShare = 0.45;  // of the width, for what all blocks have at least

struct Block {
  double x = 0, width = 0;
  double middle() const { return x + width / 2; }
};

double share_of(const ReportedLayer& layer) {
  return std::isfinite(layer.macs_share) ? std::clamp(layer.macs_share, 0.0, 1.0) : 0;
}

std::vector<Block> place_blocks(const std::vector<ReportedLayer>& layers) {
  const auto count = static_cast<double>(layers.size());
  const double least = std::min(kLeastWidth + kGap, kMostShare * kWidth / count);
  double all_shares = 0;
  for (const ReportedLayer& layer : layers) all_shares += share_of(layer);
  const double rest = kWidth - least * count;
  std::vector<Block> blocks;
  double x = 0;
  for (const ReportedLayer& layer : layers) {
    const double step = least + (all_shares > 0 ? rest * share_of(layer) / all_shares : rest / count);
    blocks.push_back({x, std::max(step - kGap, 0.5)});
    x += step;
  }
  return blocks;
}

std::string description(const ReportedLayer& layer, std::size_t index) {
  std::string text =
      concat(index + 1, ". ", escaped(layer.name), " (", escaped(layer.op), ")\n", precision_text(layer),
             ", ", shown_percent(layer.macs_share, 1), " of the work\nreads ", shown_short(layer.range_min),
             " to ", shown_short(layer.range_max));
  if (layer.clip_rate) text += concat(", ", shown_percent(*layer.clip_rate, 3), " clipped");
  if (layer.drop_db) text += concat("\n", shown(*layer.drop_db, 4), " dB lost alone in 8 bits");
  return text + concat("\npartition ", layer.partition);
}

class Picture {
 public:
  explicit Picture(const std::vector<ReportedLayer>& layers)
      : layers_(layers), blocks_(place_blocks(layers)) {
    for (std::size_t i = 0; i < layers.size(); ++i)
      for (const std::size_t reader : layers[i].readers)
        if (is_arc(i, reader)) arc_height_ = std::max(arc_height_, height_of(i, reader));
    top_ = arc_height_ + 14;
  }

  std::string svg() {
    out_ = concat("<svg viewBox=\"0 0 ", kWidth, ' ', fixed(top_ + kBlockHeight + kBelow, 1),
                  "\" role=\"img\" aria-label=\"", layers_.size(), " layers and their wordlengths\">\n");
    draw_arcs();
    for (std::size_t i = 0; i < layers_.size(); ++i) draw_layer(i);
    draw_partitions();
    return out_ + "</svg>\n";
  }

 private:
  // To the next layer there is nothing to show.
  bool is_arc(std::size_t from, std::size_t to) const { return to > from + 1 && to < layers_.size(); }
  double height_of(std::size_t from, std::size_t to) const {
    const double distance = blocks_[to].middle() - blocks_[from].middle();
    return kLeastArc + (kMostArc - kLeastArc) * std::sqrt(distance / kWidth);
  }

  void draw_arcs() {
    for (std::size_t i = 0; i < layers_.size(); ++i)
      for (const std::size_t reader : layers_[i].readers) {
        if (!is_arc(i, reader)) continue;
        // A cubic curve reaches three quarters of the way to its control points.
        const std::string y = fixed(top_ - 10 - height_of(i, reader) / 0.75 + 4, 1);
        const std::string from = fixed(blocks_[i].middle(), 1), to = fixed(blocks_[reader].middle(), 1);
        const std::string foot = fixed(top_ - 10, 1);
        out_ += concat("<path class=\"arc\" d=\"M", from, ' ', foot, " C", from, ' ', y, ' ', to, ' ', y, ' ',
                       to, ' ', foot, "\"><title>", escaped(layers_[i].name), " \u2192 ",
                       escaped(layers_[reader].name), "</title></path>\n");
      }
  }

  void draw_layer(std::size_t i) {
    const ReportedLayer& layer = layers_[i];
    const Block& block = blocks_[i];
    // 8 bits are half as high: wordlengths can be told without colour.
    const double height = layer.bits == 8 ? kBlockHeight / 2 : kBlockHeight;
    const double y = top_ + kBlockHeight - height;
    out_ += concat("<g class=\"layer\"><title>", description(layer, i), "</title><rect class=\"hit\" x=\"",
                   fixed(block.x, 1), "\" y=\"", fixed(top_, 1), "\" width=\"", fixed(block.width, 1),
                   "\" height=\"", kBlockHeight, "\" fill=\"transparent\"/><rect class=\"",
                   precision_class(layer), "\" x=\"", fixed(block.x, 1), "\" y=\"", fixed(y, 1),
                   "\" width=\"", fixed(block.width, 1), "\" height=\"", fixed(height, 1), "\" rx=\"",
                   fixed(std::min(3.0, block.width / 3), 1), "\"/>");
    if (layer.dre) draw_mark(block.middle(), y);
    out_ += "</g>\n";
  }

  void draw_mark(double x, double y) {
    out_ += concat("<path class=\"dre\" d=\"M", fixed(x, 1), ' ', fixed(y - 6, 1),
                   " l5.5 6 l-5.5 6 l-5.5 -6 z\"/>");
  }

  void draw_partitions() {
    for (std::size_t first = 0; first < layers_.size();) {
      std::size_t last = first;
      while (last + 1 < layers_.size() && layers_[last + 1].partition == layers_[first].partition) ++last;
      const double from = blocks_[first].x, to = blocks_[last].x + blocks_[last].width;
      const double y = top_ + kBlockHeight + 8;
      out_ += concat("<line class=\"partition\" x1=\"", fixed(from, 1), "\" y1=\"", fixed(y, 1), "\" x2=\"",
                     fixed(std::max(to - 1.5, from + 0.5), 1), "\" y2=\"", fixed(y, 1),
                     "\"><title>partition ", layers_[first].partition, "</title></line>\n");
      if (to - from > 18)
        out_ += concat("<text x=\"", fixed((from + to) / 2, 1), "\" y=\"", fixed(y + 15, 1),
                       "\" text-anchor=\"middle\">", layers_[first].partition, "</text>\n");
      first = last + 1;
    }
  }

  const std::vector<ReportedLayer>& layers_;
  std::vector<Block> blocks_;
  double arc_height_ = 0, top_ = 0;
  std::string out_;
};

constexpr char kLegend[] =
    "<ul class=\"legend\">"
    "<li><svg viewBox=\"0 0 14 14\"><rect class=\"b8\" y=\"7\" width=\"14\" height=\"7\" rx=\"2\"/></svg>8 "
    "bits, "
    "half as high</li>"
    "<li><svg viewBox=\"0 0 14 14\"><rect class=\"b16\" width=\"14\" height=\"14\" rx=\"2\"/></svg>16 "
    "bits</li>"
    "<li><svg viewBox=\"0 0 14 14\"><path class=\"dre\" d=\"M7 1 l6 6 l-6 6 l-6 -6 z\"/></svg>range found on "
    "every "
    "picture</li>"
    "<li>numbered lines: partitions</li></ul>\n";

}  // namespace

std::string network_picture(const QuantizationReport& report) {
  if (report.layers.empty()) return {};
  return concat("<div class=\"card\">\n<div class=\"scroll\"><div style=\"min-width:52rem\">\n",
                Picture(report.layers).svg(), "</div></div>\n", kLegend, "</div>\n");
}

}  // namespace nawq::cli
