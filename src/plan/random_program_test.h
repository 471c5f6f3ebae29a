// Owns: random Programs that pass check_program, for tests: every kind of operation, step and destination,
// small. The same seed gives the same Program with every compiler: arguments with random numbers never stand
// beside each other.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "plan/overflow.h"
#include "plan/program.h"
#include "plan/reads.h"

namespace nawq::plan {

class RandomProgram {
 public:
  // `with_dre`: some of its codes have ranges that are found on the picture. Not for floating ones.
  RandomProgram(std::mt19937& random, bool floating, bool with_dre = false)
      : random_(random), with_dre_(with_dre) {
    program_.floating = floating;
  }

  Program make() {
    program_.name = "random";
    program_.scale = pick(1, 4);
    program_.channels = chance(25) ? 1 : 3;
    program_.bgr = chance(25);
    program_.input_range = white_ = chance(50) ? 255.0f : 1.0f;
    program_.tensors = {{"in", program_.channels, {}}, {"out", program_.channels, {}}};
    values_ = {{program_.channels, {kInputTensor}, {kInputTensor}}};
    add_convolution();
    for (int count = pick(1, 8); count > 0; --count) add_body();
    add_tail();
    number_partitions();
    return std::move(program_);
  }

 private:
  // A picture, stored once per format. All of values_ have the input's size.
  struct Value {
    std::int32_t channels;
    std::vector<std::int32_t> stored, readable;
  };
  using Places = std::vector<SideChannel>;  // of each output channel of an operation

  int pick(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<unsigned>(high - low + 1));
  }
  bool chance(int percent) { return pick(1, 100) <= percent; }
  // Multiples of 1/1000, so that they are the same everywhere.
  float real(float low, float high) {
    return low + (high - low) * static_cast<float>(pick(0, 1000)) / 1000.0f;
  }
  Value any_value() {
    return values_[static_cast<std::size_t>(pick(0, static_cast<int>(values_.size()) - 1))];
  }

  Quantization quantization(Format format) {
    if (format == Format::kFloat) return {};
    const bool is_small = format == Format::kCode8;
    const float range = white_ * real(1, 4);
    return {format, range / (is_small ? 255.0f : 65535.0f), is_small ? pick(0, 255) : pick(0, 65535)};
  }

  Value new_value(std::int32_t channels) {
    std::vector<Format> formats = {Format::kFloat};
    if (!program_.floating) formats = {chance(50) ? Format::kCode8 : Format::kCode16};
    if (!program_.floating && chance(15)) formats = {Format::kCode8, Format::kCode16};
    Value value{channels, {}, {}};
    const bool has_dre = with_dre_ && chance(60);
    if (!has_dre || chance(40)) {
      for (const Format format : formats) value.stored.push_back(new_tensor(channels, quantization(format)));
      value.readable = value.stored;
    }
    if (has_dre) add_run_time_ranges(value);
    return value;
  }

  std::int32_t new_tensor(std::int32_t channels, Quantization format, std::int32_t source = -1) {
    const auto index = static_cast<std::int32_t>(program_.tensors.size());
    program_.tensors.push_back({concat("t", index), channels, format, source});
    return index;
  }

  // Codes of one or both wordlengths, made from a float tensor that is stored.
  void add_run_time_ranges(Value& value) {
    const std::int32_t source = new_tensor(value.channels, {});
    value.stored.push_back(source);
    const int which = pick(1, 3);
    if (which != 2) value.readable.push_back(new_tensor(value.channels, {Format::kCode8, 1, 0}, source));
    if (which != 1) value.readable.push_back(new_tensor(value.channels, {Format::kCode16, 1, 0}, source));
  }

  std::int32_t any_of(const std::vector<std::int32_t>& tensors) {
    return tensors[static_cast<std::size_t>(pick(0, static_cast<int>(tensors.size()) - 1))];
  }
  std::int32_t any_tensor(const Value& value) { return any_of(value.readable); }
  View view(const Value& value) {
    const std::int32_t channels = chance(75) ? value.channels : pick(1, value.channels);
    return {any_tensor(value), pick(0, value.channels - channels), channels};
  }

  std::int32_t wordlength(std::int32_t tensor) const {
    if (program_.floating) return 32;
    if (tensor == kInputTensor) return 8;
    return program_.tensors[static_cast<std::size_t>(tensor)].quantization.format == Format::kCode8 ? 8 : 16;
  }

