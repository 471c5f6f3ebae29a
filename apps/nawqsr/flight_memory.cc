#include "nawqsr/flight_memory.h"

#include <algorithm>

namespace nawq::cli {

bool FlightMemory::fits(FlightNeed need) const {
  std::int64_t work_bytes = need.work_bytes, left_bytes = budget_bytes_ - need.kept_bytes;
  for (const auto& [picture, other] : in_flight_) {
    work_bytes = std::max(work_bytes, other.work_bytes);
    left_bytes -= other.kept_bytes;
  }
  return in_flight_.empty() || left_bytes >= work_bytes;
}

bool FlightMemory::enter(std::int64_t picture, FlightNeed need) {
  std::unique_lock lock(mutex_);
  const bool at_once = fits(need);
  left_.wait(lock, [&] { return fits(need); });
  in_flight_.emplace(picture, need);
  return at_once;
}

void FlightMemory::leave(std::int64_t picture) {
  const std::lock_guard lock(mutex_);
  in_flight_.erase(picture);
  left_.notify_all();
}

}  // namespace nawq::cli
