#include "plan/simulate.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace nawq::plan {
namespace {

struct Tile {
  std::size_t next = 0;  // partition
  double ready_us = 0;
};

struct Flight {
  std::int64_t picture = 0;
  std::vector<Tile> tiles;
  // By partition: how many tiles have gone through it, and when the last of them had.
  std::vector<std::int64_t> tiles_done;
  std::vector<double> done_us;
};

struct Start {
  std::size_t flight = 0, tile = 0;
  double at_us = 0;
};

class Simulator {
 public:
  Simulator(const Schedule& schedule, const std::vector<PartitionTime>& times, std::size_t units,
            const SimulationOptions& options)
      : schedule_(schedule), times_(times), options_(options), free_us_(units), busy_us_(units) {}

  Simulation run() {
    for (int i = 0; i < options_.in_flight; ++i) admit(0);
    while (const std::optional<Start> start = earliest_start()) execute(*start);
    return conclude();
  }

 private:
  void admit(double at_us) {
    if (admitted_ == options_.pictures) return;
    const std::size_t partitions = times_.size();
    flights_.push_back({.picture = admitted_++,
                        .tiles = std::vector<Tile>(static_cast<std::size_t>(options_.tiles), Tile{0, at_us}),
                        .tiles_done = std::vector<std::int64_t>(partitions),
                        .done_us = std::vector<double>(partitions)});
  }

  // When a tile may go on; nothing while others have to come first or it is through.
  std::optional<double> ready_us(const Flight& flight, const Tile& tile) const {
    if (tile.next == times_.size()) return std::nullopt;
    if (tile.next == 0 || !schedule_.partitions[tile.next].is_barrier) return tile.ready_us;
    if (flight.tiles_done[tile.next - 1] < options_.tiles) return std::nullopt;
    return flight.done_us[tile.next - 1];
  }

  std::optional<Start> earliest_start() const {
    std::optional<Start> best;
    for (std::size_t f = 0; f < flights_.size(); ++f)
      for (std::size_t t = 0; t < flights_[f].tiles.size(); ++t) {
        const Tile& tile = flights_[f].tiles[t];
        const std::optional<double> ready = ready_us(flights_[f], tile);
        if (!ready) continue;
        const double at_us = std::max(*ready, free_us_[times_[tile.next].unit]);
        if (!best || at_us < best->at_us) best.emplace(Start{f, t, at_us});
      }
    return best;
  }

  void execute(const Start& start) {
    Flight& flight = flights_[start.flight];
    Tile& tile = flight.tiles[start.tile];
    const PartitionTime& time = times_[tile.next];
    const double taken_us = (time.compute_us + time.conversion_us) / options_.tiles + time.switch_us;
    tile.ready_us = free_us_[time.unit] = start.at_us + taken_us;
    busy_us_[time.unit] += taken_us;
    ++flight.tiles_done[tile.next];
    flight.done_us[tile.next] = std::max(flight.done_us[tile.next], tile.ready_us);
    ++tile.next;
    if (flight.tiles_done.back() == options_.tiles) land(start.flight);
  }

  void land(std::size_t flight) {
    const double at_us = flights_[flight].done_us.back();
    finished_us_.push_back(at_us);
    flights_.erase(flights_.begin() + static_cast<std::ptrdiff_t>(flight));
    admit(at_us);
  }

  Simulation conclude() const {
    Simulation result{.busy = busy_us_};
    if (finished_us_.empty()) return result;
    const std::size_t count = finished_us_.size(), from = count / 4, to = count * 3 / 4;
    result.first_picture_us = result.per_picture_us = finished_us_.front();
    if (count >= 4)
      result.per_picture_us = (finished_us_[to] - finished_us_[from]) / static_cast<double>(to - from);
    for (double& share : result.busy) share = finished_us_.back() > 0 ? share / finished_us_.back() : 0;
    return result;
  }

  const Schedule& schedule_;
  const std::vector<PartitionTime>& times_;
  const SimulationOptions& options_;
  std::vector<double> free_us_, busy_us_;
  std::vector<Flight> flights_;  // oldest first
  std::vector<double> finished_us_;
  std::int64_t admitted_ = 0;
};

}  // namespace

Result<std::vector<PartitionTime>> partition_times(const Schedule& schedule, const graph::Target& target) {
  std::vector<PartitionTime> times;
  for (const Partition& partition : schedule.partitions) {
    const std::optional<std::size_t> unit = unit_for(target, partition.wordlength);
    if (!unit)
      return fail(ErrorKind::kUsage,
                  concat("target ", target.name, " has no unit for ",
                         partition.wordlength == 32 ? "float32" : concat(partition.wordlength, " bits")));
    const double gmac_per_s = graph::gmac_per_s(target.units[*unit], partition.wordlength);
    PartitionTime time{.unit = *unit};
    time.compute_us = static_cast<double>(partition.macs) / gmac_per_s / 1e3;
    if (target.conversion_gbyte_per_s > 0)
      time.conversion_us =
          static_cast<double>(partition.converted_bytes) / target.conversion_gbyte_per_s / 1e3;
    if (!times.empty() && times.back().unit != time.unit) time.switch_us = target.switch_us;
    times.push_back(time);
  }
  return times;
}

Simulation simulate(const Schedule& schedule, const std::vector<PartitionTime>& times, std::size_t units,
                    const SimulationOptions& options) {
  return Simulator(schedule, times, units, options).run();
}

}  // namespace nawq::plan