  Operation& push(const char* name, OperationKind kind, std::int32_t channels, std::int32_t src) {
    Operation operation;
    operation.name = concat(name, program_.operations.size());
    operation.kind = std::move(kind);
    operation.channels = channels;
    operation.wordlength = wordlength(src);
    program_.operations.push_back(std::move(operation));
    return program_.operations.back();
  }

  // Runs of [first, first + value.channels) to every tensor of `value`.
  static void write(Operation& operation, const Value& value, std::int32_t first = 0) {
    for (const std::int32_t tensor : value.stored)
      operation.runs.push_back({first, value.channels, tensor, 0, 1, 0});
  }

  // Channels in the order of a shuffled block; fills up to `pixel` channels.
  static Places shuffled(std::int32_t block, std::int32_t channels, std::int32_t pixel) {
    Places places;
    for (std::int32_t dy = 0; dy < block; ++dy)
      for (std::int32_t dx = 0; dx < block; ++dx)
        for (std::int32_t c = 0; c < pixel; ++c) places.push_back({dy, dx, c < channels ? c : -1});
    return places;
  }
  static Places plain(std::int32_t channels) { return shuffled(1, channels, channels); }
  static void write_shuffled(Operation& operation, const Value& value, std::int32_t block,
                             std::int32_t pixel) {
    for (std::int32_t dy = 0; dy < block; ++dy)
      for (const std::int32_t tensor : value.stored)
        operation.runs.push_back({dy * block * pixel, block * pixel, tensor, 0, block, dy});
  }

  void split_pads(std::int32_t total, std::int32_t& before, std::int32_t& behind) {
    before = chance(75) ? total / 2 : pick(0, total);
    behind = total - before;
  }
  // Pads that keep the size.
  Pads2d same_pads(Size2d kernel, Size2d dilation) {
    Pads2d pads;
    split_pads((kernel.h - 1) * dilation.h, pads.top, pads.bottom);
    split_pads((kernel.w - 1) * dilation.w, pads.left, pads.right);
    return pads;
  }

  // Weights for channels that lie at `places`, those that only fill up being 0.
  void fill_weights(Convolution& convolution, const Places& places) {
    const int taps =
        convolution.kernel.h * convolution.kernel.w * (convolution.src.channels / convolution.groups);
    // Now and then large and of one sign; in many taps, 32 bits do not suffice then.
    const bool is_large = chance(10);
    const int largest = is_large ? 127 : pick(1, 40), smallest = is_large ? 100 : -largest;
    const float gain = real(0.5f, 2.0f) / std::sqrt(static_cast<float>(taps));
    for (const SideChannel& place : places) {
      const bool is_real = place.channel >= 0;
      convolution.bias.push_back(is_real ? real(-0.25f, 0.25f) * white_ : 0.0f);
      if (!program_.floating)
        convolution.weight_scales.push_back(is_real ? gain / static_cast<float>(largest) : 1.0f);
      for (int i = 0; i < taps; ++i) {
        const int code = is_real ? pick(smallest, largest) : 0;
        if (program_.floating)
          convolution.weights.push_back(gain * static_cast<float>(code) / static_cast<float>(largest));
        else
          convolution.codes.push_back(static_cast<std::int8_t>(code));
      }
    }
    if (program_.floating) return;
    const auto& source = program_.tensors[static_cast<std::size_t>(convolution.src.tensor)];
    const bool is_picture = convolution.src.tensor == kInputTensor;
    convolution.wide_sums =
        chance(3) || needs_wide_sums(convolution, is_picture ? Format::kCode16 : source.quantization.format);
  }

  Convolution window(const View& src) {
    Convolution made;
    made.src = src;
    made.kernel = {2 * pick(0, 2) + 1, chance(10) ? 7 : 2 * pick(0, 2) + 1};
    if (chance(15)) made.dilation = {pick(1, 2), pick(1, 2)};
    made.pads = same_pads(made.kernel, made.dilation);
    if (src.tensor == kInputTensor && chance(30))
      for (std::int32_t i = 0; i < src.channels; ++i) made.pad_values.push_back(real(0, 0.5f) * white_);
    return made;
  }
  Operation& push_convolution(Convolution convolution, const Places& places) {
    fill_weights(convolution, places);
    const std::int32_t src = convolution.src.tensor;
    const auto macs = static_cast<std::int64_t>(convolution.codes.size() + convolution.weights.size());
    Operation& operation =
        push("conv", std::move(convolution), static_cast<std::int32_t>(places.size()), src);
    operation.macs_per_pixel = macs;
    return operation;
  }

