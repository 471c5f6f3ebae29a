// Owns: how much memory this process may still take.
#pragma once

#include <cstdint>

namespace nawq {

// Bytes that can be allocated without swapping: the system's available memory, or what the cgroup leaves if
// that is less. INT64_MAX where the system does not say.
std::int64_t available_memory_bytes();

}  // namespace nawq
