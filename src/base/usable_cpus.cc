#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <string>

#include "base/thread_team.h"

namespace nawq {
namespace {

// cgroup v2 states "QUOTA PERIOD" or "max PERIOD" in microseconds.
double cgroup_quota_cpus() {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  std::string quota_text;
  double period_us = 0;
  if (!(file >> quota_text >> period_us) || period_us <= 0) return HUGE_VAL;
  double quota_us = 0;
  const auto [end, error] =
      std::from_chars(quota_text.data(), quota_text.data() + quota_text.size(), quota_us);
  return error == std::errc() && quota_us > 0 ? quota_us / period_us : HUGE_VAL;
}

}  // namespace

int usable_cpus() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  const int affinity = sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
  const double quota = std::ceil(cgroup_quota_cpus());
  return std::max(1, static_cast<int>(std::min<double>(affinity, quota)));
}

}  // namespace nawq
