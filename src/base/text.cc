#include "base/text.h"

#include <cmath>

namespace nawq {

std::string fixed(double value, int decimals) {
  char digits[400];  // 309 digits before the point of the largest double, and room for the decimals
  const auto [end, error] =
      std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed, decimals);
  return error == std::errc() ? std::string(digits, end) : std::string("?");
}

std::string bytes_text(double bytes) {
  static constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  std::size_t unit = 0;
  while (std::fabs(bytes) >= 1024 && unit + 1 < std::size(kUnits)) {
    bytes /= 1024;
    ++unit;
  }
  return concat(fixed(bytes, unit == 0 ? 0 : 1), " ", kUnits[unit]);
}

}  // namespace nawq
