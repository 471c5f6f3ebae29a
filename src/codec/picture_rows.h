// Owns: pictures at the two ends of a program: rows into the input tensor, channel order, and borders of
// tensors.
#pragma once

#include <cstdint>

#include "codec/layout.h"
#include "image/image.h"

namespace nawq::codec {

// Row y of `picture` as codes, or as real numbers where the tensor is float32; `bgr` swaps the order.
void load_row(const Image& picture, std::int64_t y, const TensorLayout& tensor, float code_scale, bool bgr,
              std::byte* pixels);

// Swaps red and blue of a row.
void swap_red_and_blue(Image& picture, std::int64_t y);

// Fills what lies left and right of rows [first, last), and the rows above row 0 and below the last one if
// these are among them, with the code of 0. `pixels` is pixel (0, 0).
void fill_border(const TensorLayout& tensor, std::int64_t first, std::int64_t last, std::byte* pixels);

}  // namespace nawq::codec
