#include "codec/runtime_quantizer.h"

#include <algorithm>
#include <cfloat>

#include "base/code_scale.h"
#include "codec/picture_rows.h"
#include "kernels/pointwise/pointwise.h"

namespace nawq::codec {
namespace {

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

// Copies every channel of `tensor`'s source to `tensor`.
plan::Operation quantization_of(const plan::Program& program, std::int32_t tensor) {
  const plan::TensorSpec& spec = program.tensors[at(tensor)];
  plan::Operation operation = plan::operation_of(plan::Pointwise{});
  operation.channels = spec.channels;
  plan::StepSpec& step = operation.steps.emplace_back();
  step.kind = plan::StepKind::kResidual;
  step.side_tensor = spec.source;
  for (std::int32_t c = 0; c < spec.channels; ++c) step.side_channels.push_back({0, 0, c});
  operation.runs.push_back({0, spec.channels, tensor, 0, 1, 0});
  return operation;
}

std::vector<std::int32_t> run_time_reads(const plan::Program& program, const plan::Operation& operation) {
  std::vector<std::int32_t> found;
  visit_reads(operation, [&](std::int32_t tensor) {
    if (program.tensors[at(tensor)].source >= 0 && std::ranges::count(found, tensor) == 0)
      found.push_back(tensor);
  });
  return found;
}

}  // namespace

struct RuntimeQuantizer::Maker {
  plan::Operation operation;
  RowEpilogue epilogue;
  kernels::PointwiseRowFunction kernel;
  kernels::PointwiseRow row;

  Maker(const LoadedProgram& loaded, const Layout& layout, std::int32_t tensor)
      : Maker(loaded, layout, tensor, kernels::pointwise_kernel(loaded.isa())) {}
  Maker(const LoadedProgram& loaded, const Layout& layout, std::int32_t tensor,
        const kernels::PointwiseKernel& chosen)
      : operation(quantization_of(loaded.program(), tensor)),
        epilogue(operation, layout, 0, operation.channels,
                 (operation.channels + chosen.lanes - 1) / chosen.lanes * chosen.lanes),
        kernel(chosen.run) {
    row.vectors = epilogue.packed_channels() / chosen.lanes;
  }
};

RuntimeQuantizer::RuntimeQuantizer(const LoadedProgram& loaded, const Sizes& sizes, const Layout& layout,
                                   const Reach& reach)
    : loaded_(loaded), sizes_(sizes), layout_(layout), reach_(reach) {
  const plan::Program& program = loaded.program();
  makers_.resize(program.tensors.size());
  for (std::size_t i = 0; i < makers_.size(); ++i)
    if (program.tensors[i].source >= 0)
      makers_[i] = std::make_unique<Maker>(loaded, layout, static_cast<std::int32_t>(i));
  for (const plan::Operation& operation : program.operations)
    reads_.push_back(run_time_reads(program, operation));
}

RuntimeQuantizer::~RuntimeQuantizer() = default;

// A picture of which nothing finite was seen has the range of zeros.
void RuntimeQuantizer::find_formats(std::size_t operation, ContextState& state) const {
  for (const std::int32_t tensor : reads_[operation]) {
    plan::Quantization& format = state.formats[at(tensor)];
    const std::size_t source = at(loaded_.program().tensors[at(tensor)].source);
    const bool is_seen = state.low[source] <= state.high[source];
    const double low = is_seen ? std::max(state.low[source], -FLT_MAX) : 0;
    const double high = is_seen ? std::min(state.high[source], FLT_MAX) : 0;
    const CodeScale found = code_scale(low, high, format.format == plan::Format::kCode8 ? 8 : 16);
    format.scale = found.scale;
    format.zero_point = found.zero_point;
    makers_[at(tensor)]->epilogue.set_formats(state.formats);
  }
}

Region RuntimeQuantizer::read_region(std::size_t operation, std::int32_t tensor, const Region& part) const {
  Region region;
  visit_reads(loaded_.program(), reach_, operation, part, [&](std::int32_t read, const Region& where) {
    if (read == tensor) region = united(region, where);
  });
  return region;
}

void RuntimeQuantizer::make_codes(std::size_t operation, const Region& part, const ContextState& state,
                                  WorkerScratch& scratch) const {
  std::byte* memory = scratch.run_time_codes.data();
  for (const std::int32_t tensor : reads_[operation]) {
    const Region region = read_region(operation, tensor, part);
    make_rows(at(tensor), region, state, scratch, memory);
    memory += held_bytes(layout_.tensors[at(tensor)], region.height_px);
  }
}

void RuntimeQuantizer::make_rows(std::size_t tensor, const Region& region, const ContextState& state,
                                 WorkerScratch& scratch, std::byte* memory) const {
  const TensorLayout& to = layout_.tensors[tensor];
  std::byte* pixels = memory + border_bytes(to) - region.y * to.row_bytes - region.x * to.pixel_bytes;
  scratch.pixels[tensor] = pixels;
  const Maker& maker = *makers_[tensor];
  kernels::PointwiseRow row = maker.row;
  row.width_px = static_cast<int>(region.width_px);
  kernels::Destination destination;
  for (std::int64_t y = region.y; y < region.y_end(); ++y) {
    row.epilogue = maker.epilogue.at(y, region.x, 0, {scratch.pixels.data(), &destination, nullptr, nullptr});
    maker.kernel(row);
  }
  fill_border(to, state.formats[tensor], region, pixels);
}

std::int64_t RuntimeQuantizer::most_rows(std::size_t operation, std::int32_t tensor,
                                         std::int64_t part_rows) const {
  const Extent grid = sizes_.grids[operation];
  std::int64_t most = 0;
  for (std::int64_t y = 0; y < grid.height_px; ++y) {
    const Region part = clipped({0, y, grid.width_px, part_rows}, grid);
    most = std::max(most, read_region(operation, tensor, part).height_px);
  }
  return most;
}

std::int64_t RuntimeQuantizer::scratch_bytes(std::int64_t part_rows) const {
  std::int64_t most = 0;
  for (std::size_t i = 0; i < reads_.size(); ++i) {
    std::int64_t bytes = 0;
    for (const std::int32_t tensor : reads_[i])
      bytes += held_bytes(layout_.tensors[at(tensor)], most_rows(i, tensor, part_rows));
    most = std::max(most, bytes);
  }
  return most;
}

}  // namespace nawq::codec
