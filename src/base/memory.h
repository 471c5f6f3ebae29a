// Owns: how much memory this process has held, and may still take.
#pragma once

#include <cstdint>

namespace nawq {

// Bytes that can be allocated without swapping: the system's available memory, or what the cgroup leaves if
// that is less. INT64_MAX where the system does not say.
std::int64_t available_memory_bytes();

// The most physical memory that this process has held, in bytes; 0 where the system does not say.
std::int64_t peak_resident_bytes();

}  // namespace nawq
