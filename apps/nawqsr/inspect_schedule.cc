#include "nawqsr/inspect_schedule.h"

#include "base/text.h"
#include "nawqsr/columns.h"
#include "nawqsr/json_output.h"
#include "nawqsr/plan_model.h"
#include "nawqsr/target_file.h"
#include "session/inspect.h"
#include "session/plan_network.h"
#include "session/schedule.h"

namespace nawq::cli {
namespace {

using nlohmann::json;
using session::ScheduleReport;

struct Subject {
  const plan::Program& program;
  const graph::Target& target;
  const ScheduleReport& report;

  const plan::Operation& operation(std::int32_t index) const {
    return program.operations[static_cast<std::size_t>(index)];
  }
  const graph::Unit& unit(std::size_t partition) const { return target.units[report.times[partition].unit]; }
  double switching_us() const {
    double sum_us = 0;
    for (const plan::PartitionTime& time : report.times) sum_us += time.switch_us;
    return sum_us;
  }
};

std::string per_pixel(std::int64_t count, const ScheduleReport& report) {
  return fixed(static_cast<double>(count) / static_cast<double>(report.schedule.input_pixels), 1);
}

std::string milliseconds(double us) { return concat(fixed(us / 1000, 3), " ms"); }

std::string partition_table(const Subject& subject) {
  const ScheduleReport& report = subject.report;
  std::string out =
      concat(right("part", 4), right("bits", 6), right("MAC/px", 10), right("out B/px", 10), right("us", 10),
             right("convert", 9), right("switch", 8), "  unit    operations\n");
  for (std::size_t i = 0; i < report.times.size(); ++i) {
    const plan::Partition& partition = report.schedule.partitions[i];
    const plan::PartitionTime& time = report.times[i];
    out += concat(
        right(concat(i), 4), right(concat(partition.wordlength, partition.dre ? "d" : ""), 6),
        right(per_pixel(partition.macs, report), 10),
        right(per_pixel(partition.handed_over_bytes, report), 10), right(fixed(time.compute_us, 0), 10),
        right(time.conversion_us > 0 ? fixed(time.conversion_us, 0) : "", 9),
        right(time.switch_us > 0 ? fixed(time.switch_us, 1) : "", 8), "  ", left(subject.unit(i).name, 6),
        "  ", partition.first_operation, "..", partition.last_operation, " ",
        subject.operation(partition.first_operation).name, partition.is_barrier ? "  (barrier)" : "", '\n');
  }
  return out + "\n";
}

std::string busy_text(const Subject& subject) {
  std::string out;
  for (std::size_t i = 0; i < subject.target.units.size(); ++i)
    out += concat(i > 0 ? ", " : "", subject.target.units[i].name, " ",
                  fixed(100 * subject.report.pipelined.busy[i], 0), " %");
  return out;
}

std::string to_text(const Subject& subject) {
  const ScheduleReport& report = subject.report;
  return concat(partition_table(subject), subject.program.name, " on ", subject.target.name, " (",
                subject.target.assumptions, ")\n", report.picture.width_px, "x", report.picture.height_px,
                ": ", report.times.size(), report.times.size() == 1 ? " partition, " : " partitions, ",
                "one picture ", milliseconds(report.alone_us), ", of it switching ",
                fixed(100 * subject.switching_us() / report.alone_us, 2), " %\none after another ",
                milliseconds(report.one_by_one.per_picture_us), " a picture, pipelined ",
                milliseconds(report.pipelined.per_picture_us), " (busy: ", busy_text(subject), ")\n");
}

json partitions_json(const Subject& subject) {
  const ScheduleReport& report = subject.report;
  const double pixels = static_cast<double>(report.schedule.input_pixels);
  json all = json::array();
  for (std::size_t i = 0; i < report.times.size(); ++i) {
    const plan::Partition& partition = report.schedule.partitions[i];
    const plan::PartitionTime& time = report.times[i];
    all.push_back({{"first_operation", partition.first_operation},
                   {"last_operation", partition.last_operation},
                   {"first_layer", subject.operation(partition.first_operation).name},
                   {"last_layer", subject.operation(partition.last_operation).name},
                   {"bits", partition.wordlength},
                   {"dre", partition.dre},
                   {"barrier", partition.is_barrier},
                   {"macs", partition.macs},
                   {"macs_per_pixel", static_cast<double>(partition.macs) / pixels},
                   {"handed_over_bytes", partition.handed_over_bytes},
                   {"unit", subject.unit(i).name},
                   {"compute_us", time.compute_us},
                   {"conversion_us", time.conversion_us},
                   {"switch_us", time.switch_us}});
  }
  return all;
}

json to_json(const Subject& subject) {
  const ScheduleReport& report = subject.report;
  json busy = json::object();
  for (std::size_t i = 0; i < subject.target.units.size(); ++i)
    busy[subject.target.units[i].name] = report.pipelined.busy[i];
  return {{"model", subject.program.name},
          {"precision", session::precision_of(subject.program)},
          {"target", subject.target.name},
          {"assumptions", subject.target.assumptions},
          {"input", {report.picture.width_px, report.picture.height_px}},
          {"partitions", partitions_json(subject)},
          {"picture_us", report.alone_us},
          {"switching_us", subject.switching_us()},
          {"one_by_one_us", report.one_by_one.per_picture_us},
          {"pipelined_us", report.pipelined.per_picture_us},
          {"pipelined_busy", busy}};
}

}  // namespace

Result<ExitCode> inspect_schedule(const ModelOptions& model, const RunOptions& run,
                                  const ScheduleRequest& request, std::optional<session::Extent> size,
                                  Console& console) {
  NAWQ_TRY(const Isa isa, choose_isa());
  NAWQ_TRY(ThreadTeam team, start_threads(run));
  NAWQ_TRY(const graph::Target target, read_target(request.target, isa, team));
  NAWQ_TRY(const session::PlannedModel planned, plan_model(model, isa, team, console));
  const plan::Program& program = planned.program;
  NAWQ_TRY(
      const ScheduleReport report,
      session::schedule(program, target,
                        {.picture = size.value_or(session::usual_size(program)), .tiles = request.tiles}));
  const Subject subject{program, target, report};
  NAWQ_CHECK(print(run.json ? to_line(to_json(subject)) : to_text(subject)));
  return kDone;
}

}  // namespace nawq::cli
