#include "plan/prefix_keys.h"

#include <cstddef>

#include "base/fnv1a.h"
#include "plan/archive.h"

namespace nawq::plan {
namespace {

class KeyMaker {
 public:
  explicit KeyMaker(const Program& program) : program_(program), numbers_(program.tensors.size(), kUnseen) {
    ArchiveWriter archive(bytes_);
    archive(program.channels, program.scale, program.bgr, program.input_range, program.floating);
    number(kInputTensor);
    number(kOutputTensor);
    take();
  }

  std::vector<std::uint64_t> keys() {
    std::vector<std::uint64_t> found{key_.sum()};
    for (const Operation& operation : program_.operations) {
      Operation renumbered = operation;
      renumber(renumbered);
      ArchiveWriter archive(bytes_);
      archive(renumbered);
      take();
      found.push_back(key_.sum());
    }
    return found;
  }

 private:
  static constexpr std::int32_t kUnseen = -2;

  // Tensors are numbered as they are met, where what they are goes into the key.
  std::int32_t number(std::int32_t tensor) {
    if (tensor < 0) return tensor;
    std::int32_t& found = numbers_[static_cast<std::size_t>(tensor)];
    if (found != kUnseen) return found;
    TensorSpec spec = program_.tensors[static_cast<std::size_t>(tensor)];
    spec.source = number(spec.source);
    ArchiveWriter archive(bytes_);
    archive(spec);
    return found = next_++;
  }

  void renumber(Operation& operation) {
    operation.partition = 0;
    if (auto* op = std::get_if<Convolution>(&operation.kind)) op->src.tensor = number(op->src.tensor);
    if (auto* op = std::get_if<Pooling>(&operation.kind)) op->src.tensor = number(op->src.tensor);
    if (auto* op = std::get_if<Statistics>(&operation.kind)) op->src.tensor = number(op->src.tensor);
    if (auto* op = std::get_if<Resampling>(&operation.kind)) {
      op->src.tensor = number(op->src.tensor);
      op->like = number(op->like);
    }
    for (StepSpec& step : operation.steps) step.side_tensor = number(step.side_tensor);
    for (RunSpec& run : operation.runs) run.tensor = number(run.tensor);
  }

  void take() {
    key_.add(bytes_);
    bytes_.clear();
  }

  const Program& program_;
  std::vector<std::int32_t> numbers_;  // by tensor
  std::int32_t next_ = 0;
  std::vector<std::byte> bytes_;
  Fnv1a key_;
};

}  // namespace

std::vector<std::uint64_t> prefix_keys(const Program& program) { return KeyMaker(program).keys(); }

}  // namespace nawq::plan
