// Owns: the epilogue of a block of P pixels times B vectors of output channels, for any vector type of simd/.
// What a step or a destination is, is decided once a block; its numbers are loaded once a vector.
#pragma once

#include "kernels/code_block.h"
#include "kernels/epilogue.h"
#include "kernels/real_functions.h"

namespace nawq::kernels {

// Of one pixel: code - zero_point, or the float itself, for the lanes that begin at `channel`.
template <class V>
typename V::Float gather_side(const SideTensor& side, std::ptrdiff_t pixel, int channel) {
  const auto* at = static_cast<const std::byte*>(side.row) + pixel * side.pixel_bytes;
  const typename V::Int offsets = V::load_int(side.offsets + channel);
  if (side.format == Format::kFloat) return V::gather_bytes_float(at, offsets);
  const typename V::Int four_bytes = V::gather_bytes(at, offsets);
  if (side.format == Format::kCode8)
    return V::to_float(V::sub(V::template zero_extend<8>(four_bytes), side.zero_point));
  return V::to_float(V::sub(V::template sign_extend<16>(four_bytes), side.zero_point - kCode16Offset));
}

template <class V>
typename V::Float look_up(const Table& table, typename V::Float r) {
  const auto scaled = V::rint(V::mul(r, V::set(table.inverse_scale)));
  const auto code = V::add(scaled, V::set(static_cast<float>(table.zero_point)));
  const auto raised = V::max(code, V::zero_float());  // NaN gives 0
  return V::gather(table.values, V::to_int(V::min(raised, V::set(static_cast<float>(table.largest)))));
}

template <class V>
typename V::Float rounded(const Rounding& rounding, typename V::Float r) {
  const auto zero_point = static_cast<float>(rounding.zero_point);
  const auto scaled = V::rint(V::mul(r, V::set(rounding.inverse_scale)));
  const auto raised = V::max(V::add(scaled, V::set(zero_point)), V::zero_float());  // NaN gives 0
  const auto code = V::min(raised, V::set(static_cast<float>(rounding.largest)));
  return V::mul(V::add(code, V::set(-zero_point)), V::set(rounding.scale));
}

template <class V>
typename V::Float join_side(const Step& step, typename V::Float r, typename V::Float value) {
  const auto scale = V::set(step.side.scale);
  const bool is_float = step.side.format == Format::kFloat;
  if (step.kind == StepKind::kResidual) return is_float ? V::add(r, value) : V::fma(value, scale, r);
  return V::mul(r, is_float ? value : V::mul(value, scale));
}

// Steps that cost much more than a call, or are too rare to be in every kernel: one function for blocks of
// every size, pixels by vectors.
inline bool is_costly(const Step& step) {
  return step.kind == StepKind::kFunction || step.kind == StepKind::kTable || step.kind == StepKind::kRound ||
         step.side.offsets;
}
template <class V>
__attribute__((noinline)) void apply_costly_step(const Step& step, typename V::Float* r, int pixels,
                                                 int vectors, std::ptrdiff_t pixel, int channel) {
  for (int p = 0; p < pixels; ++p)
    for (int b = 0; b < vectors; ++b, ++r) {
      if (step.kind == StepKind::kFunction)
        *r = RealFunctions<V>::value(step, *r);
      else if (step.kind == StepKind::kTable)
        *r = look_up<V>(step.table, *r);
      else if (step.kind == StepKind::kRound)
        *r = rounded<V>(step.rounding, *r);
      else
        *r = join_side<V>(step, *r, gather_side<V>(step.side, pixel + p, channel + b * V::kLanes));
    }
}

template <class V, int P, int B>
class EpilogueRun {
 public:
  using Int = typename V::Int;
  using Float = typename V::Float;
  using Mask = typename V::Mask;
  using Block = Float[P][B];

  // `channel` is the first packed channel of the block's first vector, `pixel` its first pixel.
  EpilogueRun(const Epilogue& epilogue, int channel, std::ptrdiff_t pixel)
      : e_(epilogue), channel_(channel), pixel_(pixel) {}

