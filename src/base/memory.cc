#include "base/memory.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>

namespace nawq {
namespace {

constexpr std::int64_t kUnknown = INT64_MAX;

std::int64_t system_available_bytes() {
  std::ifstream file("/proc/meminfo");
  std::string key, unit;
  std::int64_t kib = 0;
  while (file >> key >> kib) {
    if (key == "MemAvailable:") return kib * 1024;
    std::getline(file, unit);
  }
  return kUnknown;
}

// One number, or "max" for no limit.
std::int64_t read_cgroup_bytes(const char* path) {
  std::ifstream file(path);
  std::int64_t bytes = 0;
  return file >> bytes ? bytes : kUnknown;
}

std::int64_t cgroup_available_bytes() {
  const std::int64_t limit = read_cgroup_bytes("/sys/fs/cgroup/memory.max");
  const std::int64_t used = read_cgroup_bytes("/sys/fs/cgroup/memory.current");
  return limit == kUnknown || used == kUnknown ? kUnknown : std::max<std::int64_t>(0, limit - used);
}

}  // namespace

std::int64_t available_memory_bytes() { return std::min(system_available_bytes(), cgroup_available_bytes()); }

std::int64_t peak_resident_bytes() {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("VmHWM:")) return std::strtoll(line.c_str() + 6, nullptr, 10) * 1024;
  return 0;
}

}  // namespace nawq
