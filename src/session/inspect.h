// Owns: what `inspect` tells of a network: layers, work, memory, what it looks at, and what cannot be run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "plan/program.h"
#include "session/explain_tiles.h"
#include "session/network.h"

namespace nawq::session {

struct LayerRow {
  std::string name, op;
  std::string shape;  // of its first output
  std::int64_t macs = 0;
  int bits = 32;     // wordlength of its activations; 32 is float
  bool dre = false;  // the ranges of what it reads are found on every picture
  std::int64_t partition = 0;
  std::string
      fused_into;  // the layer whose epilogue does its work; empty where it has an operation of its own
};

struct Inspection {
  std::vector<LayerRow> layers;
  std::int64_t macs = 0;
  std::optional<std::int64_t> receptive_field_px;  // nothing: the whole picture
  std::int64_t partitions = 1;
  std::int64_t weights = 0;  // numbers in convolutions, biases and slopes
  std::int64_t weights_bytes = 0;
  // All tensors of a picture and its 8-bit result; of the reference where the engine cannot run the network.
  std::int64_t peak_activation_bytes = 0;
  std::string precision;      // "fp32", "int8", "a16w8" or "hybrid"
  std::string not_on_engine;  // why the engine cannot run it; empty where it can
  std::string dump;           // one line a node
  // How the engine runs the picture within the memory; nothing where it cannot run the network.
  std::optional<TileExplanation> tiles;
};

// The network as it runs on a picture of this size (enlarged to one that the network accepts). kResource when
// it cannot be run within the memory.
Result<Inspection> inspect(const Network& network, Extent picture, const UpscaleOptions& options);

// A compiled program on a picture of this size: a row for every operation; no receptive field, no dump.
Result<Inspection> inspect(const plan::Program& program, Extent picture, const UpscaleOptions& options);

// What figures are given for when nobody says: the size that the file fixes, else 320x180.
Extent usual_size(const Network& network);
Extent usual_size(const plan::Program& program);

// Every node of a file that cannot be taken, at a size that suits the file; empty where there is none.
std::vector<onnx::Unsupported> unsupported_nodes(const onnx::Model& model);

}  // namespace nawq::session
