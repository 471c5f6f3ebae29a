// Owns: an ONNX file in memory and its translation to a Graph at a stated picture size. The only folder that
// knows protobuf or ONNX's names. Opset 9 to 21.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"
#include "graph/recipe.h"

namespace nawq::onnx {

// What the file says of itself, before any size is chosen.
struct ModelInfo {
  std::string name;  // file name, for messages
  std::int64_t opset = 0;
  std::string producer;
  std::map<std::string, std::string> metadata;  // metadata_props
  std::string input_name, output_name;
  std::int64_t channels = 0;                             // of the picture it reads: 1 or 3
  std::int64_t fixed_width_px = 0, fixed_height_px = 0;  // 0 where the file leaves the size open
  bool quantized = false;                                // has QuantizeLinear or DequantizeLinear
};

// A network and how it is quantized. The recipe is the same at every size.
struct QuantizedGraph {
  graph::Graph graph;
  graph::Recipe recipe;
};

// A node the importer cannot take, and why.
struct Unsupported {
  std::string node, op_type, reason;
};

class Model {
 public:
  // Reads and checks a file. Initializers kept outside the file are read only from below its folder: no
  // absolute path, no "..", no symbolic link. Fails (kModel) when it is not ONNX, is truncated, or is no
  // picture-to-picture network.
  static Result<Model> load(const std::filesystem::path& path);

  // As load, from memory. External data is refused.
  static Result<Model> parse(std::span<const std::byte> bytes, std::string name);

  Model(Model&&) noexcept;
  Model& operator=(Model&&) noexcept;
  ~Model();

  const ModelInfo& info() const;

  // The network for an input of [1, channels, height_px, width_px]: every subgraph of shapes is folded, every
  // operator is one of graph/op.h, no pass has run. The error names the first node that cannot be taken and
  // why. Of a quantized file this is the network in float, with the weights that its codes stand for.
  Result<graph::Graph> at_size(std::int64_t width_px, std::int64_t height_px) const;

  // The network of a quantized file after all passes, and its recipe. Formats are unsigned: codes of int8 and
  // int16 tensors are moved up by half their range. Fails (kModel) for a file that is not quantized, and for
  // weights that are not 8-bit codes around 0.
  Result<QuantizedGraph> quantized_at_size(std::int64_t width_px, std::int64_t height_px) const;

  // Every node that cannot be taken at this size, in file order; empty when at_size succeeds or fails for
  // another reason.
  std::vector<Unsupported> unsupported(std::int64_t width_px, std::int64_t height_px) const;

 private:
  struct File;
  explicit Model(std::unique_ptr<File> file);
  std::unique_ptr<File> file_;
};

}  // namespace nawq::onnx
