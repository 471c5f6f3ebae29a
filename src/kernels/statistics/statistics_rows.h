// Owns: the sums of one row, written once over the vector types of simd/. A lane is a channel.
//
// Pixels go by in chunks that stay in the first cache while the vectors of channels take their turns.
#pragma once

#include "kernels/source_values.h"
#include "kernels/statistics/statistics.h"

namespace nawq::kernels {

inline constexpr int kChunkPixels = 256;  // of 16-bit codes, a 32-bit sum holds 65,536

// `pixels` of the row from `from`, of the channels of one vector.
template <class V, class Source>
void add_codes(const StatisticsRow& row, const std::byte* from, int pixels, int channel) {
  using Int = typename V::Int;
  const int channels = row.channels - channel < V::kLanes ? row.channels - channel : V::kLanes;
  const auto lanes = V::first(channels);
  Int sums = V::zero_int(), even_squares = V::zero_int(), odd_squares = V::zero_int();
  for (int i = 0; i < pixels; ++i, from += row.src_pixel_bytes) {
    const Int code = V::sub(Source::load(from, channel, lanes), zero_in_memory<Source>(0));
    const Int odd = V::odd_to_even(code);
    sums = V::add(sums, code);
    even_squares = V::add_wide(even_squares, V::mul_even(code, code));
    odd_squares = V::add_wide(odd_squares, V::mul_even(odd, odd));
  }
  alignas(64) std::uint32_t sum[V::kLanes];
  alignas(64) std::uint64_t square[2][V::kLanes / 2];
  V::store_int(sum, sums);
  V::store_int(square[0], even_squares);
  V::store_int(square[1], odd_squares);
  for (int i = 0; i < channels; ++i) {
    row.sums[channel + i] += sum[i];
    row.squares[channel + i] += square[i % 2][i / 2];
  }
}

template <class V>
void add_floats(const StatisticsRow& row, const std::byte* from, int pixels, int channel) {
  const int channels = row.channels - channel < V::kLanes ? row.channels - channel : V::kLanes;
  const auto lanes = V::first(channels);
  alignas(64) double sum[V::kLanes] = {}, square[V::kLanes] = {};
  for (int i = 0; i < channels; ++i) {
    sum[i] = row.float_sums[channel + i];
    square[i] = row.float_squares[channel + i];
  }
  typename V::Double sums[2], squares[2];
  for (int half = 0; half < 2; ++half) {
    sums[half] = V::load_double(sum + half * V::kLanes / 2);
    squares[half] = V::load_double(square + half * V::kLanes / 2);
  }
  for (int i = 0; i < pixels; ++i, from += row.src_pixel_bytes) {
    const auto values = V::load_float(reinterpret_cast<const float*>(from) + channel, lanes);
    const typename V::Double wide[2] = {V::low_to_double(values), V::high_to_double(values)};
    for (int half = 0; half < 2; ++half) {
      sums[half] = V::add_double(sums[half], wide[half]);
      // The product of two floats is exact in double, so fused and not are the same.
      squares[half] = V::fma_double(wide[half], wide[half], squares[half]);
    }
  }
  for (int half = 0; half < 2; ++half) {
    V::store_double(sum + half * V::kLanes / 2, sums[half]);
    V::store_double(square + half * V::kLanes / 2, squares[half]);
  }
  for (int i = 0; i < channels; ++i) {
    row.float_sums[channel + i] = sum[i];
    row.float_squares[channel + i] = square[i];
  }
}

template <class V, class Source>
void statistics_row(const StatisticsRow& row) {
  for (int pixel = 0; pixel < row.width_px; pixel += kChunkPixels) {
    const auto* from = static_cast<const std::byte*>(row.src) + pixel * row.src_pixel_bytes;
    const int pixels = row.width_px - pixel < kChunkPixels ? row.width_px - pixel : kChunkPixels;
    for (int channel = 0; channel < row.channels; channel += V::kLanes) {
      if constexpr (Source::kFormat == Format::kFloat)
        add_floats<V>(row, from, pixels, channel);
      else
        add_codes<V, Source>(row, from, pixels, channel);
    }
  }
}

}  // namespace nawq::kernels
