// Owns: what codec's tests know of memory: how often it was asked for. All of it comes filled with the bytes
// of NaN, so that a number which nobody wrote shows in the picture.
#pragma once

#include <cstdint>

namespace nawq::codec {

// Calls of operator new in this program so far, by all threads.
std::int64_t allocations();

}  // namespace nawq::codec
