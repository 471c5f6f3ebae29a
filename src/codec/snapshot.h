// Owns: what a run of a program has made before one of its operations and later ones read: enough to go on
// from there, also in another program that does the same up to there (plan/prefix_keys.h).
#pragma once

#include <cstdint>
#include <vector>

#include "codec/aligned_buffer.h"
#include "plan/program.h"

namespace nawq::codec {

struct Snapshot {
  struct Tensor {
    plan::TensorSpec spec;
    bool is_picture = false;  // the one that comes in
    float low = 0, high = 0;  // the range of what went into it
    std::int64_t row_bytes = 0, rows = 0;
    AlignedBuffer pixels;  // without borders
  };

  std::size_t next = 0;  // the first operation that is to run
  std::vector<Tensor> tensors;
  std::vector<std::vector<double>> vectors;
  std::int64_t bytes() const;
  // Programs that begin alike may read later what this one's did not: it is not here.
  bool serves(const plan::Program& program) const;
  // What was saved of a tensor of this program; null where it was not.
  const Tensor* find(const plan::Program& program, std::int32_t tensor) const;
};

// Tensors that operations before `next` write, or that come in, and others from `next` on read.
std::vector<std::int32_t> tensors_between(const plan::Program& program, std::size_t next);

}  // namespace nawq::codec
