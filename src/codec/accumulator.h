// Owns: the numbers that turn a convolution's accumulator into real values (docs/numerics.md, "Convolution"),
// for one picture depth.
#pragma once

#include <cstdint>

#include "codec/layout.h"
#include "codec/packed_weights.h"
#include "plan/program.h"

namespace nawq::codec {

// Taps that lie inside the picture, in one direction: [first, last).
struct TapRange {
  std::int32_t first = 0, last = 0;
  bool operator==(const TapRange&) const = default;
};

// (o - zero_point) * sum of codes, for an output channel. Within 32 bits but for wide sums.
std::int64_t correction(const PackedWeights& packed, std::int32_t channel, const plan::Quantization& src);

// scale of the source * scale of the weights.
float multiplier(const plan::Convolution& conv, std::int32_t channel, const plan::Quantization& src);

// The bias that goes with pixels whose taps outside [rows] x [columns] fall on the border: what the pad
// values add there. `channel` is one of the segment's. Code programs: the value of the file's int32 code,
// unless the range is found at run time (`dre`).
float bias(const plan::Convolution& conv, const Segment& segment, std::int32_t channel,
           const plan::Quantization& src, bool dre, TapRange rows, TapRange columns);

}  // namespace nawq::codec
