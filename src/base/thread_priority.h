// Owns: how much of a busy machine one thread wants.
#pragma once

namespace nawq {

// The calling thread, and those that it starts from now on, yield to others by `steps` more (0..19). Where
// the system has no priority of single threads nothing happens.
void lower_thread_priority(int steps);

}  // namespace nawq
