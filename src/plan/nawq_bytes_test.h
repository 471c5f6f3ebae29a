// Owns: the header of a .nawq file by the format's description, for tests that damage files on purpose.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace nawq::plan {

inline constexpr std::size_t kNawqHeaderBytes = 24;

inline void put_little_endian(std::span<std::byte> to, std::uint64_t value) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<std::byte>(value >> (8 * i));
}

// Makes the header fit the bytes behind it, so that only their contents can be wrong.
inline void repair_header(std::vector<std::byte>& bytes) {
  if (bytes.size() < kNawqHeaderBytes) bytes.resize(kNawqHeaderBytes);
  std::uint64_t sum = 0xcbf29ce484222325;
  for (std::size_t i = kNawqHeaderBytes; i < bytes.size(); ++i) {
    sum ^= static_cast<std::uint64_t>(bytes[i]);
    sum *= 0x100000001b3;
  }
  std::memcpy(bytes.data(), "NAWQ", 4);
  put_little_endian(std::span(bytes).subspan(4, 4), 3);
  put_little_endian(std::span(bytes).subspan(8, 8), bytes.size() - kNawqHeaderBytes);
  put_little_endian(std::span(bytes).subspan(16, 8), sum);
}

}  // namespace nawq::plan
