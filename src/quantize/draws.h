// Owns: random numbers whose sequence is the same on every machine and with every standard library: the
// engine is the standard's, what is derived from it is ours.
#pragma once

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace nawq::quantize {

class Draws {
 public:
  explicit Draws(std::uint64_t seed) : engine_(seed) {}

  // 0 .. count-1, each as likely; count > 0.
  std::size_t below(std::size_t count) {
    const std::uint64_t rest = (UINT64_MAX % count + 1) % count;  // of 2^64 / count
    std::uint64_t drawn = engine_();
    while (drawn > UINT64_MAX - rest) drawn = engine_();
    return static_cast<std::size_t>(drawn % count);
  }

  // 0 <= x < 1.
  double unit() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }

  bool coin() { return engine_() >> 63; }

  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t left = items.size(); left > 1; --left) std::swap(items[left - 1], items[below(left)]);
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace nawq::quantize
