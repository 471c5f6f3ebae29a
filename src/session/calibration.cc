#include "session/calibration.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "image/bicubic.h"
#include "image/geometry.h"
#include "session/engine.h"
#include "session/picture_tensor.h"
#include "session/plan_network.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

// About 0.
quantize::Ranges widened(quantize::Ranges ranges, double factor) {
  for (auto& [name, range] : ranges) {
    range.min *= factor;
    range.max *= factor;
  }
  return ranges;
}

}  // namespace

Result<Calibration> Calibration::start(const Network& network, Isa isa, ThreadTeam& team) {
  return within_memory([&]() -> Result<Calibration> {
    NAWQ_TRY(plan::Program program, plan_floating(network, {.separate_functions = true}));
    return Calibration(codec::LoadedProgram::load(std::move(program), isa), team);
  });
}

Status Calibration::add(const Image& picture) {
  return within_memory([&]() -> Status {
    const plan::Program& program = loaded_->program();
    NAWQ_TRY(const Extent size, accepted_size(program, {picture.width_px(), picture.height_px()}));
    NAWQ_TRY(const Image ready, program.channels == 1 ? to_luma(picture) : to_rgb(picture));
    NAWQ_TRY(const Image padded, pad_edge(ready, size.width_px, size.height_px));
    if (!context_ || context_->picture() != codec::Extent{size.width_px, size.height_px} ||
        bound_bits_ != padded.bits()) {
      context_.reset();
      bound_bits_ = padded.bits();
      NAWQ_TRY(
          context_,
          codec::Context::create(
              loaded_, {size.width_px, size.height_px},
              {.in_bits = padded.bits(), .out_bits = 8, .workers = team_->size(), .capture_ranges = true}));
    }
    NAWQ_TRY(Image result, Image::create(size.width_px * program.scale, size.height_px * program.scale,
                                         program.channels, 8));
    NAWQ_CHECK(context_->run(padded, result, *team_, [](double) { return true; }));
    for (std::size_t i = plan::kOutputTensor + 1; i < program.tensors.size(); ++i) {
      const codec::Range seen = context_->ranges()[i];
      const quantize::TensorRange range{seen.low, seen.high};
      quantize::TensorRange& extremes = extremes_.try_emplace(program.tensors[i].name, range).first->second;
      extremes.min = std::min(extremes.min, range.min);
      extremes.max = std::max(extremes.max, range.max);
      quantize::TensorRange& sum = sums_[program.tensors[i].name];
      sum.min += range.min;
      sum.max += range.max;
    }
    ++pictures_;
    return {};
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
  flat_ = alone.extremes_;
  return {};
}

quantize::Ranges Calibration::ranges8() const {
  // Measured on tpsr_x4 and imdn_x4: 0 clips imdn_x4 by 0.2 dB, 1 costs both 0.1 dB in coarse codes.
  constexpr double kTowardsExtremes = 0.25;
  quantize::Ranges ranges = extremes_;
  for (auto& [name, range] : ranges) {
    const quantize::TensorRange& sum = sums_.find(name)->second;
    range.min = std::lerp(sum.min / pictures_, range.min, kTowardsExtremes);
    range.max = std::lerp(sum.max / pictures_, range.max, kTowardsExtremes);
    if (const auto flat = flat_.find(name); flat != flat_.end()) {
      range.min = std::min(range.min, flat->second.min);
      range.max = std::max(range.max, flat->second.max);
    }
  }
  return ranges;
}

quantize::Ranges Calibration::ranges16() const { return widened(extremes_, 2); }

quantize::Ranges Calibration::own_ranges(int bits) const { return bits == 16 ? ranges16() : extremes_; }

Extent Calibration::picture_size() const {
  const plan::Program& program = loaded_->program();
  const bool fixed = program.fixed_width_px > 0 && program.fixed_height_px > 0;
  return fixed ? Extent{program.fixed_width_px, program.fixed_height_px} : Extent{64, 48};
}

Result<Image> degrade(const Image& photograph, std::int64_t scale, std::string_view name) {
  return within_memory([&]() -> Result<Image> {
    const std::int64_t width = photograph.width_px() / scale * scale,
                       height = photograph.height_px() / scale * scale;
    if (width < 1 || height < 1)
      return fail(ErrorKind::kInput, concat(name, ": is smaller than the scale of ", scale));
    NAWQ_TRY(const Image cut, crop(photograph, 0, 0, width, height));
    return bicubic_downscale(cut, static_cast<int>(scale));
  });
}

}  // namespace nawq::session
