#include "plan/overflow.h"

#include <cstdlib>
#include <span>

namespace nawq::plan {
namespace {

// sum|w| + |sum w| of one output channel.
std::int64_t largest_weight_sum(std::span<const std::int8_t> codes) {
  std::int64_t magnitudes = 0, sum = 0;
  for (const std::int8_t code : codes) {
    magnitudes += std::abs(int{code});
    sum += code;
  }
  return magnitudes + std::abs(sum);
}

}  // namespace

bool needs_wide_sums(const Convolution& convolution, Format src) {
  constexpr std::int64_t kBeyondInt32 = std::int64_t{1} << 31;
  const std::int64_t largest_value = src == Format::kCode8 ? 255 : kernels::kCode16Offset;
  const std::size_t channels = convolution.bias.size();
  if (channels == 0) return false;
  const std::size_t taps = convolution.codes.size() / channels;
  const std::span codes(convolution.codes);
  for (std::size_t channel = 0; channel < channels; ++channel)
    if (largest_weight_sum(codes.subspan(channel * taps, taps)) * largest_value >= kBeyondInt32) return true;
  return false;
}

}  // namespace nawq::plan
