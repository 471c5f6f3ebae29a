#include "nawqsr/report/html_text.h"

#include <charconv>
#include <cmath>
#include <cstdint>

#include "base/text.h"

namespace nawq::cli {
namespace {

constexpr char kDash[] = "\u2013", kReplacement[] = "\uFFFD";

unsigned byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

// Bytes of the well-formed character that begins here; 0 where none does.
std::size_t character_bytes(std::string_view text, std::size_t at) {
  const unsigned first = byte_at(text, at);
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xC2 ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
  if (length == 0 || at + length > text.size()) return 0;
  std::uint32_t code = length == 1 ? first : first & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_at(text, at + i) & 0xC0) != 0x80) return 0;
    code = code << 6 | (byte_at(text, at + i) & 0x3F);
  }
  const bool is_too_long = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool is_control = (code < 0x20 && code != '\t' && code != '\n') || (code >= 0x7F && code < 0xA0);
  const bool is_surrogate = code >= 0xD800 && code < 0xE000;
  const bool is_none = (code & 0xFFFE) == 0xFFFE || (code >= 0xFDD0 && code < 0xFDF0);
  return is_too_long || is_control || is_surrogate || is_none || code > 0x10FFFF ? 0 : length;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_bytes(text, at);
    const char letter = text[at];
    if (length == 0)
      out += kReplacement;
    else if (letter == '&' || letter == '<' || letter == '>' || letter == '"' || letter == '\'')
      out += concat("&#", int{letter}, ';');
    else
      out += text.substr(at, length);
    at += length == 0 ? 1 : length;
  }
  return out;
}

std::string shown(double number, int decimals) {
  if (!std::isfinite(number)) return kDash;
  std::string text = fixed(number, decimals);
  if (text.starts_with('-')) text.replace(0, 1, "\u2212");
  return text;
}

std::string shown_percent(double share, int decimals) {
  return std::isfinite(share) ? shown(100 * share, decimals) + " %" : kDash;
}

std::string shown_short(double number) {
  if (!std::isfinite(number)) return kDash;
  if (number == 0) return "0";
  char digits[64];
  const auto [end, error] =
      std::to_chars(digits, digits + sizeof digits, number, std::chars_format::general, 4);
  std::string text(digits, error == std::errc() ? end : digits);
  if (text.starts_with('-')) text.replace(0, 1, "\u2212");
  return text;
}

std::string shown_seconds(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return kDash;
  if (seconds < 60) return concat(fixed(seconds, seconds < 10 ? 1 : 0), " s");
  const auto whole = static_cast<std::int64_t>(std::min(seconds, 1e15));
  return concat(whole / 60, " min ", whole % 60, " s");
}

}  // namespace nawq::cli
