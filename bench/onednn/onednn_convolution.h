// Owns: oneDNN's u8 x s8 -> u8 convolution of one layer's shape, with the layer's post-operations and a scale
// for every output channel; the numbers are made up. Zero points, which ours has, are left out.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/result.h"
#include "onednn/layer_shapes.h"

namespace nawq::bench {

class OnednnConvolution {
 public:
  // kModel when oneDNN refuses the shape.
  static Result<OnednnConvolution> create(const LayerShape& shape);

  OnednnConvolution(OnednnConvolution&&) noexcept;
  OnednnConvolution& operator=(OnednnConvolution&&) noexcept;
  ~OnednnConvolution();

  // Its own name for what it chose, "brgconv:avx512_core_vnni".
  const std::string& implementation() const;
  // It reads and writes pixels with channels last, as ours does; otherwise somebody has to reorder.
  bool channels_last() const;
  std::size_t src_bytes() const;
  std::size_t dst_bytes() const;

  // Both hold at least as many bytes.
  void run(void* src, void* dst);

 private:
  struct State;
  explicit OnednnConvolution(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace nawq::bench
