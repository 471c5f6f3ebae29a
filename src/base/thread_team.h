// Owns: the worker threads of one session, and handing out row indices to them. Knows nothing of what a row
// is.
#pragma once

#include <cstdint>
#include <memory>

#include "base/function_ref.h"
#include "base/result.h"

namespace nawq {

// CPUs this process may use: scheduling affinity and cgroup quota (rounded up), at least 1.
int usable_cpus();

class ThreadTeam {
 public:
  // threads >= 1, the caller's thread included. Fails when the system refuses a thread.
  static Result<ThreadTeam> create(int threads);

  ThreadTeam(ThreadTeam&&) noexcept;
  ThreadTeam& operator=(ThreadTeam&&) noexcept;
  ~ThreadTeam();

  int size() const;

  // Calls body(index, worker) once for every index in [0, count), worker in [0, size()), in no stated order,
  // and returns when all calls have. `body` must not call parallel_for of the same team. One caller at a
  // time.
  void parallel_for(std::int64_t count, FunctionRef<void(std::int64_t index, int worker)> body);

 private:
  struct State;
  explicit ThreadTeam(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace nawq
