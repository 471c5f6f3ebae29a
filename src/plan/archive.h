// Owns: how a field becomes bytes and comes back (plan/fields.h says which fields). Little-endian. Numbers
// have their own width, bool and enumerations one byte, strings and vectors a 32- or 64-bit count in front,
// variants the index of what they hold in one byte.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "plan/fields.h"
#include "plan/visit_kind.h"

namespace nawq::plan {

template <class T>
concept ArchivedNumber = std::integral<T> || std::same_as<T, float>;

// What a number is in the file.
template <ArchivedNumber T>
using NumberBits =
    std::conditional_t<sizeof(T) == 1, std::uint8_t,
                       std::conditional_t<sizeof(T) == 2, std::uint16_t,
                                          std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>>;

class ArchiveWriter {
 public:
  explicit ArchiveWriter(std::vector<std::byte>& bytes) : bytes_(bytes) {}

  template <class... Fields>
  void operator()(const Fields&... values) {
    (write(values), ...);
  }

 private:
  template <ArchivedNumber T>
  void write(const T& value) {
    auto bits = std::bit_cast<NumberBits<T>>(value);
    for (std::size_t i = 0; i < sizeof bits; ++i)
      bytes_.push_back(static_cast<std::byte>(static_cast<std::uint64_t>(bits) >> (8 * i)));
  }
  template <class T>
    requires std::is_enum_v<T>
  void write(const T& value) {
    write(static_cast<std::uint8_t>(value));
  }
  void write(const std::string& text) {
    write(static_cast<std::uint32_t>(text.size()));
    for (const char letter : text) bytes_.push_back(static_cast<std::byte>(letter));
  }
  template <class T>
  void write(const std::vector<T>& items) {
    write(std::uint64_t{items.size()});
    for (const T& item : items) write(item);
  }
  void write(const OperationKind& kind) {
    write(static_cast<std::uint8_t>(kind.index()));
    visit_kind(kind, [this](const auto& held) { write(held); });
  }
  template <class T>
  void write(const T& value) {
    fields(*this, value);
  }

  std::vector<std::byte>& bytes_;
};

// After the first failure nothing more is read and what is asked for stays as it was.
class ArchiveReader {
 public:
  explicit ArchiveReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  template <class... Fields>
  void operator()(Fields&... values) {
    (read(values), ...);
  }

  std::span<const std::byte> take(std::uint64_t count);
  std::size_t left() const { return rest_.size(); }
  bool has_failed() const { return !problem_.empty(); }
  const std::string& problem() const { return problem_; }
  void fail_with(std::string problem);

 private:
  template <ArchivedNumber T>
  void read(T& value) {
    const auto bytes = take(sizeof(T));
    if (!bytes.empty()) value = decode<T>(bytes.data());
  }
  void read(bool& value);
  template <class T>
    requires std::is_enum_v<T>
  void read(T& value) {
    std::uint8_t code = 0;
    read(code);
    value = static_cast<T>(code);
  }
  void read(std::string& text);
  void read(OperationKind& kind);

  // Never makes room for more than the bytes that are left can hold.
  template <class T>
  void read(std::vector<T>& items) {
    std::uint64_t count = 0;
    read(count);
    if constexpr (ArchivedNumber<T>) {
      if (count > left() / sizeof(T)) return fail_with("ends inside a list");
      const auto bytes = take(count * sizeof(T));
      items.resize(count);
      for (std::size_t i = 0; i < count; ++i) items[i] = decode<T>(bytes.data() + i * sizeof(T));
    } else {
      for (std::uint64_t i = 0; i < count && !has_failed(); ++i) read(items.emplace_back());
    }
  }
  template <class T>
  void read(T& value) {
    fields(*this, value);
  }

  template <ArchivedNumber T>
  static T decode(const std::byte* bytes) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) bits |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
    return std::bit_cast<T>(static_cast<NumberBits<T>>(bits));
  }

  template <std::size_t index = 0>
  void read_kind(std::size_t wanted, OperationKind& kind) {
    if constexpr (index < std::variant_size_v<OperationKind>) {
      if (wanted != index) return read_kind<index + 1>(wanted, kind);
      std::variant_alternative_t<index, OperationKind> held;
      read(held);
      kind = OperationKind(std::in_place_index<index>, std::move(held));  // emplace() may throw
    } else {
      fail_with("holds an unknown kind of operation");
    }
  }

  std::span<const std::byte> rest_;
  std::string problem_;
};

}  // namespace nawq::plan
