#include <algorithm>

#include "base/text.h"
#include "plan/check_numbers.h"
#include "plan/check_operation.h"
#include "plan/check_program.h"
#include "plan/check_sources.h"
#include "plan/reads.h"

namespace nawq::plan {
namespace {

Status check_side(const Program& program, const StepSpec& step) {
  if (!reads_side(step)) return check_range("side tensor", step.side_tensor, -1, -1);
  NAWQ_CHECK(check_index("side tensor", step.side_tensor, program.tensors.size()));
  NAWQ_CHECK(check_readable(program, step.side_tensor));
  NAWQ_CHECK(check_range("side block", step.side_block, 1, kMostScale));
  const std::int32_t stored =
      padded_channels(program.tensors[static_cast<std::size_t>(step.side_tensor)].channels);
  for (const SideChannel& side : step.side_channels) {
    NAWQ_CHECK(check_range("row of a side channel", side.dy, 0, step.side_block - 1));
    NAWQ_CHECK(check_range("column of a side channel", side.dx, 0, step.side_block - 1));
    NAWQ_CHECK(check_range("side channel", side.channel, 0, stored - 1));
  }
  return {};
}

Status check_factors(const Program& program, const StepSpec& step) {
  if (step.kind != StepKind::kChannelScale) return check_range("vector", step.vector, -1, -1);
  NAWQ_CHECK(check_index("vector", step.vector, program.vector_sizes.size()));
  const std::int32_t size = program.vector_sizes[static_cast<std::size_t>(step.vector)];
  for (const std::int32_t element : step.vector_elements)
    NAWQ_CHECK(check_range("element of the vector", element, -1, size - 1));
  return {};
}

Status check_function(const Program& program, const StepSpec& step) {
  NAWQ_CHECK(check_enum("function", step.function, Function::kElu));
  NAWQ_CHECK(check_parameters(step.alpha, step.beta));
  NAWQ_CHECK(check_enum("format in front of the table", step.table_in.format, Format::kFloat));
  NAWQ_CHECK(check_enum("format behind the table", step.table_out.format, Format::kFloat));
  NAWQ_CHECK(check_finite("scale in front of the table", step.table_in.scale));
  NAWQ_CHECK(check_finite("scale behind the table", step.table_out.scale));
  if (step.kind == StepKind::kRound) {
    if (program.floating) return broken("a rounding to codes in a floating program");
    return check_quantization("what is rounded to", step.table_in, false);
  }
  if (step.kind != StepKind::kTable) return {};
  if (program.floating) return broken("a table in a floating program");
  NAWQ_CHECK(check_quantization("what the table is entered with", step.table_in, false));
  return check_quantization("what the table holds", step.table_out, false);
}

Status check_step(const Program& program, const Operation& operation, const StepSpec& step) {
  const auto count_for = [&](bool is_used) { return is_used ? operation.channels : 0; };
  NAWQ_CHECK(check_enum("kind of step", step.kind, StepKind::kRound));
  NAWQ_CHECK(check_count("slopes", step.slopes.size(), count_for(step.kind == StepKind::kSlope)));
  NAWQ_CHECK(check_finite("slope", step.slopes));
  NAWQ_CHECK(check_clip(step.low, step.high));
  NAWQ_CHECK(check_count("side channels", step.side_channels.size(), count_for(reads_side(step))));
  NAWQ_CHECK(check_side(program, step));
  NAWQ_CHECK(check_count("elements of the vector", step.vector_elements.size(),
                         count_for(step.kind == StepKind::kChannelScale)));
  NAWQ_CHECK(check_factors(program, step));
  return check_function(program, step);
}

Status check_run(const Program& program, const Operation& operation, const RunSpec& run) {
  NAWQ_CHECK(check_range("first channel", run.first_channel, 0, operation.channels - 1));
  NAWQ_CHECK(check_range("number of channels", run.channels, 1, operation.channels - run.first_channel));
  NAWQ_CHECK(check_index("tensor", run.tensor, program.tensors.size()));
  const std::int32_t channels = program.tensors[static_cast<std::size_t>(run.tensor)].channels;
  NAWQ_CHECK(check_range("block", run.block, 1, kMostScale));
  NAWQ_CHECK(check_range("row of the block", run.dy, 0, run.block - 1));
  if (run.block == 1) {
    NAWQ_CHECK(check_range("first channel of the tensor", run.tensor_channel, 0, channels - 1));
    return check_range("number of channels", run.channels, 1, channels - run.tensor_channel);
  }
  NAWQ_CHECK(check_range("first channel of the tensor", run.tensor_channel, 0, 0));
  const std::int64_t pixel = run.tensor == kOutputTensor ? channels : padded_channels(channels);
  return check_range("number of channels", run.channels, run.block * pixel, run.block * pixel);
}

}  // namespace

Status check_epilogue(const Program& program, const Operation& operation) {
  const auto in = [](const Status& status, std::string_view list, std::size_t i) {
    return tl::unexpected<Error>(with_context(status.error(), concat(list, " ", i)));
  };
  NAWQ_CHECK(check_range("number of steps", static_cast<std::int64_t>(operation.steps.size()), 0,
                         operation.channels > 0 ? kernels::kMostSteps : 0));
  for (std::size_t i = 0; i < operation.steps.size(); ++i)
    if (auto status = check_step(program, operation, operation.steps[i]); !status)
      return in(status, "step", i);
  if (operation.channels == 0) return check_count("runs", operation.runs.size(), 0);
  if (operation.runs.empty()) return broken("no run writes its result");
  for (std::size_t i = 0; i < operation.runs.size(); ++i)
    if (auto status = check_run(program, operation, operation.runs[i]); !status) return in(status, "run", i);
  if (!std::ranges::is_sorted(operation.runs, {}, &RunSpec::first_channel))
    return broken("its runs do not ascend by channel");
  return {};
}

}  // namespace nawq::plan
