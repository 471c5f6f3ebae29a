// Owns: text and numbers as they stand in an HTML page.
#pragma once

#include <string>
#include <string_view>

namespace nawq::cli {

// Safe between tags and in attributes: what HTML reads as markup is escaped, what is no UTF-8 or cannot be
// shown becomes U+FFFD.
std::string escaped(std::string_view text);

// With so many decimals; a dash where the number is not finite.
std::string shown(double number, int decimals);
std::string shown_percent(double share, int decimals);
// Four significant digits or so: "0.0123", "12.3", "4.5e-07".
std::string shown_short(double number);
// "0.8 s", "2 min 5 s".
std::string shown_seconds(double seconds);

}  // namespace nawq::cli
