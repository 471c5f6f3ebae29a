// Owns: the weights of a convolution in the order in which one instruction set's kernel reads them. They
// depend on no picture size: all contexts of a program share them.
#pragma once

#include <cstdint>
#include <vector>

#include "base/cpu.h"
#include "codec/aligned_buffer.h"
#include "plan/program.h"

namespace nawq::codec {

// Output channels that one kernel call makes: all of them, or those of one group.
struct Segment {
  std::int32_t first_channel = 0, channels = 0;  // of the operation
  std::int32_t first_input = 0, inputs = 0;      // of the source
  std::int32_t vectors = 0;
  std::int64_t weights_bytes = 0;  // from the start of the packed weights
};

struct PackedWeights {
  bool is_depthwise = false;
  int lanes = 0;
  std::vector<Segment> segments;
  AlignedBuffer weights;
  std::vector<std::int64_t> code_sums;  // code programs: sum of the codes of each output channel
};

// `lanes`: of the kernel that will read them.
PackedWeights pack_weights(const plan::Convolution& conv, std::int32_t channels, int lanes);

// One filter a channel, which has kernels of its own: without wide sums and values around the picture.
bool is_depthwise(const plan::Convolution& conv, std::int32_t channels);

}  // namespace nawq::codec