  // Accumulators, which began as the correction, to real values.
  [[gnu::always_inline]] void real(const Int (&acc)[P][B], Block& r) const {
#pragma GCC unroll 32
    for (int b = 0; b < B; ++b) {
      const Float multiplier = V::load_float(e_.multiplier + first(b)),
                  bias = V::load_float(e_.bias + first(b));
#pragma GCC unroll 32
      for (int p = 0; p < P; ++p) r[p][b] = V::fma(V::to_float(acc[p][b]), multiplier, bias);
    }
  }
  [[gnu::always_inline]] void real(const Float (&acc)[P][B], Block& r) const {
#pragma GCC unroll 32
    for (int b = 0; b < B; ++b) {
      const Float bias = V::load_float(e_.bias + first(b));
#pragma GCC unroll 32
      for (int p = 0; p < P; ++p) r[p][b] = V::add(acc[p][b], bias);
    }
  }

  // All steps, then every destination.
  [[gnu::always_inline]] void finish(Block& r) const {
    for (int i = 0; i < e_.step_count; ++i) apply(e_.steps[i], r);
    store(r);
    if (e_.smallest) merge_range(r);
  }

 private:
  int first(int b) const { return channel_ + b * V::kLanes; }

  template <class Operation>
  [[gnu::always_inline]] static void each(Block& r, Operation&& operation) {
#pragma GCC unroll 32
    for (int b = 0; b < B; ++b)
#pragma GCC unroll 32
      for (int p = 0; p < P; ++p) r[p][b] = operation(r[p][b], p, b);
  }
  // operation(r, number of the channel)
  template <class Operation>
  [[gnu::always_inline]] void each_channel(const float* numbers, Block& r, Operation&& operation) const {
#pragma GCC unroll 32
    for (int b = 0; b < B; ++b) {
      const Float number = V::load_float(numbers + first(b));
#pragma GCC unroll 32
      for (int p = 0; p < P; ++p) r[p][b] = operation(r[p][b], number);
    }
  }

  [[gnu::always_inline]] void apply(const Step& step, Block& r) const {
    if (is_costly(step)) return apply_costly(step, r);
    switch (step.kind) {
      case StepKind::kRelu:
        return each(r, [](Float v, int, int) { return V::max(v, V::zero_float()); });
      case StepKind::kSlope:
        return apply_slopes(step.per_channel, r);
      case StepKind::kChannelScale:
        return each_channel(step.per_channel, r, [](Float v, Float factor) { return V::mul(v, factor); });
      case StepKind::kClip: {
        const Float low = V::set(step.low), high = V::set(step.high);
        return each(r, [&](Float v, int, int) { return V::min(V::max(v, low), high); });
      }
      case StepKind::kResidual:
        return with_side(
            step.side, r, [](Float v, Float code, Float scale) { return V::fma(code, scale, v); },
            [](Float v, Float value) { return V::add(v, value); });
      case StepKind::kProduct:
        return with_side(
            step.side, r, [](Float v, Float code, Float scale) { return V::mul(v, V::mul(code, scale)); },
            [](Float v, Float value) { return V::mul(v, value); });
      case StepKind::kFunction:
      case StepKind::kTable:
      case StepKind::kRound:
        return;  // costly
    }
  }

  // r < 0 ? r * slope : r. Up to a slope of 1 that is the larger of the two, which costs half as much.
  [[gnu::always_inline]] void apply_slopes(const float* slopes, Block& r) const {
    bool is_steep = false;
#pragma GCC unroll 32
    for (int b = 0; b < B; ++b) is_steep |= V::any_above_one(V::load_float(slopes + first(b)));
    if (!is_steep)
      return each_channel(slopes, r, [](Float v, Float slope) { return V::max(V::mul(v, slope), v); });
    each_channel(slopes, r, [](Float v, Float slope) {
      const Float scaled = V::mul(v, slope), below_one = V::add(V::set(1.0f), V::negate(slope));
      return V::if_negative(below_one, V::if_negative(v, scaled, v), V::max(scaled, v));
    });
  }

  // By way of a copy, so that r itself need not lie in memory.
  [[gnu::always_inline]] void apply_costly(const Step& step, Block& r) const {
    Float copy[P * B];
    each(r, [&](Float v, int p, int b) { return copy[p * B + b] = v; });
    apply_costly_step<V>(step, copy, P, B, pixel_, channel_);
    each(r, [&](Float, int p, int b) { return copy[p * B + b]; });
  }

