// Owns: how large tiles are, and what becomes of tensors that cross barriers, so that a picture fits a given
// memory in the least estimated time.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "codec/dispatcher.h"
#include "plan/program.h"

namespace nawq::codec {

struct Tiling {
  std::int64_t tile_px = 0;  // side of a tile of the picture that comes in; 0: as large as the memory allows
  std::int64_t memory_bytes = INT64_MAX;  // for tensors
  std::uint32_t tile_order = 0;           // 0: row by row; else the seed of another order
  bool operator==(const Tiling&) const = default;
};

// kModel where the program does not take such pictures; kResource where no plan fits.
Result<Plan> choose_plan(const plan::Program& program, Extent picture, int in_bits, int out_bits,
                         const Tiling& tiling);

// What tensors take of the memory when they are given as little as can be.
Result<std::int64_t> least_tensor_bytes(const plan::Program& program, Extent picture, int in_bits,
                                        int out_bits, std::int64_t tile_px);

// Sums of float32 depend on their order: a row of such statistics must not be split.
bool needs_whole_rows(const plan::Program& program);

// Multiply-accumulates that take the time of moving a byte to the file and back.
inline constexpr double kWorkPerFileByte = 400;

}  // namespace nawq::codec
