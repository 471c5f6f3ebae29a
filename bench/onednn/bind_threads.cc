#include "onednn/bind_threads.h"

#include <omp.h>
#include <sched.h>

#include <atomic>
#include <vector>

namespace nawq::bench {
namespace {

std::vector<int> allowed_cpus() {
  cpu_set_t set;
  std::vector<int> cpus;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  return cpus;
}

// The calling thread. Where the system refuses, it stays free.
void bind_to(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  sched_setaffinity(0, sizeof set, &set);
}

}  // namespace

void bind_threads(ThreadTeam& team) {
  const std::vector<int> cpus = allowed_cpus();
  if (cpus.empty()) return;
  const auto cpu_of = [&](int thread) { return cpus[static_cast<std::size_t>(thread) % cpus.size()]; };
#pragma omp parallel
  bind_to(cpu_of(omp_get_thread_num()));
  // Nobody leaves before all are there, so that every worker has one index.
  std::atomic<int> arrived{0};
  team.parallel_for(team.size(), [&](std::int64_t, int worker) {
    bind_to(cpu_of(worker));
    ++arrived;
    while (arrived.load() < team.size()) sched_yield();
  });
}

}  // namespace nawq::bench
