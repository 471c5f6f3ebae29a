// Owns: the error type that every fallible function returns, and the two macros that pass it up.
// Nothing in src/ throws: a Result is the only way a failure travels.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace nawq {

// What a failure is about. The command line maps each kind to one exit code.
enum class ErrorKind {
  kInput,        // a picture or video cannot be read
  kUsage,        // contradictory or impossible request
  kModel,        // a network cannot be loaded or has something unsupported in it
  kOutput,       // a result cannot be written, or a folder of pictures cannot be read
  kResource,     // out of memory, or over a stated limit
  kQuality,      // a quality constraint is not met
  kInterrupted,  // the user asked to stop
};

struct Error {
  ErrorKind kind = ErrorKind::kUsage;
  std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}

// Puts `where` in front of the message: "model.onnx: node 'up' (Conv): group=3 does not divide 16".
inline Error with_context(Error error, std::string_view where) {
  error.message = std::string(where) + ": " + error.message;
  return error;
}

}  // namespace nawq

#define NAWQ_CONCAT_INNER(a, b) a##b
#define NAWQ_CONCAT(a, b) NAWQ_CONCAT_INNER(a, b)

// NAWQ_TRY(auto graph, load(path)); declares or assigns the left side, or returns the error.
#define NAWQ_TRY(target, expression) NAWQ_TRY_INNER(NAWQ_CONCAT(nawq_result_, __LINE__), target, expression)
#define NAWQ_TRY_INNER(result, target, expression)                      \
  auto result = (expression);                                           \
  if (!result) return tl::unexpected<Error>(std::move(result.error())); \
  target = std::move(*result)

// NAWQ_CHECK(verify(graph)); returns the error of a Status.
#define NAWQ_CHECK(expression)                                      \
  do {                                                              \
    if (auto nawq_status = (expression); !nawq_status)              \
      return tl::unexpected<Error>(std::move(nawq_status.error())); \
  } while (false)
