// Owns: the convolutions of a Program at one picture size, as any other library would describe them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "codec/sizes.h"
#include "plan/program.h"

namespace nawq::bench {

enum class PostOp { kRelu, kLeakyRelu, kClip, kSum };

struct LayerShape {
  std::string name;
  std::size_t operation = 0;  // of the Program
  std::int64_t groups = 1, in_channels = 0, out_channels = 0;
  plan::Size2d kernel, stride, dilation;
  plan::Pads2d pads;  // bottom and right as the size of dst needs them
  codec::Extent src, dst;
  std::vector<PostOp> post_ops;      // in the order of the Program's steps
  std::vector<std::string> besides;  // what the operation does that such a convolution does not
  std::int64_t macs = 0;
};

// "3x3 64 -> 64", "7x7 16 -> 16, 16 groups".
std::string shape_text(const LayerShape& shape);

// Every convolution, without the channels that only fill up vectors.
Result<std::vector<LayerShape>> convolutions_of(const plan::Program& program, codec::Extent picture);

}  // namespace nawq::bench
