#include "plan/check_numbers.h"

#include <cmath>

#include "base/text.h"
#include "plan/check_program.h"

namespace nawq::plan {

tl::unexpected<Error> broken(std::string message) { return fail(ErrorKind::kModel, std::move(message)); }

Status check_range(std::string_view what, std::int64_t value, std::int64_t low, std::int64_t high) {
  if (value >= low && value <= high) return {};
  return broken(concat(what, " is ", value, ", not in ", low, "..", high));
}

Status check_size(std::string_view what, Size2d size, std::int64_t most) {
  NAWQ_CHECK(check_range(what, size.h, 1, most));
  return check_range(what, size.w, 1, most);
}

Status check_count(std::string_view what, std::size_t found, std::int64_t wanted) {
  if (static_cast<std::int64_t>(found) == wanted) return {};
  return broken(concat("number of ", what, " is ", found, ", not ", wanted));
}

Status check_finite(std::string_view what, float value) {
  if (std::isfinite(value)) return {};
  return broken(concat(what, " is ", value));
}

Status check_finite(std::string_view what, std::span<const float> values) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i])) return broken(concat(what, " ", i, " is ", values[i]));
  return {};
}

Status check_scales(std::string_view what, std::span<const float> scales) {
  for (std::size_t i = 0; i < scales.size(); ++i)
    if (!std::isfinite(scales[i]) || !(scales[i] > 0))
      return broken(concat(what, " ", i, " is ", scales[i], ", which is no scale"));
  return {};
}

Status check_clip(float low, float high) {
  if (low <= high) return {};  // false for NaN
  return broken(concat("clips to ", low, "..", high));
}

Status check_parameters(float alpha, float beta) {
  NAWQ_CHECK(check_finite("alpha", alpha));
  return check_finite("beta", beta);
}

Status check_quantization(std::string_view what, const Quantization& quantization, bool floating) {
  const Format format = quantization.format;
  if (floating ? format != Format::kFloat : format != Format::kCode8 && format != Format::kCode16)
    return broken(
        concat(what, " has a format that a ", floating ? "floating" : "code", " program does not have"));
  const float scale = quantization.scale;
  if (!std::isfinite(scale) || !(scale > 0) || !std::isfinite(1.0f / scale))
    return broken(concat(what, " has scale ", scale));
  const std::int64_t largest_code = format == Format::kCode8 ? 255 : format == Format::kCode16 ? 65535 : 0;
  return check_range(concat("zero point of ", what), quantization.zero_point, 0, largest_code);
}

Status check_index(std::string_view what, std::int64_t index, std::size_t count) {
  if (index >= 0 && index < static_cast<std::int64_t>(count)) return {};
  return broken(concat(what, " ", index, " does not exist"));
}

Status check_view(const Program& program, const View& view) {
  NAWQ_CHECK(check_index("source tensor", view.tensor, program.tensors.size()));
  const TensorSpec& tensor = program.tensors[static_cast<std::size_t>(view.tensor)];
  NAWQ_CHECK(check_range("first source channel", view.first_channel, 0, tensor.channels - 1));
  return check_range("number of source channels", view.channels, 1, tensor.channels - view.first_channel);
}

}  // namespace nawq::plan
