#include "session/schedule.h"

#include "codec/sizes.h"
#include "session/bench.h"
#include "session/engine.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

std::vector<std::int64_t> pixel_counts(const std::vector<codec::Extent>& sizes) {
  std::vector<std::int64_t> counts;
  for (const codec::Extent& size : sizes) counts.push_back(size.width_px * size.height_px);
  return counts;
}

Result<ScheduleReport> run(const plan::Program& program, const graph::Target& target,
                           const ScheduleOptions& options) {
  ScheduleReport report;
  NAWQ_TRY(report.picture, accepted_size(program, options.picture));
  NAWQ_TRY(const codec::Sizes sizes,
           codec::find_sizes(program, {report.picture.width_px, report.picture.height_px}));
  const auto operations = pixel_counts(sizes.grids), tensors = pixel_counts(sizes.tensors);
  report.schedule = plan::make_schedule(program, {operations, tensors});
  NAWQ_TRY(report.times, plan::partition_times(report.schedule, target));
  const auto simulated = [&](int pictures, int in_flight) {
    return plan::simulate(report.schedule, report.times, target.units.size(),
                          {.pictures = pictures, .in_flight = in_flight, .tiles = options.tiles});
  };
  constexpr int kPictures = 64;
  report.alone_us = simulated(1, 1).first_picture_us;
  report.one_by_one = simulated(kPictures, 1);
  report.pipelined = simulated(kPictures, options.in_flight);
  return report;
}

}  // namespace

Result<ScheduleReport> schedule(const plan::Program& program, const graph::Target& target,
                                const ScheduleOptions& options) {
  return within_memory([&] { return run(program, target, options); });
}

graph::Target measured_target(Isa isa, ThreadTeam& team) {
  const MachinePeaks peaks = measure_peaks(isa, team);
  return graph::cpu_target(peaks.a8, peaks.a16, peaks.f32);
}

}  // namespace nawq::session
