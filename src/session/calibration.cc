#include "session/calibration.h"

#include <algorithm>

#include "base/text.h"
#include "image/geometry.h"
#include "session/engine.h"
#include "session/picture_tensor.h"
#include "session/plan_network.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

std::vector<std::vector<std::int32_t>> completed_tensors(const plan::Program& program) {
  std::vector<std::size_t> last_writer(program.tensors.size(), program.operations.size());
  for (std::size_t i = 0; i < program.operations.size(); ++i)
    for (const plan::RunSpec& run : program.operations[i].runs) last_writer[at(run.tensor)] = i;
  std::vector<std::vector<std::int32_t>> completed(program.operations.size());
  for (std::size_t i = plan::kOutputTensor + 1; i < last_writer.size(); ++i)
    if (last_writer[i] < completed.size()) completed[last_writer[i]].push_back(static_cast<std::int32_t>(i));
  return completed;
}

}  // namespace

Calibration::Calibration(std::shared_ptr<const codec::LoadedProgram> loaded, ThreadTeam& team)
    : loaded_(std::move(loaded)), team_(&team), completed_(completed_tensors(loaded_->program())) {}

Result<Calibration> Calibration::start(const Network& network, Isa isa, ThreadTeam& team) {
  return within_memory([&]() -> Result<Calibration> {
    NAWQ_TRY(plan::Program program, plan_floating(network, {.separate_functions = true}));
    return Calibration(codec::LoadedProgram::load(std::move(program), isa), team);
  });
}

Status Calibration::bind(const Image& picture) {
  const codec::Extent size{picture.width_px(), picture.height_px()};
  if (context_ && context_->picture() == size && bound_bits_ == picture.bits()) return {};
  context_.reset();
  bound_bits_ = picture.bits();
  NAWQ_TRY(context_,
           codec::Context::create(loaded_, size,
                                  {.in_bits = picture.bits(), .out_bits = 8, .workers = team_->size()}));
  return {};
}

// What an operation has just completed.
Status Calibration::look(std::size_t operation) {
  for (const std::int32_t index : completed_[operation]) {
    const codec::TensorView tensor = context_->tensor(index, operation + 1);
    const std::string& name = loaded_->program().tensors[at(index)].name;
    quantize::TensorObservation& seen = observations_[name];
    const std::int64_t pixel_floats = tensor.pixel_bytes / static_cast<std::int64_t>(sizeof(float));
    for (std::int64_t y = 0; y < tensor.size.height_px; ++y) {
      const auto* from = reinterpret_cast<const float*>(tensor.pixels + y * tensor.row_bytes);
      row_.clear();
      for (std::int64_t x = 0; x < tensor.size.width_px; ++x)
        row_.insert(row_.end(), from + x * pixel_floats, from + x * pixel_floats + tensor.channels);
      seen.add(row_);
    }
    seen.end_picture();
    if (seen.histogram().not_finite() > 0)
      return fail(ErrorKind::kModel,
                  concat(loaded_->program().name, ": '", name,
                         "' is infinite or no number on this picture, in float; it cannot be quantized"));
  }
  return {};
}

Status Calibration::add(const Image& picture) {
  return within_memory([&]() -> Status {
    const plan::Program& program = loaded_->program();
    NAWQ_TRY(const Extent size, accepted_size(program, {picture.width_px(), picture.height_px()}));
    NAWQ_TRY(const Image ready, program.channels == 1 ? to_luma(picture) : to_rgb(picture));
    NAWQ_TRY(const Image padded, pad_edge(ready, size.width_px, size.height_px));
    NAWQ_CHECK(bind(padded));
    NAWQ_TRY(Image result, Image::create(size.width_px * program.scale, size.height_px * program.scale,
                                         program.channels, 8));
    Status status;
    NAWQ_CHECK(context_->run_from(nullptr, padded, result, *team_, [&](std::size_t next) {
      if (next > 0) status = look(next - 1);
      return status.has_value();
    }));
    return status;
  });
}

Status Calibration::add_flat_pictures() {
  Calibration alone(loaded_, *team_);
  const Extent size = picture_size();
  for (const int value : {0, 255}) {
    NAWQ_TRY(Image picture, Image::create(size.width_px, size.height_px, 3, 8));
    for (std::int64_t y = 0; y < size.height_px; ++y)
      std::ranges::fill(picture.row8(y), static_cast<std::uint8_t>(value));
    NAWQ_CHECK(alone.add(picture));
  }
  for (const auto& [name, seen] : alone.observations_) observations_[name].must_hold(seen.extremes());
  return {};
}

quantize::Ranges Calibration::own_ranges(int bits) const {
  return ranges(bits, {.estimator = quantize::RangeEstimator::kMinMax});
}

std::optional<Extent> Calibration::fixed_size() const {
  const plan::Program& program = loaded_->program();
  const bool fixed = program.fixed_width_px > 0 && program.fixed_height_px > 0;
  return fixed ? std::optional(Extent{program.fixed_width_px, program.fixed_height_px}) : std::nullopt;
}

Extent Calibration::picture_size() const { return fixed_size().value_or(Extent{64, 48}); }

}  // namespace nawq::session
