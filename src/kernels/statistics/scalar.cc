// The judge of bits: sums by the words of statistics.h, one number at a time.
#include "kernels/statistics/statistics.h"

namespace nawq::kernels {
namespace {

template <class Number>
const Number* pixel_at(const StatisticsRow& row, int pixel) {
  return reinterpret_cast<const Number*>(static_cast<const std::byte*>(row.src) +
                                         pixel * row.src_pixel_bytes);
}

template <class Number>
void sum_codes(const StatisticsRow& row, int offset) {
  for (int pixel = 0; pixel < row.width_px; ++pixel)
    for (int channel = 0; channel < row.channels; ++channel) {
      const int value = pixel_at<Number>(row, pixel)[channel] + offset;  // a code: never negative
      const auto code = static_cast<std::uint64_t>(value);
      row.sums[channel] += code;
      row.squares[channel] += code * code;
    }
}

}  // namespace

void statistics_code8_scalar(const StatisticsRow& row) { sum_codes<std::uint8_t>(row, 0); }
void statistics_code16_scalar(const StatisticsRow& row) { sum_codes<std::int16_t>(row, kCode16Offset); }

void statistics_float_scalar(const StatisticsRow& row) {
  for (int pixel = 0; pixel < row.width_px; ++pixel)
    for (int channel = 0; channel < row.channels; ++channel) {
      const double value = pixel_at<float>(row, pixel)[channel];
      row.float_sums[channel] += value;
      row.float_squares[channel] += value * value;
    }
}

}  // namespace nawq::kernels
