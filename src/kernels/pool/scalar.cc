// The judge of bits: max pooling by the words of pool.h, one number at a time.
#include "kernels/epilogue_scalar.h"
#include "kernels/pool/pool.h"

namespace nawq::kernels {
namespace {

constexpr int kLanes = 16;  // as kernels.inc says

template <class Number>
Number largest_tap(const MaxPoolRow& row, int pixel, int channel) {
  const auto tap = [&](int y, int i) {
    const auto* at =
        static_cast<const std::byte*>(row.rows[y]) + row.first_tap_bytes[pixel] + i * row.src_tap_bytes;
    return reinterpret_cast<const Number*>(at)[channel];
  };
  Number largest = tap(0, 0);
  for (int y = 0; y < row.row_count; ++y)
    for (int i = 0; i < row.tap_counts[pixel]; ++i)
      if (tap(y, i) > largest) largest = tap(y, i);
  return largest;
}

template <class Number, class Real>
void max_pool_row(const MaxPoolRow& row, Real&& real) {
  for (int pixel = 0; pixel < row.width_px; ++pixel)
    for (int channel = 0; channel < row.vectors * kLanes; ++channel)
      finish_scalar(row.epilogue, real(largest_tap<Number>(row, pixel, channel)), channel, pixel);
}

float real_of(const MaxPoolRow& row, std::int32_t code) {
  return static_cast<float>(code - row.zero_point) * row.scale;
}

}  // namespace

void max_pool_code8_scalar(const MaxPoolRow& row) {
  max_pool_row<std::uint8_t>(row, [&](std::int32_t code) { return real_of(row, code); });
}
void max_pool_code16_scalar(const MaxPoolRow& row) {
  max_pool_row<std::int16_t>(row, [&](std::int32_t code) { return real_of(row, code + kCode16Offset); });
}
void max_pool_float_scalar(const MaxPoolRow& row) {
  max_pool_row<float>(row, [](float value) { return value; });
}

}  // namespace nawq::kernels
