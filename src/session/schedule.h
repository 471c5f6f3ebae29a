// Owns: what a program's schedule is for a picture, and how long a target is predicted to take for it.
#pragma once

#include <string>
#include <vector>

#include "base/cpu.h"
#include "base/result.h"
#include "base/thread_team.h"
#include "graph/target.h"
#include "plan/schedule.h"
#include "plan/simulate.h"
#include "session/network.h"

namespace nawq::session {

struct ScheduleReport {
  Extent picture;  // enlarged to what the network accepts
  plan::Schedule schedule;
  std::vector<plan::PartitionTime> times;
  double alone_us = 0;  // one picture
  plan::Simulation one_by_one, pipelined;
};

struct ScheduleOptions {
  Extent picture{320, 180};
  int tiles = 1;
  int in_flight = 2;  // with pipelining
};

Result<ScheduleReport> schedule(const plan::Program& program, const graph::Target& target,
                                const ScheduleOptions& options);

// The machine itself: `cpu` with its measured peaks.
graph::Target measured_target(Isa isa, ThreadTeam& team);

}  // namespace nawq::session
