#include "codec/row_epilogue.h"

#include <algorithm>

#include "codec/function_values.h"

namespace nawq::codec {
namespace {

using kernels::StepKind;

std::size_t index(std::int64_t i) { return static_cast<std::size_t>(i); }

bool are_consecutive(const std::vector<plan::SideChannel>& channels, std::int32_t first, std::int32_t count) {
  for (std::int32_t i = 0; i < count; ++i) {
    const plan::SideChannel& c = channels[index(first + i)];
    if (c.dy != 0 || c.dx != 0 || c.channel != channels[index(first)].channel + i) return false;
  }
  return true;
}

}  // namespace

RowEpilogue::RowEpilogue(const plan::Operation& operation, const Layout& layout, std::int32_t first_channel,
                         std::int32_t channels, int packed_channels)
    : first_channel_(first_channel), channels_(channels), packed_channels_(packed_channels) {
  for (const plan::StepSpec& step : operation.steps) add_step(step, layout, first_channel, channels);
  for (const plan::RunSpec& run : operation.runs) add_run(run, layout, first_channel, channels);
}

void RowEpilogue::add_run(const plan::RunSpec& run, const Layout& layout, std::int32_t first_channel,
                          std::int32_t channels) {
  const std::int32_t begin = std::max(run.first_channel, first_channel);
  const std::int32_t end = std::min(run.first_channel + run.channels, first_channel + channels);
  if (begin >= end) return;
  const TensorLayout& tensor = layout.tensors[index(run.tensor)];
  kernels::Destination to;
  to.pixel_bytes = run.block * tensor.pixel_bytes;
  to.format = tensor.quantization.format;
  to.first_channel = begin - first_channel;
  to.channels = end - begin;
  const std::int32_t tensor_channel = run.tensor_channel + begin - run.first_channel;
  // The last channels bring the filling ones behind them along, so that no float there is without a value.
  const std::int64_t stored = tensor.pixel_bytes / tensor.channel_bytes;
  const bool is_last = run.block == 1 && tensor_channel + to.channels == tensor.channels;
  if (is_last && run.tensor != plan::kOutputTensor)
    to.channels =
        std::min(static_cast<std::int32_t>(stored) - tensor_channel, packed_channels_ - to.first_channel);
  real_channels_.push_back(end - begin);
  destinations_.push_back(to);
  destination_places_.push_back({run.tensor,
                                 tensor_channel * tensor.channel_bytes + run.dy * tensor.row_bytes,
                                 run.block * tensor.row_bytes});
}

void RowEpilogue::add_step(const plan::StepSpec& spec, const Layout& layout, std::int32_t first_channel,
                           std::int32_t channels) {
  kernels::Step& step = epilogue_.steps[epilogue_.step_count++];
  side_places_.emplace_back();
  step.kind = spec.kind;
  step.low = spec.low;
  step.high = spec.high;
  step.function = spec.function;
  step.alpha = spec.alpha;
  step.beta = spec.beta;
  if (spec.kind == StepKind::kSlope) {
    auto& slopes = numbers_.emplace_back(index(packed_channels_), 0.0f);
    std::copy_n(spec.slopes.begin() + first_channel, channels, slopes.begin());
    step.per_channel = slopes.data();
  } else if (spec.kind == StepKind::kChannelScale) {
    Gate gate{numbers_.size(), spec.vector, std::vector<std::int32_t>(index(packed_channels_), -1)};
    std::copy_n(spec.vector_elements.begin() + first_channel, channels, gate.elements.begin());
    step.per_channel = numbers_.emplace_back(index(packed_channels_), 1.0f).data();
    gates_.push_back(std::move(gate));
  } else if (spec.kind == StepKind::kTable) {
    const auto& values = numbers_.emplace_back(function_table(spec));
    step.table = {values.data(), static_cast<float>(1.0 / double{spec.table_in.scale}),
                  spec.table_in.zero_point, static_cast<std::int32_t>(values.size()) - 1};
  } else if (spec.kind == StepKind::kRound) {
    const plan::Quantization& format = spec.table_in;
    step.rounding = {format.scale, static_cast<float>(1.0 / double{format.scale}), format.zero_point,
                     format.format == plan::Format::kCode8 ? 255 : 65535};
  } else if (spec.side_tensor >= 0) {
    add_side(spec, layout, first_channel, channels, step);
  }
}

void RowEpilogue::add_side(const plan::StepSpec& spec, const Layout& layout, std::int32_t first_channel,
                           std::int32_t channels, kernels::Step& step) {
  const TensorLayout& tensor = layout.tensors[index(spec.side_tensor)];
  step.side.format = tensor.quantization.format;
  step.side.pixel_bytes = spec.side_block * tensor.pixel_bytes;
  RowPlace& place = side_places_.back();
  place = {spec.side_tensor, 0, spec.side_block * tensor.row_bytes};
  if (are_consecutive(spec.side_channels, first_channel, channels)) {
    place.offset_bytes = spec.side_channels[index(first_channel)].channel * tensor.channel_bytes;
    return;
  }
  // Packed channels beyond the last real one look at the first number, which is there.
  auto& offsets = side_offsets_.emplace_back(index(packed_channels_), 0);
  for (std::int32_t i = 0; i < channels; ++i) {
    const plan::SideChannel& c = spec.side_channels[index(first_channel + i)];
    offsets[index(i)] = static_cast<std::int32_t>(c.dy * tensor.row_bytes + c.dx * tensor.pixel_bytes +
                                                  c.channel * tensor.channel_bytes);
  }
  step.side.offsets = offsets.data();
}

void RowEpilogue::set_formats(const std::vector<plan::Quantization>& formats) {
  for (int i = 0; i < epilogue_.step_count; ++i) {
    const std::int32_t tensor = side_places_[static_cast<std::size_t>(i)].tensor;
    if (tensor < 0) continue;
    epilogue_.steps[i].side.scale = formats[index(tensor)].scale;
    epilogue_.steps[i].side.zero_point = formats[index(tensor)].zero_point;
  }
  for (std::size_t i = 0; i < destinations_.size(); ++i) {
    const plan::Quantization& format = formats[index(destination_places_[i].tensor)];
    destinations_[i].inverse_scale = static_cast<float>(1.0 / double{format.scale});
    destinations_[i].zero_point = format.zero_point;
  }
}

void RowEpilogue::set_gates(const std::vector<std::vector<double>>& vectors) {
  for (const Gate& gate : gates_) {
    const std::vector<double>& values = vectors[index(gate.vector)];
    std::vector<float>& factors = numbers_[gate.numbers];
    for (std::size_t i = 0; i < factors.size(); ++i)
      factors[i] = gate.elements[i] < 0 ? 1.0f : static_cast<float>(values[index(gate.elements[i])]);
  }
}

kernels::Epilogue RowEpilogue::at(std::int64_t y, std::int64_t x, int bias, const RowContext& context) const {
  kernels::Epilogue epilogue = epilogue_;
  epilogue.correction = correction_.data();
  epilogue.wide_correction = wide_correction_.empty() ? nullptr : wide_correction_.data();
  epilogue.multiplier = multiplier_.data();
  epilogue.bias = biases_.empty() ? nullptr : biases_[static_cast<std::size_t>(bias)];
  for (int i = 0; i < epilogue.step_count; ++i) {
    const RowPlace& place = side_places_[static_cast<std::size_t>(i)];
    if (place.tensor < 0) continue;
    kernels::SideTensor& side = epilogue.steps[i].side;
    side.row = context.pixels[place.tensor] + place.offset_bytes + y * place.row_bytes + x * side.pixel_bytes;
  }
  for (std::size_t i = 0; i < destinations_.size(); ++i) {
    const RowPlace& place = destination_places_[i];
    kernels::Destination& to = context.destinations[i];
    to = destinations_[i];
    to.row = context.pixels[place.tensor] + place.offset_bytes + y * place.row_bytes + x * to.pixel_bytes;
  }
  epilogue.destinations = context.destinations;
  epilogue.destination_count = static_cast<int>(destinations_.size());
  epilogue.smallest = context.smallest;
  epilogue.largest = context.largest;
  return epilogue;
}

void RowEpilogue::merge_ranges(const float* smallest, const float* largest, std::vector<float>& low,
                               std::vector<float>& high) const {
  for (std::size_t i = 0; i < destinations_.size(); ++i) {
    const auto tensor = static_cast<std::size_t>(destination_places_[i].tensor);
    for (int c = 0; c < real_channels_[i]; ++c) {
      low[tensor] = std::min(low[tensor], smallest[destinations_[i].first_channel + c]);
      high[tensor] = std::max(high[tensor], largest[destinations_[i].first_channel + c]);
    }
  }
}

}  // namespace nawq::codec
