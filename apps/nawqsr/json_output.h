// Owns: how JSON leaves the program: one object, UTF-8 whatever bytes a file name holds, an infinite figure as null.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

namespace nawq::cli {

inline std::string to_line(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

inline nlohmann::json finite_or_null(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr);
}

// Writes to stdout and says whether it arrived (a closed pipe, a full disk).
bool print(const std::string& text);

}  // namespace nawq::cli
