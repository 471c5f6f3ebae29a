// Owns: where tensors lie in one block of memory: rows with a border of pixels around the picture, so that
// padding costs kernels nothing, and room shared by tensors that are not alive at the same time.
#pragma once

#include <cstdint>
#include <vector>

#include "codec/sizes.h"
#include "codec/tile_plan.h"
#include "codec/tile_regions.h"
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
  std::int64_t pixel_bytes = 0;
  std::int64_t row_bytes = 0;  // the same in all tiles
  Border border;
};

struct Layout {
  std::vector<TensorLayout> tensors;
  // By phase and tensor: from the start of memory to the first byte of the tensor, or of what a tile holds of
  // it, borders included. Those of Keeping::kWhole have the same place in all phases.
  std::vector<std::vector<std::int64_t>> places;
  std::int64_t bytes = 0;  // of memory for all of them, the output picture not counted
};

// Bytes that kernels may read behind a tensor's last number.
inline constexpr std::int64_t kSlackBytes = 64;

// Bytes of `rows` rows of a tensor and the borders above and below.
std::int64_t held_bytes(const TensorLayout& tensor, std::int64_t rows);
// From its first byte to its pixel (0, 0).
inline std::int64_t border_bytes(const TensorLayout& tensor) {
  return tensor.border.top * tensor.row_bytes + tensor.border.left * tensor.pixel_bytes;
}

// `in_bits`, `out_bits`: of the pictures, 8 or 16. `survey` is of the same plan.
Layout lay_out(const plan::Program& program, const Sizes& sizes, const TilePlan& plan,
               const TileSurvey& survey, int in_bits, int out_bits);

}  // namespace nawq::codec
