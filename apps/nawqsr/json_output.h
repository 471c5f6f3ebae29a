// Owns: how results leave the program on stdout: text, or JSON: one object, UTF-8 whatever bytes a file name
// holds, an infinite figure as null.
#pragma once

#include <cmath>
#include <string>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace nawq::cli {

inline std::string to_line(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

inline nlohmann::json finite_or_null(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr);
}

// Writes to stdout; kOutput when it does not arrive (a closed pipe, a full disk).
Status print(const std::string& text);

}  // namespace nawq::cli
