// Owns: the one place where running out of memory becomes an Error. Every public call of session goes through
// it.
#pragma once

#include <new>
#include <type_traits>

#include "base/result.h"

namespace nawq::session {

// What `call` returns, or kResource when an allocation in it fails.
template <class Call>
std::invoke_result_t<Call> within_memory(Call&& call) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return fail(ErrorKind::kResource, "out of memory");
  }
}

}  // namespace nawq::session
