// Owns: scratch memory for each worker of a parallel loop, taken before the loop starts.
#pragma once

#include <cstdint>
#include <memory>

#include "base/thread_team.h"

namespace nawq::reference {

class Scratch {
 public:
  Scratch(const ThreadTeam& team, std::int64_t floats_each)
      : floats_each_(floats_each),
        floats_(
            std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(floats_each * team.size()))) {}

  float* of(int worker) const { return floats_.get() + worker * floats_each_; }

 private:
  std::int64_t floats_each_;
  std::unique_ptr<float[]> floats_;
};

}  // namespace nawq::reference
