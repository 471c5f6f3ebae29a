// Owns: building messages without streams, printf or exceptions.
#pragma once

#include <charconv>
#include <concepts>
#include <string>
#include <string_view>

namespace nawq {

inline void append_text(std::string& out, std::string_view part) { out += part; }
inline void append_text(std::string& out, char part) { out += part; }

template <class Number>
  requires std::integral<Number> || std::floating_point<Number>
void append_text(std::string& out, Number value) {
  char digits[64];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  if (error == std::errc()) out.append(digits, end);
}

// concat("scale ", 4, " of '", name, "'"): numbers in their shortest exact form.
template <class... Parts>
std::string concat(const Parts&... parts) {
  std::string out;
  (append_text(out, parts), ...);
  return out;
}

// fixed(31.0987, 2) is "31.10".
std::string fixed(double value, int decimals);

// bytes_text(3221225472) is "3.0 GiB".
std::string bytes_text(double bytes);

}  // namespace nawq