  // The number of `value` that meets each channel: the same channel, or any.
  StepSpec side_step(StepKind kind, const Value& value, const Places& places, std::int32_t side_block) {
    StepSpec step;
    step.kind = kind;
    step.side_tensor = any_tensor(value);
    step.side_block = side_block;
    const bool any = chance(20);
    for (const SideChannel& place : places) {
      const std::int32_t same = place.channel < 0 ? 0 : place.channel % value.channels;
      const bool in_block = side_block > 1;
      step.side_channels.push_back(
          {in_block ? place.dy : 0, in_block ? place.dx : 0, any ? pick(0, value.channels - 1) : same});
    }
    return step;
  }

  StepSpec function_step() {
    StepSpec step;
    const bool is_table = !program_.floating && !(with_dre_ && chance(40));
    step.kind = is_table ? StepKind::kTable : StepKind::kFunction;
    step.function = static_cast<Function>(pick(0, static_cast<int>(Function::kElu)));
    step.alpha = step.function == Function::kElu ? 1.0f : 1.0f / 6.0f;
    step.beta = 0.5f;
    if (!is_table) return step;
    step.table_in = quantization(chance(50) ? Format::kCode8 : Format::kCode16);
    step.table_out = quantization(chance(50) ? Format::kCode8 : Format::kCode16);
    return step;
  }

  StepSpec activation(std::size_t channels) {
    StepSpec step;
    switch (pick(0, program_.floating ? 3 : 4)) {
      case 0:
        break;
      case 4:
        step.kind = StepKind::kRound;
        step.table_in = quantization(chance(50) ? Format::kCode8 : Format::kCode16);
        break;
      case 1:
        step.kind = StepKind::kSlope;
        for (std::size_t i = 0; i < channels; ++i) step.slopes.push_back(real(-0.5f, 0.5f));
        break;
      case 2:
        step.kind = StepKind::kClip;
        step.low = -real(0, 1) * white_;
        step.high = real(0, 1) * white_;
        break;
      default:
        return function_step();
    }
    return step;
  }

  // Up to `most` steps whose side tensors have the grid's size.
  void add_steps(Operation& operation, const Places& places, int most) {
    for (int count = pick(0, most); count > 0; --count) {
      const StepKind kind = chance(70) ? StepKind::kResidual : StepKind::kProduct;
      operation.steps.push_back(chance(60) ? activation(places.size())
                                           : side_step(kind, any_value(), places, 1));
    }
  }

  void add_body() {
    switch (pick(0, 8)) {
      case 0:
        return add_depthwise();
      case 1:
        return add_pointwise();
      case 2:
        return add_concatenation();
      case 3:
        return add_pieces();
      case 4:
        return add_pooling();
      case 5:
        return add_gate();
      case 6:
        return add_hourglass();
      case 7:
        return add_shuffle_and_back();
      default:
        return add_convolution();
    }
  }

  void add_convolution() {
    Convolution made = window(view(any_value()));
    std::int32_t channels = pick(1, 20);
    if (const int groups = pick(2, 3); chance(20) && made.src.channels % groups == 0) {
      made.groups = groups;
      channels = groups * pick(1, 6);
    }
    const Value value = new_value(channels);
    Operation& operation = push_convolution(std::move(made), plain(channels));
    add_steps(operation, plain(channels), 4);
    write(operation, value);
    values_.push_back(value);
  }

  void add_depthwise() {
    Convolution made = window(view(any_value()));
    made.groups = made.src.channels;
    const Value value = new_value(made.groups);
    Operation& operation = push_convolution(std::move(made), plain(value.channels));
    add_steps(operation, plain(value.channels), 4);
    write(operation, value);
    values_.push_back(value);
  }

  Operation& push_copy(const Value& from, const Places& places) {
    const StepSpec first = side_step(StepKind::kResidual, from, places, 1);
    Operation& operation =
        push("pointwise", Pointwise{}, static_cast<std::int32_t>(places.size()), first.side_tensor);
    operation.steps.push_back(first);
    return operation;
  }

  void add_pointwise() {
    const Value from = any_value(), value = new_value(from.channels);
    Operation& operation = push_copy(from, plain(from.channels));
    add_steps(operation, plain(from.channels), 3);
    write(operation, value);
    values_.push_back(value);
  }

  // Two operations write one value, side by side.
  void add_concatenation() {
    const std::int32_t first = pick(1, 10), second = pick(1, 10);
    const Value value = new_value(first + second);
    for (const auto& [begin, channels] : {std::pair{first, second}, std::pair{0, first}}) {
      Operation& operation = push_convolution(window(view(any_value())), plain(channels));
      for (const std::int32_t tensor : value.stored)
        operation.runs.push_back({0, channels, tensor, begin, 1, 0});
    }
    values_.push_back(value);
  }

