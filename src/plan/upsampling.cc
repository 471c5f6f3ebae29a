#include "plan/upsampling.h"

#include <algorithm>

#include "base/text.h"
#include "plan/check_program.h"

namespace nawq::plan {
namespace {

// The picture's own 8-bit codes, so that passing a tensor on changes nothing.
Quantization picture_codes(const Program& program) {
  if (program.floating) return {};
  return {Format::kCode8, static_cast<float>(double{program.input_range} / 255.0), 0};
}

std::int32_t add_tensor(Program& program, const char* name, std::int32_t channels) {
  program.tensors.push_back({name, channels, picture_codes(program)});
  return static_cast<std::int32_t>(program.tensors.size()) - 1;
}

// An operation that reads channels[i] of `tensor` as its output channel i.
Operation copy_of(const Operation& like, const char* name, std::int32_t tensor,
                  const std::vector<std::int32_t>& channels) {
  Operation copy = operation_of(Pointwise{});
  copy.name = concat(like.name, name);
  copy.channels = static_cast<std::int32_t>(channels.size());
  copy.wordlength = like.wordlength;
  copy.partition = like.partition;
  StepSpec& step = copy.steps.emplace_back();
  step.kind = StepKind::kResidual;
  step.side_tensor = tensor;
  for (const std::int32_t channel : channels) step.side_channels.push_back({0, 0, channel});
  return copy;
}

std::vector<std::int32_t> all_channels(std::int32_t count) {
  std::vector<std::int32_t> channels;
  for (std::int32_t c = 0; c < count; ++c) channels.push_back(c);
  return channels;
}

// From (dy, dx, c) to the same with every pixel filled up to its stored channels.
std::vector<std::int32_t> filled_up(std::int32_t pixels, std::int32_t channels) {
  std::vector<std::int32_t> order;
  for (std::int32_t pixel = 0; pixel < pixels; ++pixel)
    for (std::int32_t c = 0; c < padded_channels(channels); ++c)
      order.push_back(pixel * channels + (c < channels ? c : 0));
  return order;
}

}  // namespace

Result<Program> with_upsampling(Program program, Upsampling mapping) {
  if (mapping == Upsampling::kStore) return program;
  const auto last = std::ranges::find_if(program.operations, [](const Operation& operation) {
    return !operation.runs.empty() && operation.runs.front().tensor == kOutputTensor &&
           operation.runs.front().block > 1;
  });
  if (last == program.operations.end())
    return fail(ErrorKind::kUsage, concat(program.name, " does not end in a pixel shuffle"));
  const std::vector<RunSpec> to_picture = last->runs;
  const std::int32_t block = to_picture.front().block, channels = program.channels;
  const std::int32_t shuffled = add_tensor(program, "before the shuffle", last->channels);
  last->runs = {{0, last->channels, shuffled, 0, 1, 0}};
  const Operation writer = *last;
  auto at = last + 1;
  if (mapping == Upsampling::k4d) {
    Operation pass = copy_of(writer, ".shuffle", shuffled, all_channels(writer.channels));
    pass.runs = to_picture;
    program.operations.insert(at, std::move(pass));
  } else {
    const std::int32_t copy = add_tensor(program, "behind the shuffle", channels);
    const std::int32_t row = block * padded_channels(channels);
    Operation shuffle = copy_of(writer, ".shuffle", shuffled, filled_up(block * block, channels));
    for (std::int32_t dy = 0; dy < block; ++dy) shuffle.runs.push_back({dy * row, row, copy, 0, block, dy});
    Operation store = copy_of(writer, ".store", copy, all_channels(channels));
    store.runs = {{0, channels, kOutputTensor, 0, 1, 0}};
    at = program.operations.insert(at, std::move(shuffle));
    program.operations.insert(at + 1, std::move(store));
  }
  NAWQ_CHECK(check_program(program));
  return program;
}

}  // namespace nawq::plan
