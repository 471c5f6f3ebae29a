#include "models/embedded.h"

#include <algorithm>
#include <array>
#include <cstdint>

// Defined in embedded_data.S.in, once per network.
extern "C" {
extern const std::byte nawq_model_tiny_x4[];
extern const std::uint64_t nawq_model_tiny_x4_bytes;
extern const std::byte nawq_model_tiny_x4_float[];
extern const std::uint64_t nawq_model_tiny_x4_float_bytes;
}

namespace nawq::models {

std::span<const EmbeddedModel> embedded_models() {
  static const std::array kModels = {
      EmbeddedModel{"tiny_x4",
                    "x4, RGB, 89 k parameters, trained for nawqsr on photographs, in 8- and 16-bit integers",
                    {nawq_model_tiny_x4, nawq_model_tiny_x4_bytes}},
      EmbeddedModel{"tiny_x4_float",
                    "what tiny_x4 was quantized from",
                    {nawq_model_tiny_x4_float, nawq_model_tiny_x4_float_bytes}},
  };
  return kModels;
}

std::span<const std::byte> embedded_model(std::string_view name) {
  const auto models = embedded_models();
  const auto found = std::ranges::find(models, name, &EmbeddedModel::name);
  return found == models.end() ? std::span<const std::byte>() : found->onnx;
}

}  // namespace nawq::models
