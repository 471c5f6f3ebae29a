#include "codec/loaded_program.h"

#include "codec/kernel_choice.h"

namespace nawq::codec {

LoadedProgram::LoadedProgram(plan::Program program, Isa isa)
    : program_(std::move(program)), isa_(isa), weights_(program_.operations.size()) {
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    const plan::Operation& operation = program_.operations[i];
    if (const auto* conv = std::get_if<plan::Convolution>(&operation.kind))
      weights_[i] =
          pack_weights(*conv, operation.channels, lanes_for(*conv, operation.channels, program_, isa));
  }
}

std::shared_ptr<const LoadedProgram> LoadedProgram::load(plan::Program program, Isa isa) {
  return std::shared_ptr<const LoadedProgram>(new LoadedProgram(std::move(program), isa));
}

std::int64_t LoadedProgram::weights_bytes() const {
  std::int64_t bytes = 0;
  for (const PackedWeights& weights : weights_) bytes += weights.weights.size();
  return bytes;
}

}  // namespace nawq::codec
