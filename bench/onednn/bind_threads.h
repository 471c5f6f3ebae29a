// Owns: a core for every thread of both sides. Beside other work, two threads of one process may else stay on
// one core for seconds, which halves that side's speed and says nothing about it.
#pragma once

#include "base/thread_team.h"

namespace nawq::bench {

// Of the team and of OpenMP, whose first thread is the caller in both. As many of OpenMP's as it is told to
// use.
void bind_threads(ThreadTeam& team);

}  // namespace nawq::bench
