#include "codec/sizes.h"

#include <cmath>

#include "base/text.h"

namespace nawq::codec {
namespace {

// Positions of a window that has to lie inside the padded picture; below 1 where there is none.
std::int64_t positions(std::int64_t size, std::int64_t pads, std::int64_t kernel, std::int64_t stride,
                       std::int64_t dilation) {
  const std::int64_t room = size + pads - ((kernel - 1) * dilation + 1);
  return room < 0 ? 0 : room / stride + 1;
}

Extent window_grid(Extent src, const plan::Pads2d& pads, plan::Size2d kernel, plan::Size2d stride,
                   plan::Size2d dilation) {
  return {positions(src.width_px, std::int64_t{pads.left} + pads.right, kernel.w, stride.w, dilation.w),
          positions(src.height_px, std::int64_t{pads.top} + pads.bottom, kernel.h, stride.h, dilation.h)};
}

class SizeFinder {
 public:
  SizeFinder(const plan::Program& program, Extent picture) : program_(program) {
    sizes_.tensors.resize(program.tensors.size());
    sizes_.tensors[plan::kInputTensor] = picture;
  }

  Result<Sizes> find() {
    for (const plan::Operation& operation : program_.operations) {
      NAWQ_TRY(const Extent grid, grid_of(operation));
      sizes_.grids.push_back(grid);
      NAWQ_CHECK(check_sides(operation, grid));
      for (const plan::RunSpec& run : operation.runs)
        NAWQ_CHECK(set(run.tensor, {grid.width_px * run.block, grid.height_px * run.block}, operation));
    }
    for (std::size_t i = 0; i < sizes_.tensors.size(); ++i)
      sizes_.tensors[i] = tensor(static_cast<std::int32_t>(i));
    return std::move(sizes_);
  }

 private:
  // Codes with a source have its size.
  Extent& tensor(std::int32_t index) {
    return sizes_.tensors[static_cast<std::size_t>(plan::stored_tensor(program_, index))];
  }

  static tl::unexpected<Error> refuse(const plan::Operation& operation, const char* why) {
    return fail(ErrorKind::kModel, concat("operation '", operation.name, "': ", why));
  }

  Result<Extent> grid_of(const plan::Operation& operation) {
    Extent grid{1, 1};
    if (const auto* conv = std::get_if<plan::Convolution>(&operation.kind))
      grid = window_grid(tensor(conv->src.tensor), conv->pads, conv->kernel, conv->stride, conv->dilation);
    else if (const auto* pool = std::get_if<plan::Pooling>(&operation.kind))
      grid = window_grid(tensor(pool->src.tensor), pool->pads, pool->kernel, pool->stride, pool->dilation);
    else if (const auto* resampling = std::get_if<plan::Resampling>(&operation.kind))
      grid = resampled(*resampling);
    else if (const auto* statistics = std::get_if<plan::Statistics>(&operation.kind))
      grid = tensor(statistics->src.tensor);
    else if (std::get_if<plan::Pointwise>(&operation.kind))
      grid = side_grid(operation);
    constexpr std::int64_t kLargestSidePx = std::int64_t{1} << 24;
    if (grid.width_px < 1 || grid.height_px < 1) return refuse(operation, "the picture is too small for it");
    if (grid.width_px > kLargestSidePx || grid.height_px > kLargestSidePx)
      return refuse(operation, "the picture is too large for it");
    return grid;
  }

  Extent resampled(const plan::Resampling& resampling) {
    if (resampling.like >= 0) return tensor(resampling.like);
    const Extent src = tensor(resampling.src.tensor);
    const auto scaled = [](std::int64_t size, float scale) {
      return static_cast<std::int64_t>(std::floor(static_cast<double>(size) * double{scale}));
    };
    return {scaled(src.width_px, resampling.scale_w), scaled(src.height_px, resampling.scale_h)};
  }

  Extent side_grid(const plan::Operation& operation) {
    for (const plan::StepSpec& step : operation.steps) {
      if (step.side_tensor < 0) continue;
      const Extent side = tensor(step.side_tensor);
      return {side.width_px / step.side_block, side.height_px / step.side_block};
    }
    return {};
  }

  Status check_sides(const plan::Operation& operation, Extent grid) {
    for (const plan::StepSpec& step : operation.steps)
      if (step.side_tensor >= 0 && tensor(step.side_tensor) != Extent{grid.width_px * step.side_block,
                                                                      grid.height_px * step.side_block})
        return refuse(operation, "tensors of different sizes meet in it");
    return {};
  }

  Status set(std::int32_t index, Extent size, const plan::Operation& operation) {
    // Kernels take distances within a row in 32 bits.
    const std::int64_t channels =
        plan::padded_channels(program_.tensors[static_cast<std::size_t>(index)].channels);
    if (size.width_px * channels * static_cast<std::int64_t>(sizeof(float)) > INT32_MAX)
      return refuse(operation, "the picture is too wide for it");
    Extent& known = tensor(index);
    if (known != Extent{} && known != size) return refuse(operation, "a tensor has two sizes");
    known = size;
    return {};
  }

  const plan::Program& program_;
  Sizes sizes_;
};

}  // namespace

Result<Sizes> find_sizes(const plan::Program& program, Extent picture) {
  if (picture.width_px < 1 || picture.height_px < 1)
    return fail(ErrorKind::kInput, "the picture has no pixels");
  const bool fixed = program.fixed_width_px > 0 && program.fixed_height_px > 0;
  if (fixed && picture != Extent{program.fixed_width_px, program.fixed_height_px})
    return fail(ErrorKind::kModel,
                concat("takes pictures of ", program.fixed_width_px, "x", program.fixed_height_px,
                       " only, not ", picture.width_px, "x", picture.height_px));
  NAWQ_TRY(Sizes sizes, SizeFinder(program, picture).find());
  const Extent out = sizes.tensors[plan::kOutputTensor];
  if (out != Extent{picture.width_px * program.scale, picture.height_px * program.scale})
    return fail(ErrorKind::kModel, concat("makes ", out.width_px, "x", out.height_px, " of a picture of ",
                                          picture.width_px, "x", picture.height_px));
  return sizes;
}

}  // namespace nawq::codec