  // coded(r, code - zero_point, scale) or plain(r, value), by the format of the tensor beside.
  template <class Coded, class Plain>
  [[gnu::always_inline]] void with_side(const SideTensor& side, Block& r, Coded&& coded,
                                        Plain&& plain) const {
    const auto at = [&](int p) {
      return static_cast<const std::byte*>(side.row) + (pixel_ + p) * side.pixel_bytes;
    };
    const Mask all = V::first(V::kLanes);
    const Float scale = V::set(side.scale);
    const std::int32_t zero = side.zero_point - (side.format == Format::kCode16 ? kCode16Offset : 0);
    if (side.format == Format::kFloat) {
      each(r, [&](Float v, int p, int b) {
        return plain(v, V::load_float(reinterpret_cast<const float*>(at(p)) + first(b), all));
      });
    } else if (side.format == Format::kCode8) {
      each(r, [&](Float v, int p, int b) {
        const Int code = V::load_code8(reinterpret_cast<const std::uint8_t*>(at(p)) + first(b), all);
        return coded(v, V::to_float(V::sub(code, zero)), scale);
      });
    } else {
      each(r, [&](Float v, int p, int b) {
        const Int code = V::load_code16(reinterpret_cast<const std::int16_t*>(at(p)) + first(b), all);
        return coded(v, V::to_float(V::sub(code, zero)), scale);
      });
    }
  }

  [[gnu::always_inline]] void store(const Block& r) const {
    using Codes = CodeBlock<V, P, B>;
    typename Codes::Scratch scratch;
    const Destination *to = e_.destinations, *end = to + e_.destination_count;
    while (to != end) {
      if (!Codes::touches(*to, channel_)) {
        ++to;
      } else if (to->format == Format::kFloat) {
        store_floats(*to++, r);
      } else if (Codes::covers(*to, channel_)) {
        Codes::store(r, *to++, channel_, pixel_);
      } else {
        Codes::encode(r, *to, scratch);
        to = Codes::copy(scratch, to, end, channel_, pixel_);
      }
    }
  }

  [[gnu::always_inline]] void store_floats(const Destination& to, const Block& r) const {
#pragma GCC unroll 32
    for (int b = 0; b < B; ++b) {
      const int begin = to.first_channel - first(b), end = begin + to.channels;
      if (begin >= V::kLanes || end <= 0) continue;
      const Mask lanes = V::between(begin > 0 ? begin : 0, end < V::kLanes ? end : V::kLanes);
      // Lane 0 is this far before the run's first channel; lanes outside the run are not touched.
      std::byte* at = static_cast<std::byte*>(to.row) + pixel_ * to.pixel_bytes -
                      begin * static_cast<std::ptrdiff_t>(sizeof(float));
#pragma GCC unroll 32
      for (int p = 0; p < P; ++p, at += to.pixel_bytes)
        V::store_float(reinterpret_cast<float*>(at), r[p][b], lanes);
    }
  }

  [[gnu::always_inline]] void merge_range(const Block& r) const {
    constexpr int kChains = P < 4 ? P : 4;  // of comparisons that wait for each other
    const Mask all = V::first(V::kLanes);
#pragma GCC unroll 32
    for (int b = 0; b < B; ++b) {
      Float low[kChains], high[kChains];
#pragma GCC unroll 4
      for (int i = 0; i < kChains; ++i) {
        low[i] = V::load_float(e_.smallest + first(b));
        high[i] = V::load_float(e_.largest + first(b));
      }
#pragma GCC unroll 32
      for (int p = 0; p < P; ++p) {
        low[p % kChains] = V::min(r[p][b], low[p % kChains]);
        high[p % kChains] = V::max(r[p][b], high[p % kChains]);
      }
#pragma GCC unroll 4
      for (int i = 1; i < kChains; ++i) {
        low[0] = V::min(low[i], low[0]);
        high[0] = V::max(high[i], high[0]);
      }
      V::store_float(e_.smallest + first(b), low[0], all);
      V::store_float(e_.largest + first(b), high[0], all);
    }
  }

  const Epilogue& e_;
  const int channel_;
  const std::ptrdiff_t pixel_;
};

}  // namespace nawq::kernels
