#include "quantize/input_statistics.h"

#include <algorithm>

#include "quantize/linear_algebra.h"

namespace nawq::quantize {
namespace {

// Windows whose products are summed in float32 before they are added in double.
constexpr std::int64_t kBlock = 256;
// Rows and columns of the covariance that a thread takes at once.
constexpr std::int64_t kTile = 128;
// 256 MiB of covariance; a convolution of 640 channels and 3 x 3 taps.
constexpr std::int64_t kMostProducts = std::int64_t{1} << 25;

std::int64_t steps(std::int64_t extent, std::int64_t pads, std::int64_t kernel, std::int64_t dilation,
                   std::int64_t stride) {
  const std::int64_t room = extent + pads - ((kernel - 1) * dilation + 1);
  return room < 0 ? 0 : room / stride + 1;
}

// SplitMix64 (Steele, Lea, Flood 2014).
std::uint64_t scrambled(std::uint64_t number) {
  number += 0x9e3779b97f4a7c15;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
  number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
  return number ^ (number >> 31);
}

// One position of each of `count` stretches of [0, total).
std::int64_t sampled_position(std::int64_t i, std::int64_t count, std::int64_t total, std::uint64_t random) {
  const std::int64_t whole = total / count, rest = total % count;
  const std::int64_t begin = i * whole + i * rest / count;
  const std::int64_t end = (i + 1) * whole + (i + 1) * rest / count;
  return begin + static_cast<std::int64_t>(random % static_cast<std::uint64_t>(end - begin));
}

std::size_t size(std::int64_t count) { return static_cast<std::size_t>(count); }

}  // namespace

InputStatistics::InputStatistics(const graph::Graph& graph, const graph::Node& node,
                                 const SampleOptions& options)
    : conv_(*node.as<graph::Conv>()), options_(options) {
  fix_block_sizes();
  const graph::Shape& weights = graph.shape(node.inputs[1]);
  channels_ = weights[1];
  kernel_ = {weights[2], weights[3]};
  features_ = weights[1] * weights[2] * weights[3];
  keeps_covariance_ = features_ <= kMostProducts / features_ / conv_.groups;
  windows_.resize(size(kBlock * conv_.groups * features_));
  shifts_.resize(size(conv_.groups * features_));
  sums_.resize(size(conv_.groups * features_));
  if (keeps_covariance_) products_.resize(size(conv_.groups * features_ * features_));
}

std::int64_t InputStatistics::columns(const TensorView& picture) const {
  return steps(picture.width_px, conv_.pads.left + conv_.pads.right, kernel_.w, conv_.dilation.w,
               conv_.stride.w);
}

std::int64_t InputStatistics::rows(const TensorView& picture) const {
  return steps(picture.height_px, conv_.pads.top + conv_.pads.bottom, kernel_.h, conv_.dilation.h,
               conv_.stride.h);
}

void InputStatistics::add(const TensorView& picture, ThreadTeam& team) {
  const std::int64_t total = columns(picture) * rows(picture);
  const std::int64_t count = std::min(total, options_.positions_per_picture);
  const std::uint64_t seed = scrambled(options_.seed + scrambled(static_cast<std::uint64_t>(pictures_)));
  const std::int64_t width = conv_.groups * features_;
  ++pictures_;
  for (std::int64_t first = 0; first < count; first += kBlock) {
    const std::int64_t block = std::min(kBlock, count - first);
    team.parallel_for(block, [&](std::int64_t i, int) {
      const std::uint64_t random = scrambled(seed + static_cast<std::uint64_t>(first + i));
      gather(picture, sampled_position(first + i, count, total, random), windows_.data() + i * width);
    });
    if (positions_ == 0) choose_shifts(block);
    add_block(block, team);
    positions_ += block;
  }
}

void InputStatistics::gather(const TensorView& picture, std::int64_t position, float* window) const {
  const std::int64_t top = position / columns(picture) * conv_.stride.h - conv_.pads.top;
  const std::int64_t left = position % columns(picture) * conv_.stride.w - conv_.pads.left;
  const std::int64_t taps = kernel_.h * kernel_.w, inputs = channels_ * conv_.groups;
  for (std::int64_t tap = 0; tap < taps; ++tap) {
    const std::int64_t y = top + tap / kernel_.w * conv_.dilation.h;
    const std::int64_t x = left + tap % kernel_.w * conv_.dilation.w;
    float* const to = window + tap;
    if (x >= 0 && y >= 0 && x < picture.width_px && y < picture.height_px) {
      const float* const from = picture.values + y * picture.row_stride + x * picture.pixel_stride;
      for (std::int64_t c = 0; c < inputs; ++c) to[c * taps] = from[c];
    } else {
      for (std::int64_t c = 0; c < inputs; ++c)
        to[c * taps] = conv_.pad_values.empty() ? 0.0f : conv_.pad_values[size(c)];
    }
  }
}

void InputStatistics::choose_shifts(std::int64_t count) {
  const std::size_t width = shifts_.size();
  std::vector<double> sums(width);
  for (std::size_t i = 0; i < size(count); ++i)
    for (std::size_t f = 0; f < width; ++f) sums[f] += double{windows_[i * width + f]};
  for (std::size_t f = 0; f < width; ++f)
    shifts_[f] = static_cast<float>(sums[f] / static_cast<double>(count));
}

void InputStatistics::add_block(std::int64_t count, ThreadTeam& team) {
  const std::int64_t width = conv_.groups * features_;
  Eigen::Map<FloatMatrix> windows(windows_.data(), width, count);
  const Eigen::Map<const Eigen::VectorXf> shifts(shifts_.data(), width);
  windows.colwise() -= shifts;
  for (std::int64_t i = 0; i < count; ++i)
    Eigen::Map<Eigen::VectorXd>(sums_.data(), width) += windows.col(i).cast<double>();
  if (!keeps_covariance_) return;
  const std::int64_t tiles = (features_ + kTile - 1) / kTile;
  team.parallel_for(conv_.groups * tiles * tiles, [&](std::int64_t i, int) {
    const std::int64_t group = i / (tiles * tiles), row = i / tiles % tiles, column = i % tiles;
    if (column <= row) add_tile(group, row * kTile, column * kTile, count);
  });
}

void InputStatistics::add_tile(std::int64_t group, std::int64_t row, std::int64_t column,
                               std::int64_t count) {
  const std::int64_t height = std::min(kTile, features_ - row), width = std::min(kTile, features_ - column);
  const Eigen::Map<const FloatMatrix, 0, Eigen::OuterStride<>> windows(
      windows_.data() + group * features_, features_, count, Eigen::OuterStride<>(conv_.groups * features_));
  const FloatMatrix product = windows.middleRows(row, height) * windows.middleRows(column, width).transpose();
  Eigen::Map<DoubleMatrix> products(products_.data() + group * features_ * features_, features_, features_);
  products.block(row, column, height, width) += product.cast<double>();
}

LayerStatistics InputStatistics::finish() const {
  LayerStatistics made{positions_, conv_.groups, features_, {}, {}};
  const double count = static_cast<double>(std::max<std::int64_t>(positions_, 1));
  for (std::size_t f = 0; f < sums_.size(); ++f) made.mean.push_back(double{shifts_[f]} + sums_[f] / count);
  made.covariance.resize(products_.size());
  if (!keeps_covariance_) return made;
  for (std::int64_t g = 0; g < conv_.groups; ++g) {
    const double* const sums = sums_.data() + g * features_;
    const double* const products = products_.data() + g * features_ * features_;
    double* const covariance = made.covariance.data() + g * features_ * features_;
    for (std::int64_t c = 0; c < features_; ++c)
      for (std::int64_t r = c; r < features_; ++r) {
        const double value = products[c * features_ + r] / count - sums[r] / count * (sums[c] / count);
        covariance[c * features_ + r] = covariance[r * features_ + c] = value;
      }
  }
  return made;
}

}  // namespace nawq::quantize
