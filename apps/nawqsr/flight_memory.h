// Owns: how much memory the pictures in flight may hold together: one that does not fit beside the others
// waits until it does, or until it is alone.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>

namespace nawq::cli {

struct FlightNeed {
  std::int64_t kept_bytes = 0;  // the picture and its result, from the first stage to the last
  std::int64_t work_bytes = 0;  // what enlarging it takes besides; one picture at a time does
};

class FlightMemory {
 public:
  explicit FlightMemory(std::int64_t budget_bytes) : budget_bytes_(budget_bytes) {}

  // Waits for room. False: it had to wait. Pictures enter one after another.
  bool enter(std::int64_t picture, FlightNeed need);
  // Also for pictures that never entered.
  void leave(std::int64_t picture);

 private:
  bool fits(FlightNeed need) const;

  const std::int64_t budget_bytes_;
  std::mutex mutex_;
  std::condition_variable left_;
  std::map<std::int64_t, FlightNeed> in_flight_;
};

}  // namespace nawq::cli
