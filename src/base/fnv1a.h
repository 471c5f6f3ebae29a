// Owns: 64-bit FNV-1a, the sum by which files, programs and networks are told apart: every change of one byte
// changes it. No protection against somebody who means to deceive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace nawq {

class Fnv1a {
 public:
  void add(std::span<const std::byte> bytes) {
    for (const std::byte byte : bytes) sum_ = (sum_ ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3;
  }
  // Its eight bytes, the lowest first.
  void add(std::uint64_t number) {
    for (int i = 0; i < 8; ++i) sum_ = (sum_ ^ (number >> (8 * i) & 0xff)) * 0x100000001b3;
  }
  std::uint64_t sum() const { return sum_; }

 private:
  std::uint64_t sum_ = 0xcbf29ce484222325;
};

}  // namespace nawq