  // One operation writes all its channels to one value and pieces of them to others.
  void add_pieces() {
    const std::int32_t first = pick(1, 10), second = pick(1, 10);
    const Value whole = new_value(first + second), left = new_value(first), right = new_value(second);
    const Places places = plain(first + second);
    Operation& operation = push_convolution(window(view(any_value())), places);
    add_steps(operation, places, 2);
    write(operation, whole);
    write(operation, left);
    write(operation, right, first);
    values_.insert(values_.end(), {whole, left, right});
  }

  void add_pooling() {
    Pooling made;
    made.src = view(any_value());
    made.kind = chance(50) ? PoolKind::kMax : PoolKind::kAverage;
    made.kernel = {pick(1, 3), pick(1, 3)};
    made.pads = same_pads(made.kernel, made.dilation);
    if (made.kind == PoolKind::kAverage && chance(50)) made.counted_pads = made.pads;
    const Value value = new_value(made.src.channels);
    const std::int32_t src = made.src.tensor;
    Operation& operation = push("pool", made, value.channels, src);
    add_steps(operation, plain(value.channels), 2);
    write(operation, value);
    values_.push_back(value);
  }

  std::int32_t new_vector(std::int32_t size) {
    program_.vector_sizes.push_back(size);
    return static_cast<std::int32_t>(program_.vector_sizes.size()) - 1;
  }
  std::int32_t size_of(std::int32_t vector) const {
    return program_.vector_sizes[static_cast<std::size_t>(vector)];
  }

  std::int32_t push_math(VectorMath math, std::int32_t size) {
    math.out = new_vector(size);
    const std::int32_t out = math.out;
    const std::int32_t before = program_.operations.back().wordlength;
    push("vector", std::move(math), 0, kInputTensor).wordlength = before;
    return out;
  }
  std::int32_t linear(std::int32_t vector, std::int32_t size) {
    VectorMath math;
    math.a = vector;
    for (std::int32_t i = 0; i < size * size_of(vector); ++i) math.weights.push_back(real(-1, 1) / white_);
    for (std::int32_t i = 0; i < size; ++i) math.bias.push_back(real(-1, 1));
    return push_math(math, size);
  }
  std::int32_t unary(VectorKind kind, std::int32_t vector) {
    VectorMath math;
    math.kind = kind;
    math.a = vector;
    math.beta = 1;
    if (kind == VectorKind::kSlope) math.weights = {real(0, 1)};
    if (kind == VectorKind::kRound)
      math.rounding = quantization(chance(50) ? Format::kCode8 : Format::kCode16);
    return push_math(math, size_of(vector));
  }
  std::int32_t binary(VectorKind kind, std::int32_t a, std::int32_t b) {
    VectorMath math;
    math.kind = kind;
    math.a = a;
    math.b = b;
    if (b < 0) math.weights = {real(-1, 1)};
    return push_math(math, kind == VectorKind::kConcat ? size_of(a) + (b < 0 ? 1 : size_of(b)) : size_of(a));
  }
  VectorKind any_kind(VectorKind first, VectorKind last) {
    return static_cast<VectorKind>(pick(static_cast<int>(first), static_cast<int>(last)));
  }
  std::int32_t statistics(const View& src, bool deviation) {
    const std::int32_t vector = new_vector(src.channels);
    push("statistics", Statistics{src, deviation, vector}, 0, src.tensor);
    return vector;
  }

  // Channel attention: statistics, arithmetic on them, factors.
  void add_gate() {
    const Value from = any_value();
    const View all{any_tensor(from), 0, from.channels};
    std::int32_t gate = statistics(all, chance(50));
    if (chance(50)) {
      const VectorKind kind = any_kind(VectorKind::kAdd, VectorKind::kMultiply);
      gate = binary(kind, gate, chance(50) ? -1 : statistics(all, chance(50)));
    }
    if (chance(30)) gate = binary(VectorKind::kConcat, gate, chance(50) ? -1 : statistics(all, false));
    gate = linear(gate, pick(1, 6));
    gate = unary(any_kind(VectorKind::kRelu, VectorKind::kClip), gate);
    if (!program_.floating && chance(50)) gate = unary(VectorKind::kRound, gate);
    gate = unary(VectorKind::kFunction, linear(gate, from.channels));
    const Value value = new_value(from.channels);
    Operation& operation = push_copy(from, plain(from.channels));
    StepSpec step;
    step.kind = StepKind::kChannelScale;
    step.vector = gate;
    for (std::int32_t i = 0; i < from.channels; ++i) step.vector_elements.push_back(chance(5) ? -1 : i);
    operation.steps.push_back(step);
    add_steps(operation, plain(from.channels), 2);
    write(operation, value);
    values_.push_back(value);
  }

