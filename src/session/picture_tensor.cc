#include "session/picture_tensor.h"

#include <algorithm>
#include <cmath>

namespace nawq::session {
namespace {

// Y of interface.md as a share of the sample range: 16/255 + weights . RGB, RGB in 0..1.
constexpr double kLumaOffset = 16.0 / 255;
constexpr double kLumaWeights[3] = {65.481 / 255, 128.553 / 255, 24.966 / 255};
// d RGB / d Y: the sum of the weights is 219/255, and grey moves with luma alone.
constexpr double kGreyPerLuma = 255.0 / 219;

double luma(const Image& picture, std::int64_t x, std::int64_t y) {
  const int step = picture.channels() == 3 ? 1 : 0;
  double sum = 0;
  for (int c = 0; c < 3; ++c) sum += kLumaWeights[c] * picture.sample(x, y, c * step);
  return kLumaOffset + sum / picture.max_sample();
}

int to_sample(double share, int max_sample) {
  const double value = std::nearbyint(share * max_sample);
  return static_cast<int>(std::fmin(std::fmax(value, 0.0), static_cast<double>(max_sample)));  // NaN gives 0
}

// Where channel c of the picture lies in the network's order.
int plane_of(const NetworkInfo& network, int c) { return network.colour == ColourOrder::kBgr ? 2 - c : c; }

graph::Tensor make_tensor(std::int64_t channels, const Image& picture) {
  const std::int64_t pixels = picture.width_px() * picture.height_px();
  return graph::float_tensor({1, channels, picture.height_px(), picture.width_px()},
                             std::vector<float>(static_cast<std::size_t>(channels * pixels)));
}

std::size_t at(const graph::Tensor& tensor, std::int64_t plane, std::int64_t y, std::int64_t x) {
  return static_cast<std::size_t>((plane * tensor.shape[2] + y) * tensor.shape[3] + x);
}

// Moves all channels of every pixel so that its luma becomes wanted(x, y), a share of the range.
template <class Wanted>
Image replace_luma(const Image& chroma, Wanted&& wanted) {
  Image picture = chroma;
  const int max = picture.max_sample();
  for (std::int64_t y = 0; y < picture.height_px(); ++y)
    for (std::int64_t x = 0; x < picture.width_px(); ++x) {
      const double change = kGreyPerLuma * (wanted(x, y) - luma(chroma, x, y));
      for (int c = 0; c < picture.channels(); ++c)
        picture.set_sample(x, y, c,
                           to_sample(static_cast<double>(chroma.sample(x, y, c)) / max + change, max));
    }
  return picture;
}

}  // namespace

graph::Tensor to_colour_tensor(const Image& picture, const NetworkInfo& network) {
  graph::Tensor tensor = make_tensor(3, picture);
  const double factor = static_cast<double>(network.input_range) / picture.max_sample();
  const int step = picture.channels() == 3 ? 1 : 0;
  for (int c = 0; c < 3; ++c)
    for (std::int64_t y = 0; y < picture.height_px(); ++y)
      for (std::int64_t x = 0; x < picture.width_px(); ++x)
        tensor.floats[at(tensor, plane_of(network, c), y, x)] =
            static_cast<float>(picture.sample(x, y, c * step) * factor);
  return tensor;
}

graph::Tensor to_luma_tensor(const Image& picture, const NetworkInfo& network) {
  graph::Tensor tensor = make_tensor(1, picture);
  for (std::int64_t y = 0; y < picture.height_px(); ++y)
    for (std::int64_t x = 0; x < picture.width_px(); ++x)
      tensor.floats[at(tensor, 0, y, x)] =
          static_cast<float>(luma(picture, x, y) * static_cast<double>(network.input_range));
  return tensor;
}

Result<Image> from_colour_tensor(const graph::Tensor& tensor, const NetworkInfo& network, Extent size,
                                 int bits) {
  NAWQ_TRY(Image picture, Image::create(size.width_px, size.height_px, 3, bits));
  for (std::int64_t y = 0; y < size.height_px; ++y)
    for (std::int64_t x = 0; x < size.width_px; ++x)
      for (int c = 0; c < 3; ++c) {
        const double value = static_cast<double>(tensor.floats[at(tensor, plane_of(network, c), y, x)]);
        picture.set_sample(x, y, c,
                           to_sample(value / static_cast<double>(network.input_range), picture.max_sample()));
      }
  return picture;
}

Result<Image> from_luma_tensor(const graph::Tensor& tensor, const NetworkInfo& network, const Image& chroma) {
  return replace_luma(chroma, [&](std::int64_t x, std::int64_t y) {
    return static_cast<double>(tensor.floats[at(tensor, 0, y, x)]) / static_cast<double>(network.input_range);
  });
}

Result<Image> to_luma(const Image& picture) {
  NAWQ_TRY(Image made, Image::create(picture.width_px(), picture.height_px(), 1, 16));
  for (std::int64_t y = 0; y < picture.height_px(); ++y)
    for (std::int64_t x = 0; x < picture.width_px(); ++x)
      made.set_sample(x, y, 0, to_sample(luma(picture, x, y), made.max_sample()));
  return made;
}

Result<Image> with_luma(const Image& chroma, const Image& luma) {
  return replace_luma(chroma, [&](std::int64_t x, std::int64_t y) {
    return static_cast<double>(luma.sample(x, y, 0)) / luma.max_sample();
  });
}

Result<Image> to_grey(const Image& picture) {
  NAWQ_TRY(Image grey, Image::create(picture.width_px(), picture.height_px(), 1, picture.bits()));
  const int step = picture.channels() == 3 ? 1 : 0;
  for (std::int64_t y = 0; y < picture.height_px(); ++y)
    for (std::int64_t x = 0; x < picture.width_px(); ++x) {
      const double value = 0.299 * picture.sample(x, y, 0) + 0.587 * picture.sample(x, y, step) +
                           0.114 * picture.sample(x, y, 2 * step);
      grey.set_sample(x, y, 0, static_cast<int>(std::nearbyint(value)));
    }
  return grey;
}

Result<Image> to_rgb(const Image& picture) {
  if (picture.channels() == 3) return picture;
  NAWQ_TRY(Image rgb, Image::create(picture.width_px(), picture.height_px(), 3, picture.bits()));
  for (std::int64_t y = 0; y < picture.height_px(); ++y)
    for (std::int64_t x = 0; x < picture.width_px(); ++x)
      for (int c = 0; c < 3; ++c) rgb.set_sample(x, y, c, picture.sample(x, y, 0));
  return rgb;
}

}  // namespace nawq::session
