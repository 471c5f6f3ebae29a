// Owns: checks of single numbers and lists of a Program; each error says what is wrong with what it calls
// `what`.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "plan/program.h"

namespace nawq::plan {

tl::unexpected<Error> broken(std::string message);

// low <= value <= high.
Status check_range(std::string_view what, std::int64_t value, std::int64_t low, std::int64_t high);
// 1 <= each <= most.
Status check_size(std::string_view what, Size2d size, std::int64_t most);
Status check_count(std::string_view what, std::size_t found, std::int64_t wanted);

Status check_finite(std::string_view what, float value);
Status check_finite(std::string_view what, std::span<const float> values);
// Finite and above 0.
Status check_scales(std::string_view what, std::span<const float> scales);

// Bounds of a clip, which may be infinite.
Status check_clip(float low, float high);
// alpha and beta of a function.
Status check_parameters(float alpha, float beta);

// Its inverse is finite too, because a requantization multiplies with it.
Status check_quantization(std::string_view what, const Quantization& quantization, bool floating);

// Enumerations count from 0 to `last`.
template <class Enum>
Status check_enum(std::string_view what, Enum value, Enum last) {
  return check_range(what, static_cast<std::int64_t>(value), 0, static_cast<std::int64_t>(last));
}

// An index into tensors or vectors.
Status check_index(std::string_view what, std::int64_t index, std::size_t count);
Status check_view(const Program& program, const View& view);

}  // namespace nawq::plan
