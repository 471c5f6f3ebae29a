// Owns: an operation's epilogue bound to a size: every number that does not change from row to row, and from
// where the pointers of a row are made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "codec/layout.h"
#include "kernels/epilogue.h"
#include "plan/program.h"

namespace nawq::codec {

// A place in a tensor that advances with the rows of a grid.
struct RowPlace {
  std::int32_t tensor = -1;
  std::ptrdiff_t offset_bytes = 0;  // from the tensor's pixel (0, 0)
  std::ptrdiff_t row_bytes = 0;     // per row of the grid
};

// What one worker needs to run rows.
struct RowContext {
  std::byte* const* pixels = nullptr;            // by tensor: pixel (0, 0)
  kernels::Destination* destinations = nullptr;  // scratch, kMostDestinations
  float* smallest = nullptr;  // null: ranges are not wanted; else scratch by packed channel
  float* largest = nullptr;
};

class RowEpilogue {
 public:
  // Of output channels [first_channel, first_channel + channels) in packed vectors of `lanes`.
  // `vectors_of_gates`: by vector of the program, where each step's factors are kept up to date.
  RowEpilogue(const plan::Operation& operation, const Layout& layout, std::int32_t first_channel,
              std::int32_t channels, int packed_channels);
  RowEpilogue(const RowEpilogue&) = delete;  // its steps point into it
  RowEpilogue& operator=(const RowEpilogue&) = delete;

  // Code sources; `correction(c)` and `multiplier(c)` are of output channel c. Float sources only have the
  // bias. `wide`: of sums in 64 bits. Allocates the first time only.
  template <class Correction, class Multiplier>
  void set_accumulator(bool wide, Correction&& correction, Multiplier&& multiplier);
  // Several where it differs by the pixel's place: see BoundConvolution.
  template <class Bias>
  void add_bias(Bias&& bias);

  // Scales and zero points of side tensors and destinations, by tensor.
  void set_formats(const std::vector<plan::Quantization>& formats);

  // Factors of kChannelScale steps, from the program's vectors.
  void set_gates(const std::vector<std::vector<double>>& vectors);

  // Of grid row y, beginning at grid pixel x.
  kernels::Epilogue at(std::int64_t y, std::int64_t x, int bias, const RowContext& context) const;

  int most_destinations() const { return static_cast<int>(destinations_.size()); }
  int packed_channels() const { return packed_channels_; }

  // Merges captured extremes of packed channels into ranges by tensor.
  void merge_ranges(const float* smallest, const float* largest, std::vector<float>& low,
                    std::vector<float>& high) const;

 private:
  void add_run(const plan::RunSpec& run, const Layout& layout, std::int32_t first_channel,
               std::int32_t channels);
  void add_step(const plan::StepSpec& spec, const Layout& layout, std::int32_t first_channel,
                std::int32_t channels);
  void add_side(const plan::StepSpec& spec, const Layout& layout, std::int32_t first_channel,
                std::int32_t channels, kernels::Step& step);

  kernels::Epilogue epilogue_;
  std::int32_t first_channel_ = 0, channels_ = 0;  // of the operation
  int packed_channels_ = 0;
  std::vector<kernels::Destination> destinations_;
  std::vector<RowPlace> destination_places_;
  std::vector<std::int32_t> real_channels_;    // by destination: without filling ones
  std::vector<RowPlace> side_places_;          // by step
  std::vector<std::int32_t> correction_;       // empty for wide sums
  std::vector<std::int64_t> wide_correction_;  // empty for others
  std::vector<float> multiplier_;
  std::deque<std::vector<float>> numbers_;  // slopes, gates, tables, biases: addresses stay
  std::deque<std::vector<std::int32_t>> side_offsets_;
  std::vector<const float*> biases_;
  struct Gate {
    std::size_t numbers = 0;  // index into numbers_
    std::int32_t vector = 0;
    std::vector<std::int32_t> elements;  // by packed channel; -1: factor 1
  };
  std::vector<Gate> gates_;
};

template <class Correction, class Multiplier>
void RowEpilogue::set_accumulator(bool wide, Correction&& correction, Multiplier&& multiplier) {
  const auto count = static_cast<std::size_t>(packed_channels_);
  multiplier_.resize(count);
  (wide ? wide_correction_.resize(count) : correction_.resize(count));
  for (std::int32_t c = 0; c < channels_; ++c) {
    const auto i = static_cast<std::size_t>(c);
    const std::int64_t number = correction(first_channel_ + c);
    if (wide)
      wide_correction_[i] = number;
    else
      correction_[i] = static_cast<std::int32_t>(number);
    multiplier_[i] = multiplier(first_channel_ + c);
  }
}

template <class Bias>
void RowEpilogue::add_bias(Bias&& bias) {
  std::vector<float>& made = numbers_.emplace_back(static_cast<std::size_t>(packed_channels_), 0.0f);
  for (std::int32_t c = 0; c < channels_; ++c) made[static_cast<std::size_t>(c)] = bias(first_channel_ + c);
  biases_.push_back(made.data());
}

}  // namespace nawq::codec
