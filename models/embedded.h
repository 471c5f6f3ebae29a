// Owns: the networks compiled into the binary, as the bytes of their ONNX files.
// Knows nothing of what is in them.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace nawq::models {

struct EmbeddedModel {
  std::string_view name;
  std::string_view description;
  std::span<const std::byte> onnx;
};

// The first is the default. The list and all it points to live as long as the program.
std::span<const EmbeddedModel> embedded_models();

// The ONNX file of a network by its exact name; empty where there is none of that name.
std::span<const std::byte> embedded_model(std::string_view name);

}  // namespace nawq::models
