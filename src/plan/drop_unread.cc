#include "plan/drop_unread.h"

#include <algorithm>
#include <vector>

#include "plan/reads.h"

namespace nawq::plan {
namespace {

class UnreadTensors {
 public:
  explicit UnreadTensors(Program& program) : program_(program), kept_(program.tensors.size(), false) {
    kept_[kInputTensor] = kept_[kOutputTensor] = true;
  }

  void drop() {
    for (const Operation& operation : program_.operations)
      visit_reads(operation, [this](std::int32_t tensor) { keep(tensor); });
    for (const Operation& operation : program_.operations) keep_some(operation);
    for (Operation& operation : program_.operations)
      if (auto* resampling = std::get_if<Resampling>(&operation.kind)) keep_like(*resampling);
    number_anew();
    for (Operation& operation : program_.operations) renumber(operation);
  }

 private:
  TensorSpec& spec(std::int32_t tensor) { return program_.tensors[static_cast<std::size_t>(tensor)]; }
  bool is_kept(std::int32_t tensor) const { return kept_[static_cast<std::size_t>(tensor)]; }

  void keep(std::int32_t tensor) {
    kept_[static_cast<std::size_t>(tensor)] = true;
    if (spec(tensor).source >= 0) keep(spec(tensor).source);
  }

  void keep_some(const Operation& operation) {
    if (std::ranges::any_of(operation.runs, [this](const RunSpec& run) { return is_kept(run.tensor); }))
      return;
    for (const RunSpec& run : operation.runs)
      if (spec(run.tensor).quantization.format != Format::kFloat) keep(run.tensor);
  }

  void keep_like(Resampling& resampling) {
    if (resampling.like < 0 || is_kept(resampling.like)) return;
    for (std::size_t i = 0; i < kept_.size(); ++i)
      if (kept_[i] && program_.tensors[i].source < 0 &&
          program_.tensors[i].name == spec(resampling.like).name) {
        resampling.like = static_cast<std::int32_t>(i);
        return;
      }
    keep(resampling.like);
  }

  void number_anew() {
    std::vector<TensorSpec> left;
    for (std::size_t i = 0; i < kept_.size(); ++i) {
      numbers_.push_back(static_cast<std::int32_t>(left.size()));
      if (kept_[i]) left.push_back(std::move(program_.tensors[i]));
    }
    program_.tensors = std::move(left);
    for (TensorSpec& tensor : program_.tensors)
      if (tensor.source >= 0) renumber(tensor.source);
  }

  void renumber(std::int32_t& tensor) const { tensor = numbers_[static_cast<std::size_t>(tensor)]; }
  void renumber(Operation& operation) {
    visit_reads(operation, [this](std::int32_t& tensor) { renumber(tensor); });
    if (auto* resampling = std::get_if<Resampling>(&operation.kind); resampling && resampling->like >= 0)
      renumber(resampling->like);
    std::erase_if(operation.runs, [this](const RunSpec& run) { return !is_kept(run.tensor); });
    for (RunSpec& run : operation.runs) renumber(run.tensor);
  }

  Program& program_;
  std::vector<bool> kept_;             // by tensor
  std::vector<std::int32_t> numbers_;  // by tensor: its new one
};

}  // namespace

void drop_unread(Program& program) { UnreadTensors(program).drop(); }

}  // namespace nawq::plan
