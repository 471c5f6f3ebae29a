// Owns: memory for kernel tests that ends at an unreadable page, so that one byte too far is a crash.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

namespace nawq::kernels {

class GuardedBuffer {
 public:
  // `bytes` that end exactly at the guard page, filled with a pattern.
  explicit GuardedBuffer(std::size_t bytes) : bytes_(bytes) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    mapped_ = (bytes + page - 1) / page * page + page;
    base_ = static_cast<std::byte*>(
        mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(base_ + mapped_ - page, page, PROT_NONE);
    begin_ = base_ + mapped_ - page - bytes;
    std::memset(begin_, 0xA5, bytes);
  }
  ~GuardedBuffer() { munmap(base_, mapped_); }
  GuardedBuffer(const GuardedBuffer&) = delete;
  GuardedBuffer& operator=(const GuardedBuffer&) = delete;

  std::byte* data() const { return begin_; }
  std::size_t size() const { return bytes_; }
  bool operator==(const GuardedBuffer& other) const {
    return bytes_ == other.bytes_ && std::memcmp(begin_, other.begin_, bytes_) == 0;
  }

 private:
  std::size_t bytes_, mapped_ = 0;
  std::byte *base_ = nullptr, *begin_ = nullptr;
};

}  // namespace nawq::kernels
