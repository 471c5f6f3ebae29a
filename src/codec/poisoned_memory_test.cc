#include "codec/poisoned_memory_test.h"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

namespace {

std::atomic<std::int64_t> count{0};

// Null where there is no memory.
void* poisoned(std::size_t bytes, std::size_t alignment) noexcept {
  ++count;
  const std::size_t whole = (bytes + alignment) / alignment * alignment;
  void* memory = std::aligned_alloc(alignment, whole);
  if (memory) std::memset(memory, 0xff, whole);
  return memory;
}

void* poisoned_or_thrown(std::size_t bytes, std::size_t alignment) {
  void* memory = poisoned(bytes, alignment);
  if (!memory) throw std::bad_alloc();
  return memory;
}

constexpr std::size_t kUsual = alignof(std::max_align_t);

}  // namespace

namespace nawq::codec {
std::int64_t allocations() { return count; }
}  // namespace nawq::codec

void* operator new(std::size_t bytes) { return poisoned_or_thrown(bytes, kUsual); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return poisoned_or_thrown(bytes, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return poisoned(bytes, kUsual); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
