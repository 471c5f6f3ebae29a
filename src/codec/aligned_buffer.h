// Owns: uninitialized memory at a multiple of 64 bytes, as kernels want it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace nawq::codec {

class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  // May throw std::bad_alloc.
  explicit AlignedBuffer(std::int64_t bytes)
      : bytes_(static_cast<std::byte*>(::operator new(static_cast<std::size_t>(bytes), kAlignment))),
        size_(bytes) {}

  std::byte* data() const { return bytes_.get(); }
  std::int64_t size() const { return size_; }

 private:
  static constexpr std::align_val_t kAlignment{64};
  struct Free {
    void operator()(std::byte* bytes) const { ::operator delete(bytes, kAlignment); }
  };
  std::unique_ptr<std::byte, Free> bytes_;
  std::int64_t size_ = 0;
};

}  // namespace nawq::codec
