#include "session/engine.h"

#include <algorithm>

#include "base/text.h"
#include "image/bicubic.h"
#include "image/depth.h"
#include "image/geometry.h"
#include "session/picture_size.h"
#include "session/picture_tensor.h"
#include "session/plan_network.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

// Strides and window sizes of real networks multiply to at most this.
constexpr std::int64_t kLargestGranulePx = 64;

bool accepts(const plan::Program& program, Extent size) {
  return codec::find_sizes(program, {size.width_px, size.height_px}).has_value();
}

class EngineUpscaler final : public Upscaler {
 public:
  EngineUpscaler(plan::Program program, Isa isa, std::vector<std::string> notes, ThreadTeam& team)
      : loaded_(codec::LoadedProgram::load(std::move(program), isa)), notes_(std::move(notes)), team_(team) {}

  std::string_view name() const override { return program().name; }
  std::int64_t scale() const override { return program().scale; }
  std::string_view precision() const override { return precision_of(program()); }
  std::vector<std::string> notes() const override { return notes_; }

  Result<std::int64_t> memory_bytes(Extent picture, int bits) override {
    return within_memory([&]() -> Result<std::int64_t> {
      NAWQ_TRY(const Extent size, accepted_size(program(), picture));
      NAWQ_TRY(const std::int64_t tensors,
               codec::Context::memory_bytes(program(), {size.width_px, size.height_px}, 16));
      return tensors + pictures_bytes(program(), size, bits);
    });
  }

  Status check_memory(Extent picture, const UpscaleOptions& options) override {
    return within_memory([&]() -> Status {
      NAWQ_TRY(const Extent size, accepted_size(program(), picture));
      const auto plan = codec::choose_plan(program(), {size.width_px, size.height_px}, 16, options.bits,
                                           tiling_for(program(), size, options));
      if (plan || plan.error().kind != ErrorKind::kResource)
        return plan ? Status() : tl::unexpected<Error>(plan.error());
      NAWQ_TRY(const std::int64_t tensors,
               codec::least_tensor_bytes(program(), {size.width_px, size.height_px}, 16, options.bits,
                                         options.tile_px));
      return too_large(picture, kProgramBytes + pictures_bytes(program(), size, options.bits) + tensors,
                       options);
    });
  }

  Result<Image> upscale(const Image& picture, const UpscaleOptions& options, Progress progress) override {
    return within_memory([&] { return run(picture, options, progress); });
  }

 private:
  const plan::Program& program() const { return loaded_->program(); }

  Result<Image> run(const Image& picture, const UpscaleOptions& options, Progress progress) {
    const Extent original{picture.width_px(), picture.height_px()};
    NAWQ_TRY(const Extent size, accepted_size(program(), original));
    const bool is_luma = program().channels == 1;
    NAWQ_TRY(const Image ready, is_luma ? to_luma(picture) : to_rgb(picture));
    NAWQ_TRY(const Image padded, pad_edge(ready, size.width_px, size.height_px));
    NAWQ_CHECK(bind(size, padded.bits(), is_luma ? 16 : options.bits, tiling_for(program(), size, options)));
    NAWQ_TRY(Image result, Image::create(size.width_px * scale(), size.height_px * scale(), padded.channels(),
                                         is_luma ? 16 : options.bits));
    NAWQ_CHECK(context_->run(padded, result, team_, progress));
    const Extent wanted = scaled(original, scale());
    if (wanted != scaled(size, scale())) {
      NAWQ_TRY(result, crop(result, 0, 0, wanted.width_px, wanted.height_px));
    }
    if (is_luma) return with_chroma(picture, result, options);
    return picture.channels() == 1 && options.keep_grey ? to_grey(result) : Result<Image>(std::move(result));
  }

  // Networks with one channel get luma; chroma goes through bicubic.
  Result<Image> with_chroma(const Image& picture, const Image& luma, const UpscaleOptions& options) const {
    NAWQ_TRY(const Image deep, with_bits(picture, options.bits));
    NAWQ_TRY(const Image chroma, bicubic_resize(deep, luma.width_px(), luma.height_px()));
    NAWQ_TRY(Image result, with_luma(chroma, luma));
    return options.keep_grey ? Result<Image>(std::move(result)) : to_rgb(result);
  }

  // Pictures of one folder mostly share a size: the last one is kept.
  Status bind(Extent size, int in_bits, int out_bits, const codec::Tiling& tiling) {
    const codec::ContextOptions wanted{
        .in_bits = in_bits, .out_bits = out_bits, .workers = team_.size(), .tiling = tiling};
    const bool is_bound = context_ && context_->picture() == codec::Extent{size.width_px, size.height_px} &&
                          bound_.in_bits == in_bits && bound_.out_bits == out_bits &&
                          bound_.tiling.tile_px == tiling.tile_px &&
                          context_->arena_bytes() <= tiling.memory_bytes &&
                          (context_->plan().tiles.tiles() == 1 || bound_.tiling == tiling);
    if (is_bound) return {};
    context_.reset();
    NAWQ_TRY(context_, codec::Context::create(loaded_, {size.width_px, size.height_px}, wanted));
    bound_ = wanted;
    return {};
  }

  std::shared_ptr<const codec::LoadedProgram> loaded_;
  std::vector<std::string> notes_;
  ThreadTeam& team_;
  std::unique_ptr<codec::Context> context_;
  codec::ContextOptions bound_;
};

}  // namespace

std::int64_t pictures_bytes(const plan::Program& program, Extent size, int bits) {
  return 2 * picture_bytes(size, 16) + picture_bytes(scaled(size, program.scale), bits);
}

codec::Tiling tiling_for(const plan::Program& program, Extent size, const UpscaleOptions& options) {
  const std::int64_t left =
      options.max_memory_bytes - kProgramBytes - pictures_bytes(program, size, options.bits);
  return {.tile_px = options.tile_px, .memory_bytes = std::max<std::int64_t>(0, left)};
}

Result<Extent> accepted_size(const plan::Program& program, Extent picture) {
  if (accepts(program, picture)) return picture;
  // One direction at a time, beside a size of the other that is large enough.
  const bool fixed = program.fixed_width_px > 0 && program.fixed_height_px > 0;
  if (fixed && picture.width_px <= program.fixed_width_px && picture.height_px <= program.fixed_height_px)
    return Extent{program.fixed_width_px, program.fixed_height_px};
  constexpr std::int64_t kGood = 4 * kLargestGranulePx;
  const auto grow = [&](std::int64_t from, auto with) -> std::int64_t {
    for (std::int64_t size = from; size <= from + kLargestGranulePx; ++size)
      if (accepts(program, with(size))) return size;
    return 0;
  };
  const Extent size{grow(picture.width_px,
                         [](std::int64_t w) {
                           return Extent{w, kGood};
                         }),
                    grow(picture.height_px, [](std::int64_t h) {
                      return Extent{kGood, h};
                    })};
  if (size.width_px > 0 && size.height_px > 0 && accepts(program, size)) return size;
  auto why = codec::find_sizes(program, {picture.width_px, picture.height_px});
  return tl::unexpected<Error>(
      with_context(why ? Error{ErrorKind::kModel, "takes no pictures of such sizes"} : std::move(why.error()),
                   program.name));
}

std::unique_ptr<Upscaler> make_engine_upscaler(plan::Program program, Isa isa, std::vector<std::string> notes,
                                               ThreadTeam& team) {
  return std::make_unique<EngineUpscaler>(std::move(program), isa, std::move(notes), team);
}

}  // namespace nawq::session
