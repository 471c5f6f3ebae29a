// Owns: where tensors lie in one block of memory: rows with a border of pixels around the picture, so that
// padding costs kernels nothing, and room shared by tensors that are not alive at the same time.
#pragma once

#include <cstdint>
#include <vector>

#include "codec/sizes.h"
#include "plan/program.h"

namespace nawq::codec {

// Pixels around the picture that readers look at.
struct Border {
  std::int64_t top = 0, left = 0, bottom = 0, right = 0;
};

struct TensorLayout {
  Extent size;
  plan::Quantization quantization;  // of the pictures too, at their depth
  std::int32_t channels = 0;        // without those that only fill up a pixel
  std::int64_t channel_bytes = 1;
  std::int64_t pixel_bytes = 0, row_bytes = 0;
  Border border;
  std::int64_t first_pixel_bytes = 0;  // from the start of memory to pixel (0, 0); 0 for the output picture
};

struct Layout {
  std::vector<TensorLayout> tensors;
  std::int64_t bytes = 0;  // of memory for all of them, the output picture not counted
};

// Bytes that kernels may read behind a tensor's last number.
inline constexpr std::int64_t kSlackBytes = 64;

// `in_bits`, `out_bits`: of the pictures, 8 or 16.
Layout lay_out(const plan::Program& program, const Sizes& sizes, int in_bits, int out_bits);

}  // namespace nawq::codec
