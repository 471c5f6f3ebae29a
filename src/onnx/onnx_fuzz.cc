// Any bytes may be given as a model: reading them ends in a graph that is sound, or in an error that says why
// not.
#include <cstddef>
#include <cstdint>
#include <span>

#include "graph/graph.h"
#include "onnx/model.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto model = nawq::onnx::Model::parse(std::as_bytes(std::span(data, size)), "fuzz.onnx");
  if (!model) {
    if (model.error().message.empty()) __builtin_trap();
    return 0;
  }
  const auto graph = model->at_size(16, 16);
  if (graph && !nawq::graph::verify(*graph)) __builtin_trap();
  const bool is_listed = !model->unsupported(16, 16).empty();
  if (graph && is_listed) __builtin_trap();
  const auto quantized = model->quantized_at_size(16, 16);
  if (quantized && !nawq::graph::verify(quantized->graph)) __builtin_trap();
  return 0;
}
