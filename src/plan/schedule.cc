#include "plan/schedule.h"

#include <optional>
#include <utility>

#include "plan/reads.h"

namespace nawq::plan {
namespace {

std::int64_t bytes_of(const Program& program, std::size_t tensor, std::int64_t pixels) {
  const TensorSpec& spec = program.tensors[tensor];
  if (tensor == kInputTensor) return spec.channels * pixels;  // a picture of 8 bits
  return padded_channels(spec.channels) *
         static_cast<std::int64_t>(kernels::bytes_of(spec.quantization.format)) * pixels;
}

bool begins_partition(const Program& program, std::size_t operation) {
  return operation == 0 ||
         program.operations[operation].partition != program.operations[operation - 1].partition;
}

// By operation: its place in the schedule.
std::vector<std::size_t> places(const Program& program) {
  std::vector<std::size_t> found;
  std::size_t next = 0;
  for (std::size_t i = 0; i < program.operations.size(); ++i) {
    if (begins_partition(program, i)) ++next;
    found.push_back(next - 1);
  }
  return found;
}

struct Crossing {
  bool is_counted = false, is_converted = false;
};

// A tensor that operation `reader` takes from partition `writer`.
void add_crossing(const Program& program, std::size_t tensor, std::int64_t pixels, Partition& writer,
                  Partition& reader, Crossing& crossing) {
  if (!std::exchange(crossing.is_counted, true))
    writer.handed_over_bytes += bytes_of(program, tensor, pixels);
  if (writer.wordlength == reader.wordlength || std::exchange(crossing.is_converted, true)) return;
  const std::int64_t numbers = padded_channels(program.tensors[tensor].channels) * pixels;
  reader.converted_bytes += numbers * (writer.wordlength + reader.wordlength) / 8;
}

// Each tensor counts once, for the partition that completes it, and once for the first that converts it.
void add_crossings(const Program& program, const PixelCounts& pixels, Schedule& schedule) {
  const std::vector<std::size_t> place = places(program);
  std::vector<std::optional<std::size_t>> writers(program.tensors.size());
  std::vector<Crossing> crossings(program.tensors.size());
  for (std::size_t i = 0; i < program.operations.size(); ++i) {
    visit_reads(program.operations[i], [&](std::int32_t read) {
      const auto tensor = static_cast<std::size_t>(stored_tensor(program, read));
      if (!writers[tensor] || *writers[tensor] == place[i]) return;
      add_crossing(program, tensor, pixels.tensors[tensor], schedule.partitions[*writers[tensor]],
                   schedule.partitions[place[i]], crossings[tensor]);
    });
    for (const RunSpec& run : program.operations[i].runs)
      writers[static_cast<std::size_t>(run.tensor)].emplace(place[i]);
  }
}

}  // namespace

Schedule make_schedule(const Program& program, const PixelCounts& pixels) {
  Schedule schedule{.input_pixels = pixels.tensors[kInputTensor], .partitions = {}};
  for (std::size_t i = 0; i < program.operations.size(); ++i) {
    const Operation& operation = program.operations[i];
    if (begins_partition(program, i))
      schedule.partitions.push_back({.first_operation = static_cast<std::int32_t>(i),
                                     .wordlength = operation.wordlength,
                                     .dre = operation.dre});
    Partition& partition = schedule.partitions.back();
    partition.last_operation = static_cast<std::int32_t>(i);
    partition.is_barrier =
        partition.is_barrier || operation.dre || std::holds_alternative<Statistics>(operation.kind);
    partition.macs += operation.macs_per_pixel * pixels.operations[i];
  }
  add_crossings(program, pixels, schedule);
  return schedule;
}

}  // namespace nawq::plan
