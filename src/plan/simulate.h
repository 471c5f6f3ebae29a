// Owns: predicting the time of a Schedule on a Target: units work on one thing at a time, partitions of one
// picture follow one another, those of several pictures run beside one another where units are free.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "graph/target.h"
#include "plan/schedule.h"

namespace nawq::plan {

// Of one partition on its unit, for a whole picture. The unit is taken for all of it.
struct PartitionTime {
  std::size_t unit = 0;
  double compute_us = 0, conversion_us = 0;
  double switch_us = 0;  // where the partition before it is on another unit; for every tile
  double total_us() const { return compute_us + conversion_us + switch_us; }
};

// kUsage where a wordlength has no unit.
Result<std::vector<PartitionTime>> partition_times(const Schedule& schedule, const graph::Target& target);

struct SimulationOptions {
  int pictures = 64;
  int in_flight = 2;  // pictures begun and not finished; 1: one after another
  // Pieces of equal work in which a picture goes through its partitions; a barrier waits for all of them.
  int tiles = 1;
};

struct Simulation {
  double first_picture_us = 0;  // until the first one is done
  double per_picture_us = 0;    // from one to the next, amid the pictures; of fewer than 4: the first
  std::vector<double> busy;     // by unit: the share of all the time in which it works
};

// Event by event: whatever can start first does; of several the oldest picture's.
Simulation simulate(const Schedule& schedule, const std::vector<PartitionTime>& times, std::size_t units,
                    const SimulationOptions& options);

}  // namespace nawq::plan
