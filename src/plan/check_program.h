// Owns: the promises of plan/program.h, checked, and the limits of a Program. What has passed may be bound
// without looking again; only what depends on the picture's size (unequal sizes of tensors that have to be
// equal, windows larger than the picture) is left to that.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "plan/program.h"

namespace nawq::plan {

inline constexpr std::int64_t kMostItems = 65536;  // tensors, vectors or operations of a Program
inline constexpr std::int64_t kMostChannels = 65536;
inline constexpr std::int64_t kMostWindow = 4096;  // taps, stride and dilation in one direction
inline constexpr std::int64_t kMostScale =
    256;  // of the Program, of a Resampling, and pixels of a block's side
inline constexpr std::int64_t kMostPictureSide = 1 << 20;            // of a Program of one size
inline constexpr std::int64_t kMostNumbers = std::int64_t{1} << 30;  // weights of a Program
inline constexpr std::int64_t kMostMacsPerPixel = std::int64_t{1} << 40;

// kModel, naming the tensor or operation.
Status check_program(const Program& program);

}  // namespace nawq::plan
