#include <cmath>

#include "graph/reduction.h"
#include "reference/chunks.h"
#include "reference/operators.h"

namespace nawq::reference {
namespace {

// term(x) summed in double: each row by itself, then the rows in order.
template <class Term>
double sum_by_rows(const float* plane, std::int64_t height, std::int64_t width, Term term) {
  double total = 0;
  for (std::int64_t y = 0; y < height; ++y) {
    double row_sum = 0;
    for (std::int64_t x = 0; x < width; ++x) row_sum += term(double{plane[y * width + x]});
    total += row_sum;
  }
  return total;
}

}  // namespace

void compute(const graph::Reduce& op, Inputs in, Outputs out, ThreadTeam& team) {
  const graph::ReduceViews views = views_of(op, in[0].shape);
  const std::int64_t outputs = views.kept.row_count(), inputs = volume(in[0].shape);
  for_each_chunk(team, outputs, inputs / std::max<std::int64_t>(1, outputs),
                 [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t i = begin; i < end; ++i)
                     out[0].values[i] = graph::reduced_at(views, op.kind, i, in[0].values);
                 });
}

void compute(const graph::ChannelStatistics& op, Inputs in, Outputs out, ThreadTeam& team) {
  const std::int64_t height = in[0].shape[2], width = in[0].shape[3];
  const auto pixels = static_cast<double>(height * width);
  team.parallel_for(in[0].shape[1], [&](std::int64_t channel, int) {
    const float* plane = in[0].values + channel * height * width;
    const double mean = sum_by_rows(plane, height, width, [](double x) { return x; }) / pixels;
    double statistic = mean;
    if (op.statistic == graph::ChannelStatistic::kStandardDeviation) {
      const auto squared_distance = [mean](double x) { return (x - mean) * (x - mean); };
      statistic = std::sqrt(sum_by_rows(plane, height, width, squared_distance) / pixels);
    }
    out[0].values[channel] = static_cast<float>(statistic);
  });
}

}  // namespace nawq::reference
