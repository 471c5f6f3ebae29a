// Owns: source rows and an output row in guarded memory, for tests of kernels that read pixels at listed
// places.
#pragma once

#include <memory>
#include <vector>

#include "kernels/epilogue.h"
#include "kernels/guarded_buffer_test.h"
#include "kernels/kernel_list_test.h"
#include "kernels/random_numbers_test.h"

namespace nawq::kernels {

// Each row ends at a guard page.
class SourceRows {
 public:
  SourceRows(std::mt19937& random, Format format, int rows, int width_px, int channels)
      : pixel_bytes_(packed_count(channels) * static_cast<int>(bytes_of(format))) {
    const auto numbers =
        static_cast<std::size_t>(width_px) * static_cast<std::size_t>(packed_count(channels));
    for (int y = 0; y < rows; ++y) {
      buffers_.push_back(std::make_unique<GuardedBuffer>(numbers * bytes_of(format)));
      fill_numbers(random, format, buffers_.back()->data(), numbers);
      rows_.push_back(buffers_.back()->data());
    }
  }
  const void* const* rows() const { return rows_.data(); }
  int pixel_bytes() const { return pixel_bytes_; }

 private:
  int pixel_bytes_;
  std::vector<std::unique_ptr<GuardedBuffer>> buffers_;
  std::vector<const void*> rows_;
};

// Real numbers go to one run as they are.
inline Epilogue store_only(const Destination& to) {
  Epilogue epilogue;
  epilogue.destinations = &to;
  epilogue.destination_count = 1;
  return epilogue;
}

// Of all channels, in memory of its own.
class OutputRow {
 public:
  OutputRow(std::mt19937& random, Format format, int width_px, int channels)
      : buffer_(bytes_of(format) * static_cast<std::size_t>(width_px * channels)),
        to_{.row = buffer_.data(),
            .pixel_bytes = static_cast<std::ptrdiff_t>(bytes_of(format)) * channels,
            .format = format,
            .inverse_scale = format == Format::kCode8 ? 40.0f : 9000.0f,
            .zero_point = pick(random, 0, format == Format::kCode8 ? 255 : 65535),
            .first_channel = 0,
            .channels = channels} {}
  OutputRow(const OutputRow&) = delete;
  OutputRow& operator=(const OutputRow&) = delete;

  Epilogue epilogue() const { return store_only(to_); }
  bool operator==(const OutputRow& other) const { return buffer_ == other.buffer_; }

 private:
  GuardedBuffer buffer_;
  Destination to_;
};

}  // namespace nawq::kernels
