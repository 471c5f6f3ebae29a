#include "codec/snapshot.h"

#include <algorithm>

#include "codec/reach.h"

namespace nawq::codec {

std::int64_t Snapshot::bytes() const {
  std::int64_t sum = 0;
  for (const Tensor& tensor : tensors) sum += tensor.pixels.size();
  return sum;
}

bool Snapshot::serves(const plan::Program& program) const {
  return std::ranges::all_of(tensors_between(program, next),
                             [&](std::int32_t tensor) { return find(program, tensor) != nullptr; });
}

const Snapshot::Tensor* Snapshot::find(const plan::Program& program, std::int32_t index) const {
  const plan::TensorSpec& wanted = program.tensors[static_cast<std::size_t>(index)];
  const auto found = std::ranges::find_if(tensors, [&](const Tensor& tensor) {
    return index == plan::kInputTensor ? tensor.is_picture : !tensor.is_picture && tensor.spec == wanted;
  });
  return found == tensors.end() ? nullptr : &*found;
}

std::vector<std::int32_t> tensors_between(const plan::Program& program, std::size_t next) {
  std::vector<bool> is_there(program.tensors.size(), false), is_read(is_there.size(), false);
  is_there[plan::kInputTensor] = next > 0;
  for (std::size_t i = 0; i < program.operations.size(); ++i) {
    if (i < next)
      for (const plan::RunSpec& run : program.operations[i].runs)
        is_there[static_cast<std::size_t>(run.tensor)] = true;
    else
      visit_reads(program.operations[i], [&](std::int32_t tensor) {
        is_read[static_cast<std::size_t>(plan::stored_tensor(program, tensor))] = true;
      });
  }
  std::vector<std::int32_t> found;
  for (std::size_t i = 0; i < is_there.size(); ++i)
    if (is_there[i] && is_read[i]) found.push_back(static_cast<std::int32_t>(i));
  return found;
}

}  // namespace nawq::codec
