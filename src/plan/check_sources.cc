#include "plan/check_sources.h"

#include <set>
#include <utility>

#include "base/text.h"
#include "plan/check_numbers.h"

namespace nawq::plan {
namespace {

class SourceCheck {
 public:
  explicit SourceCheck(const Program& program) : program_(program) {}

  Status check() {
    for (std::size_t i = 0; i < program_.tensors.size(); ++i)
      if (program_.tensors[i].source != -1) NAWQ_CHECK(check_made(i));
    for (std::size_t i = kOutputTensor + 1; i < program_.tensors.size(); ++i)
      if (is_float(i) && !program_.floating && !sources_.contains(static_cast<std::int32_t>(i)))
        return broken(concat("tensor '", program_.tensors[i].name,
                             "' has a format that a code program has for sources of codes only"));
    return {};
  }

 private:
  bool is_float(std::size_t index) const {
    return program_.tensors[index].quantization.format == Format::kFloat;
  }

  Status check_made(std::size_t index) {
    const TensorSpec& made = program_.tensors[index];
    const std::string name = concat("tensor '", made.name, "'");
    if (program_.floating || index <= kOutputTensor)
      return broken(concat(name, " has a source, which only codes of a code program have"));
    NAWQ_CHECK(check_index(concat("source of ", name), made.source, program_.tensors.size()));
    const auto source = static_cast<std::size_t>(made.source);
    if (source <= kOutputTensor || !is_float(source) || is_float(index))
      return broken(concat(name, " is not made as codes from floats"));
    NAWQ_CHECK(check_range(concat("number of channels of ", name), made.channels,
                           program_.tensors[source].channels, program_.tensors[source].channels));
    if (made.quantization.scale != 1 || made.quantization.zero_point != 0)
      return broken(concat(name, " has a scale of its own, though its range is found at run time"));
    sources_.insert(made.source);
    if (made_.emplace(made.source, made.quantization.format).second) return {};
    return broken(concat(name, " is made twice from the same source"));
  }

  const Program& program_;
  std::set<std::int32_t> sources_;
  std::set<std::pair<std::int32_t, Format>> made_;
};

}  // namespace

Status check_sources(const Program& program) { return SourceCheck(program).check(); }

Status check_readable(const Program& program, std::int32_t tensor) {
  const TensorSpec& spec = program.tensors[static_cast<std::size_t>(tensor)];
  const bool is_source = spec.quantization.format == Format::kFloat && tensor > kOutputTensor;
  if (program.floating || !is_source) return {};
  return broken(concat("reads tensor '", spec.name, "' itself, which is there for codes to be made from"));
}

}  // namespace nawq::plan
