#include "session/probe_range.h"

#include <cmath>

#include "base/text.h"
#include "reference/run.h"

namespace nawq::session {
namespace {

constexpr double kLargestError = 0.2;

// How far the middle of the output is from a flat input of `grey`, relative to it.
Result<double> relative_error(const graph::Graph& graph, float grey, ThreadTeam& team) {
  const graph::Shape& in = graph.shape(graph.input);
  NAWQ_TRY(const std::int64_t count, graph::element_count(in));
  const auto flat = graph::float_tensor(in, std::vector<float>(static_cast<std::size_t>(count), grey));
  NAWQ_TRY(const auto output, reference::run(graph, flat, team));

  const std::int64_t channels = output.shape[1], height = output.shape[2], width = output.shape[3];
  double sum = 0;
  std::int64_t samples = 0;
  for (std::int64_t c = 0; c < channels; ++c)
    for (std::int64_t y = height / 4; y < height - height / 4; ++y)
      for (std::int64_t x = width / 4; x < width - width / 4; ++x, ++samples)
        sum += static_cast<double>(output.floats[static_cast<std::size_t>((c * height + y) * width + x)]);
  const double error = std::fabs(sum / static_cast<double>(samples) / static_cast<double>(grey) - 1);
  return std::isnan(error) ? HUGE_VAL : error;
}

}  // namespace

Result<InputRange> probe_input_range(const graph::Graph& graph, ThreadTeam& team) {
  NAWQ_TRY(const double unit_error, relative_error(graph, 0.5f, team));
  NAWQ_TRY(const double byte_error, relative_error(graph, 127.5f, team));
  if (std::fmin(unit_error, byte_error) > kLargestError)
    return fail(
        ErrorKind::kModel,
        concat("does not state its input range, and flat grey comes back ", fixed(100 * unit_error, 0),
               " % off as 0..1 and ", fixed(100 * byte_error, 0), " % off as 0..255: state --input-range"));
  return unit_error <= byte_error ? InputRange::kUnit : InputRange::kByte;
}

}  // namespace nawq::session
