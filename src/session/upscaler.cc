#include "session/upscaler.h"

#include <mutex>

#include "base/text.h"
#include "image/bicubic.h"
#include "image/depth.h"
#include "image/geometry.h"
#include "reference/run.h"
#include "session/picture_size.h"
#include "session/picture_tensor.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

// A bicubic pass over the height, then one over the width, with both pictures and the one between alive.
std::int64_t resample_bytes(Extent from, Extent to, int bits) {
  return picture_bytes(from, bits) + picture_bytes({from.width_px, to.height_px}, bits) +
         picture_bytes(to, bits);
}

class NetworkUpscaler final : public Upscaler {
 public:
  NetworkUpscaler(Network network, ThreadTeam& team, reference::Results results)
      : network_(std::move(network)), team_(team), results_(results) {}

  std::string_view name() const override { return network_.info().name; }
  std::int64_t scale() const override { return network_.info().scale; }
  std::string_view precision() const override { return is_half() ? "fp16" : "fp32"; }
  std::vector<std::string> notes() const override {
    std::vector<std::string> notes = network_.info().notes;
    if (is_half())
      notes.emplace_back("half precision is simulated: float32 with every layer's results rounded, slowly");
    return notes;
  }

  Result<std::int64_t> memory_bytes(Extent picture, int bits) override {
    return within_memory([&]() -> Result<std::int64_t> {
      NAWQ_TRY(const auto bound, bind(picture));
      return reference::peak_activation_bytes(bound->graph) + picture_bytes(bound->size, bits) +
             picture_bytes(scaled(bound->size, scale()), bits);
    });
  }

  Result<Image> upscale(const Image& picture, const UpscaleOptions& options, Progress progress) override {
    return within_memory([&] { return run(picture, options, progress); });
  }

 private:
  bool is_half() const { return results_ == reference::Results::kHalf; }

  // The network at the size that a picture is run at.
  struct Bound {
    Extent picture, size;
    graph::Graph graph;
  };

  Result<Image> run(const Image& picture, const UpscaleOptions& options, Progress progress) {
    const Extent original{picture.width_px(), picture.height_px()};
    NAWQ_CHECK(check_memory(original, options));
    NAWQ_TRY(const auto bound, bind(original));
    NAWQ_TRY(const Image padded, pad_edge(picture, bound->size.width_px, bound->size.height_px));
    const bool is_luma = network_.info().channels == 1;
    const graph::Tensor input =
        is_luma ? to_luma_tensor(padded, network_.info()) : to_colour_tensor(padded, network_.info());
    NAWQ_TRY(const graph::Tensor output, reference::run(bound->graph, input, team_, progress, results_));
    return is_luma ? with_chroma(picture, output, options) : in_colour(picture, output, options);
  }

  Result<Image> in_colour(const Image& picture, const graph::Tensor& output,
                          const UpscaleOptions& options) const {
    const Extent size = scaled({picture.width_px(), picture.height_px()}, scale());
    NAWQ_TRY(Image result, from_colour_tensor(output, network_.info(), size, options.bits));
    return picture.channels() == 1 && options.keep_grey ? to_grey(result) : Result<Image>(std::move(result));
  }

  // Networks with one channel get luma; chroma goes through bicubic.
  Result<Image> with_chroma(const Image& picture, const graph::Tensor& output,
                            const UpscaleOptions& options) const {
    const Extent size = scaled({picture.width_px(), picture.height_px()}, scale());
    NAWQ_TRY(const Image deep, with_bits(picture, options.bits));
    NAWQ_TRY(const Image chroma, bicubic_resize(deep, size.width_px, size.height_px));
    NAWQ_TRY(Image result, from_luma_tensor(output, network_.info(), chroma));
    return options.keep_grey ? Result<Image>(std::move(result)) : to_rgb(result);
  }

  // Pictures of one folder mostly share a size: the last one is kept.
  Result<std::shared_ptr<const Bound>> bind(Extent picture) {
    const std::lock_guard lock(mutex_);
    if (bound_ && bound_->picture == picture) return bound_;
    bound_.reset();
    NAWQ_TRY(const Extent size, network_.accepted_size(picture));
    NAWQ_TRY(graph::Graph graph, network_.at_size(size));
    bound_ = std::make_shared<Bound>(Bound{picture, size, std::move(graph)});
    return bound_;
  }

  Network network_;
  ThreadTeam& team_;
  reference::Results results_;
  std::mutex mutex_;
  std::shared_ptr<const Bound> bound_;
};

class BicubicUpscaler final : public Upscaler {
 public:
  explicit BicubicUpscaler(std::int64_t scale) : scale_(scale) {}

  std::string_view name() const override { return "bicubic"; }
  std::int64_t scale() const override { return scale_; }
  std::string_view precision() const override { return "none"; }
  std::vector<std::string> notes() const override { return {}; }

  Result<std::int64_t> memory_bytes(Extent picture, int bits) override {
    return resample_bytes(picture, scaled(picture, scale_), bits);
  }

  Result<Image> upscale(const Image& picture, const UpscaleOptions& options, Progress progress) override {
    return within_memory([&]() -> Result<Image> {
      NAWQ_CHECK(check_memory({picture.width_px(), picture.height_px()}, options));
      NAWQ_TRY(const Image deep, with_bits(picture, options.bits));
      NAWQ_TRY(Image result, bicubic_resize(deep, picture.width_px() * scale_, picture.height_px() * scale_));
      if (!progress(1.0)) return fail(ErrorKind::kInterrupted, "stopped");
      return options.keep_grey ? Result<Image>(std::move(result)) : to_rgb(result);
    });
  }

 private:
  std::int64_t scale_;
};

}  // namespace

std::unique_ptr<Upscaler> make_network_upscaler(Network network, ThreadTeam& team,
                                                reference::Results results) {
  return std::make_unique<NetworkUpscaler>(std::move(network), team, results);
}

std::unique_ptr<Upscaler> make_bicubic_upscaler(std::int64_t scale) {
  return std::make_unique<BicubicUpscaler>(scale);
}

Status Upscaler::check_memory(Extent picture, const UpscaleOptions& options) {
  NAWQ_TRY(const std::int64_t needed, memory_bytes(picture, options.bits));
  return needed <= options.max_memory_bytes ? Status() : too_large(picture, needed, options);
}

tl::unexpected<Error> Upscaler::too_large(Extent picture, std::int64_t needed_bytes,
                                          const UpscaleOptions& options) const {
  return fail(ErrorKind::kResource,
              concat("a picture of ", picture.width_px, "x", picture.height_px, " needs about ",
                     bytes_text(static_cast<double>(needed_bytes)), " with ", name(), ", and ",
                     bytes_text(static_cast<double>(options.max_memory_bytes)), " may be used"));
}

Status check_resample_memory(Extent from, Extent to, const UpscaleOptions& options) {
  if (from == to) return {};
  const std::int64_t needed = resample_bytes(from, to, options.bits);
  if (needed <= options.max_memory_bytes) return {};
  return fail(ErrorKind::kResource,
              concat("a result of ", to.width_px, "x", to.height_px, " needs about ",
                     bytes_text(static_cast<double>(needed)), ", and ",
                     bytes_text(static_cast<double>(options.max_memory_bytes)), " may be used"));
}

}  // namespace nawq::session
