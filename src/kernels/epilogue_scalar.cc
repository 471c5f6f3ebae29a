#include "kernels/epilogue_scalar.h"

#include <cmath>

#include "kernels/real_functions.h"
#include "kernels/simd/lane.h"

namespace nawq::kernels {
namespace {

// code - zero_point as a float, or the value of a float tensor.
float side_value(const SideTensor& side, int channel, std::ptrdiff_t pixel) {
  const auto* at =
      static_cast<const std::byte*>(side.row) + pixel * side.pixel_bytes +
      (side.offsets ? side.offsets[channel] : channel * static_cast<std::ptrdiff_t>(bytes_of(side.format)));
  switch (side.format) {
    case Format::kFloat:
      return *reinterpret_cast<const float*>(at);
    case Format::kCode8:
      return static_cast<float>(*reinterpret_cast<const std::uint8_t*>(at) - side.zero_point);
    case Format::kCode16:
      return static_cast<float>(*reinterpret_cast<const std::int16_t*>(at) + kCode16Offset - side.zero_point);
    case Format::kPixel16:
      break;  // written, never read
  }
  return 0;
}

// NaN gives 0: every comparison with it is false.
std::int32_t quantize(float r, float inverse_scale, std::int32_t zero_point, float largest) {
  const float code = std::nearbyint(r * inverse_scale) + static_cast<float>(zero_point);
  const float raised = code > 0 ? code : 0;
  return static_cast<std::int32_t>(raised < largest ? raised : largest);
}

// r < 0 ? r * slope : r, but that -infinity times 0 stays -infinity.
float sloped(float r, float slope) {
  const float scaled = r * slope;
  if (slope > 1) return r < 0 ? scaled : r;
  return scaled > r ? scaled : r;
}

float apply(const Step& step, float r, int channel, std::ptrdiff_t pixel) {
  const bool is_float = step.side.format == Format::kFloat;
  switch (step.kind) {
    case StepKind::kRelu:
      return r > 0 ? r : 0;
    case StepKind::kSlope:
      return sloped(r, step.per_channel[channel]);
    case StepKind::kClip: {
      const float raised = r > step.low ? r : step.low;
      return raised < step.high ? raised : step.high;
    }
    case StepKind::kChannelScale:
      return r * step.per_channel[channel];
    case StepKind::kResidual: {
      const float value = side_value(step.side, channel, pixel);
      return is_float ? r + value : std::fma(value, step.side.scale, r);
    }
    case StepKind::kProduct: {
      const float value = side_value(step.side, channel, pixel);
      return r * (is_float ? value : value * step.side.scale);
    }
    case StepKind::kFunction:
      return RealFunctions<Lane>::value(step, r);
    case StepKind::kTable:
      return step.table.values[quantize(r, step.table.inverse_scale, step.table.zero_point,
                                        static_cast<float>(step.table.largest))];
    case StepKind::kRound: {
      const Rounding& format = step.rounding;
      const std::int32_t code =
          quantize(r, format.inverse_scale, format.zero_point, static_cast<float>(format.largest));
      return static_cast<float>(code - format.zero_point) * format.scale;
    }
  }
  return r;
}

void store(const Destination& to, float r, int channel, std::ptrdiff_t pixel) {
  const int index = channel - to.first_channel;
  if (index < 0 || index >= to.channels) return;
  auto* at = static_cast<std::byte*>(to.row) + pixel * to.pixel_bytes;
  switch (to.format) {
    case Format::kFloat:
      reinterpret_cast<float*>(at)[index] = r;
      return;
    case Format::kCode8:
      reinterpret_cast<std::uint8_t*>(at)[index] =
          static_cast<std::uint8_t>(quantize(r, to.inverse_scale, to.zero_point, 255));
      return;
    case Format::kCode16:
      reinterpret_cast<std::int16_t*>(at)[index] =
          static_cast<std::int16_t>(quantize(r, to.inverse_scale, to.zero_point, 65535) - kCode16Offset);
      return;
    case Format::kPixel16:
      reinterpret_cast<std::uint16_t*>(at)[index] =
          static_cast<std::uint16_t>(quantize(r, to.inverse_scale, to.zero_point, 65535));
      return;
  }
}

}  // namespace

void finish_scalar(const Epilogue& epilogue, float r, int channel, std::ptrdiff_t pixel) {
  for (int i = 0; i < epilogue.step_count; ++i) r = apply(epilogue.steps[i], r, channel, pixel);
  for (int i = 0; i < epilogue.destination_count; ++i) store(epilogue.destinations[i], r, channel, pixel);
  if (!epilogue.smallest) return;
  if (r < epilogue.smallest[channel]) epilogue.smallest[channel] = r;
  if (r > epilogue.largest[channel]) epilogue.largest[channel] = r;
}

}  // namespace nawq::kernels
