// Owns: pictures at the two ends of a program: rows into the input tensor, channel order, and borders of
// tensors.
#pragma once

#include <cstdint>

#include "codec/layout.h"
#include "codec/region.h"
#include "image/image.h"

namespace nawq::codec {

// Pixels of row y of `picture` in `columns` as codes, or as real numbers where the tensor is float32; `bgr`
// swaps the order. `pixels` is pixel (0, 0).
void load_row(const Image& picture, std::int64_t y, const Region& columns, const TensorLayout& tensor,
              float code_scale, bool bgr, std::byte* pixels);

// Swaps red and blue of a row.
void swap_red_and_blue(Image& picture, std::int64_t y);

// Fills what lies beside `region` outside the picture with the code of 0 in `format`: left and right of it,
// above the picture and below, as far as it reaches there. `pixels` is pixel (0, 0).
void fill_border(const TensorLayout& tensor, const plan::Quantization& format, const Region& region,
                 std::byte* pixels);

}  // namespace nawq::codec