  Value resampled(const Value& from, float scale, std::int32_t like) {
    Resampling made;
    made.src = {any_tensor(from), 0, from.channels};
    made.mode = static_cast<ResizeMode>(pick(0, 2));
    made.coordinates = static_cast<CoordinateMode>(pick(0, 3));
    made.rounding = static_cast<NearestRounding>(pick(0, 3));
    made.exclude_outside = made.mode == ResizeMode::kCubic && chance(30);
    made.scale_h = made.scale_w = scale;
    made.like = like;
    const Value value = new_value(from.channels);
    const std::int32_t src = made.src.tensor;
    Operation& operation = push("resize", made, from.channels, src);
    write(operation, value);
    return value;
  }

  // To half the size and back to the input's.
  void add_hourglass() {
    Convolution made = window(view(any_value()));
    made.kernel = {3, 3};
    made.dilation = {1, 1};
    made.stride = {2, chance(70) ? 2 : 3};
    made.pads = {1, 1, 1, 1};
    const Value small = new_value(pick(1, 12));
    write(push_convolution(std::move(made), plain(small.channels)), small);
    const Value like = any_value();
    values_.push_back(resampled(small, 1, with_dre_ && chance(50) ? any_of(like.stored) : any_tensor(like)));
  }

  Value shuffled_convolution(std::int32_t channels, std::int32_t block) {
    const Value value = new_value(channels);
    const Places places = shuffled(block, channels, padded_channels(channels));
    Operation& operation = push_convolution(window(view(any_value())), places);
    add_steps(operation, places, 3);
    if (block > 1)
      write_shuffled(operation, value, block, padded_channels(channels));
    else
      for (const std::int32_t tensor : value.stored) operation.runs.push_back({0, channels, tensor, 0, 1, 0});
    return value;
  }

  // To twice the size and back.
  void add_shuffle_and_back() {
    const Value large = shuffled_convolution(pick(1, 7), 2);
    Pooling made;
    made.src = view(large);
    made.kernel = made.stride = {2, 2};
    const Value value = new_value(made.src.channels);
    const std::int32_t src = made.src.tensor;
    write(push("pool", made, value.channels, src), value);
    values_.push_back(value);
  }

  void add_tail() {
    const Value output{program_.channels, {kOutputTensor}, {}}, input = values_.front();
    const std::int32_t scale = program_.scale, channels = program_.channels;
    if (chance(50)) {
      // The last convolution at the input's size, its result shuffled into the picture.
      const bool has_large_side = scale > 1 && chance(30);
      const Value side = has_large_side ? resampled(input, static_cast<float>(scale), -1) : input;
      const Places places = shuffled(scale, channels, channels);
      Operation& operation = push_convolution(window(view(any_value())), places);
      if (chance(60))
        operation.steps.push_back(side_step(StepKind::kResidual, side, places, has_large_side ? scale : 1));
      if (scale > 1)
        write_shuffled(operation, output, scale, channels);
      else
        write(operation, output);
      return;
    }
    // The last convolution at the output's size.
    const Value large = chance(50) ? shuffled_convolution(pick(1, 7), scale)
                                   : resampled(any_value(), static_cast<float>(scale), -1);
    write(push_convolution(window(view(large)), plain(channels)), output);
  }

  void number_partitions() {
    for (Operation& operation : program_.operations)
      operation.dre = reads_run_time_range(program_, operation);
    for (std::size_t i = 1; i < program_.operations.size(); ++i) {
      const Operation& before = program_.operations[i - 1];
      Operation& operation = program_.operations[i];
      const bool same = before.wordlength == operation.wordlength && before.dre == operation.dre;
      operation.partition = before.partition + (same ? 0 : 1);
    }
  }

  std::mt19937& random_;
  bool with_dre_;
  Program program_;
  float white_ = 1;
  std::vector<Value> values_;
};

inline Program random_program(std::mt19937& random, bool floating) {
  return RandomProgram(random, floating).make();
}

// In codes, some of them with ranges that are found on the picture.
inline Program random_dre_program(std::mt19937& random) { return RandomProgram(random, false, true).make(); }

}  // namespace nawq::plan
