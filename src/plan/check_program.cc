#include "plan/check_program.h"

#include "base/text.h"
#include "plan/check_numbers.h"
#include "plan/check_operation.h"
#include "plan/check_sources.h"
#include "plan/program_flow.h"
#include "plan/reads.h"

namespace nawq::plan {
namespace {

Status check_items(std::string_view what, std::size_t count, std::int64_t fewest) {
  return check_range(concat("number of ", what), static_cast<std::int64_t>(count), fewest, kMostItems);
}

Status check_picture(const Program& program) {
  NAWQ_CHECK(check_range("scale", program.scale, 1, kMostScale));
  if (program.channels != 1 && program.channels != 3)
    return broken(concat("pictures of ", program.channels, " channels"));
  if (program.input_range != 1.0f && program.input_range != 255.0f)
    return broken(concat("input range is ", program.input_range, ", neither 1 nor 255"));
  NAWQ_CHECK(check_range("fixed width", program.fixed_width_px, 0, kMostPictureSide));
  NAWQ_CHECK(check_range("fixed height", program.fixed_height_px, 0, kMostPictureSide));
  for (const std::int32_t picture : {kInputTensor, kOutputTensor})
    NAWQ_CHECK(check_range("number of the picture's channels",
                           program.tensors[static_cast<std::size_t>(picture)].channels, program.channels,
                           program.channels));
  return {};
}

Status check_tensor(const Program& program, std::size_t index) {
  const TensorSpec& tensor = program.tensors[index];
  const std::string name = concat("tensor '", tensor.name, "'");
  NAWQ_CHECK(check_range(concat("number of channels of ", name), tensor.channels, 1, kMostChannels));
  const bool is_float = program.floating || tensor.quantization.format == Format::kFloat;
  if (index > kOutputTensor) return check_quantization(name, tensor.quantization, is_float);
  NAWQ_CHECK(check_finite(concat("scale of ", name), tensor.quantization.scale));
  return check_enum(concat("format of ", name), tensor.quantization.format, Format::kFloat);
}

Status check_stored(const Program& program) {
  NAWQ_CHECK(check_items("tensors", program.tensors.size(), kOutputTensor + 1));
  NAWQ_CHECK(check_items("vectors", program.vector_sizes.size(), 0));
  NAWQ_CHECK(check_items("operations", program.operations.size(), 1));
  NAWQ_CHECK(check_picture(program));
  for (std::size_t i = 0; i < program.tensors.size(); ++i) NAWQ_CHECK(check_tensor(program, i));
  NAWQ_CHECK(check_sources(program));
  for (std::size_t i = 0; i < program.vector_sizes.size(); ++i)
    NAWQ_CHECK(check_range(concat("size of vector ", i), program.vector_sizes[i], 1, kMostChannels));
  return {};
}

std::int64_t weight_count(const Operation& operation) {
  if (const auto* convolution = std::get_if<Convolution>(&operation.kind))
    return static_cast<std::int64_t>(convolution->codes.size() + convolution->weights.size());
  const auto* math = std::get_if<VectorMath>(&operation.kind);
  return math ? static_cast<std::int64_t>(math->weights.size()) : 0;
}

Status check_dre(const Program& program, const Operation& operation) {
  const bool reads = reads_run_time_range(program, operation);
  if (operation.dre == reads) return {};
  return broken(reads ? "reads a range that is found at run time, but does not say so"
                      : "says that it reads a range found at run time, but no tensor has one");
}

Status check_partition(const Program& program, std::size_t index) {
  const Operation& operation = program.operations[index];
  std::int32_t wanted = 0;
  if (index > 0) {
    const Operation& before = program.operations[index - 1];
    const bool same = before.wordlength == operation.wordlength && before.dre == operation.dre;
    wanted = before.partition + (same ? 0 : 1);
  }
  return check_range("partition", operation.partition, wanted, wanted);
}

Status check_operation(const Program& program, std::size_t index, ProgramFlow& flow) {
  const Operation& operation = program.operations[index];
  NAWQ_CHECK(check_kind(program, operation));
  NAWQ_CHECK(check_epilogue(program, operation));
  NAWQ_CHECK(check_range("multiplications per pixel", operation.macs_per_pixel, 0, kMostMacsPerPixel));
  NAWQ_CHECK(check_dre(program, operation));
  NAWQ_CHECK(check_partition(program, index));
  return flow.add(operation);
}

}  // namespace

Status check_program(const Program& program) {
  NAWQ_CHECK(check_stored(program));
  ProgramFlow flow(program);
  std::int64_t weights = 0;
  for (std::size_t i = 0; i < program.operations.size(); ++i) {
    const Operation& operation = program.operations[i];
    if (auto status = check_operation(program, i, flow); !status)
      return tl::unexpected<Error>(
          with_context(status.error(), concat("operation ", i, " '", operation.name, "'")));
    weights += weight_count(operation);
    NAWQ_CHECK(check_range("number of weights", weights, 0, kMostNumbers));
  }
  return flow.check_all_written();
}

}  // namespace nawq::plan
