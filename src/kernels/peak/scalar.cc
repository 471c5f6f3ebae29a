// Without vector instructions the unit is the compiler's own multiplication; the chains are what it keeps in
// registers.
#include "kernels/peak/peak.h"

namespace nawq::kernels {
namespace {

template <class Number>
void scalar_loop(const PeakLoop& loop) {
  constexpr int kChains = 8;
  Number acc[kChains] = {}, source{}, weight{};
  for (std::int64_t round = 0; round < loop.rounds; ++round) {
    for (Number& a : acc) a += source * weight;
    for (Number& a : acc) asm volatile("" : "+m"(a));
    asm volatile("" : "+m"(source), "+m"(weight));
  }
  *loop.macs = loop.rounds * kChains;
}

}  // namespace

void peak_code8_scalar(const PeakLoop& loop) { scalar_loop<std::int32_t>(loop); }
void peak_code16_scalar(const PeakLoop& loop) { scalar_loop<std::int32_t>(loop); }
void peak_float_scalar(const PeakLoop& loop) { scalar_loop<float>(loop); }

}  // namespace nawq::kernels
