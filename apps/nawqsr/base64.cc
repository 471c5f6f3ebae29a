#include "nawqsr/base64.h"

#include <algorithm>
#include <cstdint>

namespace nawq::cli {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kGroupBytes = 3, kGroupDigits = 4;

// Of the six bits that a digit stands for; nothing where it is none.
std::optional<std::uint32_t> value_of(char digit) {
  const std::size_t at = kDigits.find(digit);
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<std::uint32_t>(at);
}

// 24 bits; `=` counts as zeros.
std::optional<std::uint32_t> group_of(std::string_view digits, std::size_t padding) {
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < kGroupDigits; ++i) {
    const auto value = i < kGroupDigits - padding ? value_of(digits[i]) : std::optional<std::uint32_t>(0);
    if (!value) return std::nullopt;
    group = group << 6 | *value;
  }
  // Bits that no byte takes are zero in what we write.
  if (padding > 0 && (group & ((1u << (8 * padding)) - 1)) != 0) return std::nullopt;
  return group;
}

}  // namespace

std::string to_base64(std::span<const std::byte> bytes) {
  std::string text;
  text.reserve((bytes.size() + kGroupBytes - 1) / kGroupBytes * kGroupDigits);
  for (std::size_t at = 0; at < bytes.size(); at += kGroupBytes) {
    const std::size_t count = std::min(kGroupBytes, bytes.size() - at);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < kGroupBytes; ++i)
      group = group << 8 | (i < count ? std::to_integer<std::uint32_t>(bytes[at + i]) : 0);
    for (std::size_t i = 0; i < kGroupDigits; ++i)
      text += i <= count ? kDigits[group >> (18 - 6 * i) & 63] : '=';
  }
  return text;
}

std::optional<std::vector<std::byte>> from_base64(std::string_view text) {
  if (text.size() % kGroupDigits != 0) return std::nullopt;
  std::vector<std::byte> bytes;
  bytes.reserve(text.size() / kGroupDigits * kGroupBytes);
  for (std::size_t at = 0; at < text.size(); at += kGroupDigits) {
    const std::string_view digits = text.substr(at, kGroupDigits);
    const bool is_last = at + kGroupDigits == text.size();
    const std::size_t padding = !is_last ? 0 : digits.ends_with("==") ? 2 : digits.ends_with('=') ? 1 : 0;
    const auto group = group_of(digits, padding);
    if (!group) return std::nullopt;
    for (std::size_t i = 0; i < kGroupBytes - padding; ++i)
      bytes.push_back(static_cast<std::byte>(*group >> (16 - 8 * i) & 0xff));
  }
  return bytes;
}

}  // namespace nawq::cli
