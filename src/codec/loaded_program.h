// Owns: a Program made ready for one instruction set: kernels chosen, weights packed. Immutable; any number
// of contexts share it.
#pragma once

#include <memory>
#include <vector>

#include "base/cpu.h"
#include "base/result.h"
#include "codec/packed_weights.h"
#include "plan/program.h"

namespace nawq::codec {

class LoadedProgram {
 public:
  // May throw std::bad_alloc.
  static std::shared_ptr<const LoadedProgram> load(plan::Program program, Isa isa);

  const plan::Program& program() const { return program_; }
  Isa isa() const { return isa_; }
  // Of an operation that is a convolution.
  const PackedWeights& weights(std::size_t operation) const { return weights_[operation]; }
  // Bytes of all packed weights.
  std::int64_t weights_bytes() const;

 private:
  LoadedProgram(plan::Program program, Isa isa);

  plan::Program program_;
  Isa isa_;
  std::vector<PackedWeights> weights_;  // by operation
};

}  // namespace nawq::codec
