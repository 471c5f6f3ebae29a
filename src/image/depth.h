// Owns: changing the number of bits a sample has.
#pragma once

#include "base/result.h"
#include "image/image.h"

namespace nawq {

// The same picture in 8 or 16 bits: 8-bit v becomes 257 v, 16-bit v becomes v / 257 rounded to nearest, so
// that 8 bits survive the way there and back.
Result<Image> with_bits(const Image& image, int bits);

}  // namespace nawq
