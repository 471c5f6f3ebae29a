// Owns: reading a number from any address.
#pragma once

namespace nawq::kernels {

// Always inlined: each instruction set compiles its own, and none may end up as the one copy that all share.
template <class T>
[[gnu::always_inline]] inline T load_as(const void* from) {
  T value;
  __builtin_memcpy(&value, from, sizeof value);
  return value;
}

}  // namespace nawq::kernels
