// Owns: the schedule of a Program as data: runs of operations of equal wordlength and range estimation, what
// each costs for a picture of one size, and what it hands over. Knows no machine.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "plan/program.h"

namespace nawq::plan {

struct Partition {
  std::int32_t first_operation = 0, last_operation = 0;
  int wordlength = 32;  // 8, 16, or 32 for float32
  // Its ranges come from whole tensors: nothing of it may begin before all of the partitions before it is
  // done. So it is where statistics of the whole picture are taken.
  bool dre = false, is_barrier = false;
  std::int64_t macs = 0;
  std::int64_t handed_over_bytes = 0;  // written by it and read by later partitions
  // Read and written to convert what it reads from partitions of another wordlength, on machines where a
  // layer writes the wordlength that it reads.
  std::int64_t converted_bytes = 0;
  bool operator==(const Partition&) const = default;
};

struct Schedule {
  std::int64_t input_pixels = 0;
  std::vector<Partition> partitions;
  bool operator==(const Schedule&) const = default;
};

// Pixels of every operation's grid and of every tensor, for one picture.
struct PixelCounts {
  std::span<const std::int64_t> operations, tensors;
};

Schedule make_schedule(const Program& program, const PixelCounts& pixels);

}  // namespace nawq::plan
