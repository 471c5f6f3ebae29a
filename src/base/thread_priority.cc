#include "base/thread_priority.h"

#include <sys/resource.h>

#include <cerrno>

namespace nawq {

void lower_thread_priority(int steps) {
  if (steps == 0) return;
  errno = 0;
  // On Linux "this process" is the calling thread (sched(7), "The nice value").
  const int now = getpriority(PRIO_PROCESS, 0);
  if (errno == 0) setpriority(PRIO_PROCESS, 0, now + steps);
}

}  // namespace nawq
