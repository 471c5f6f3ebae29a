// Owns: what `inspect` tells of running a picture within a memory: tiles, phases, and what becomes of tensors
// that barriers cut.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "plan/program.h"
#include "session/upscaler.h"

namespace nawq::session {

struct CrossingTensor {
  std::string name, keeping;  // "memory", "file" or "recomputed"
  std::int64_t bytes = 0;     // of all of it
};

struct TileExplanation {
  Extent tile;
  std::int64_t tiles = 1, phases = 1;
  std::int64_t tensor_bytes = 0;  // in memory at most
  std::int64_t picture_bytes = 0;
  std::int64_t file_bytes = 0;
  // Multiply-accumulates and pixel costs of halos and of what is computed again, over those of the whole
  // picture at once.
  double extra_work = 0;
  std::vector<CrossingTensor> crossing;
};

// For a picture of a size that the program takes.
Result<TileExplanation> explain_tiles(const plan::Program& program, Extent picture,
                                      const UpscaleOptions& options);

}  // namespace nawq::session
