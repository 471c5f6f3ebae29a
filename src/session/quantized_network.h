// Owns: a network with a recipe: planning it for the engine, writing it as ONNX QDQ.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "graph/recipe.h"
#include "onnx/export.h"
#include "plan/program.h"
#include "quantize/decisions.h"
#include "quantize/make_recipe.h"
#include "session/network.h"

namespace nawq::session {

// Every tensor in `bits` (8 or 16), in just these ranges.
Result<graph::Recipe> quantize_uniformly(const Network& network, const quantize::Ranges& ranges, int bits,
                                         quantize::DreLayers dre = {});

// Layers as `options` say, but for the input's scale, which the network says; from ranges for either
// wordlength.
Result<graph::Recipe> quantize_mixed(const Network& network, const quantize::Ranges& ranges8,
                                     const quantize::Ranges& ranges16, quantize::RecipeOptions options);

// What makes this network differ from others in names, structure and weights.
Result<std::uint64_t> fingerprint(const Network& network);

// A recipe from decisions, and back: quantize/decisions.h.
Result<graph::Recipe> quantize_as_decided(const Network& network, const quantize::Decisions& decisions);
Result<quantize::Decisions> find_decisions(const Network& network, const graph::Recipe& recipe,
                                           const quantize::Ranges& ranges8, const quantize::Ranges& ranges16,
                                           int unread_bits);

// `network` is a float one.
Result<plan::Program> plan_with(const Network& network, const graph::Recipe& recipe);

// How a network is written: ONNX, opset 21.
struct ExportOptions {
  std::string version;     // of the program
  bool four_dims = false;  // pixel shuffles by operators on at most four dimensions
  // The only size that the file takes; sizes are as open as the network's where there is none. kUsage for one
  // that the network does not accept.
  std::optional<Extent> size = {};
};

// As export_with.
Result<std::string> export_static(const Network& network, const graph::Recipe& recipe,
                                  const ExportOptions& options);

// The bytes of a file with static ranges; DRE layers are named in it.
Result<std::string> export_with(const Network& network, const graph::Recipe& recipe, std::string version,
                                bool four_dims = false);

// The bytes of a file for other runtimes, whose operators find the ranges of DRE layers on every picture.
Result<std::string> export_dynamic(const Network& network, const graph::Recipe& recipe,
                                   const ExportOptions& options);

// A float file, and what its tensors are to be rounded to.
Result<onnx::DescribedFile> export_described(const Network& network, const graph::Recipe& recipe,
                                             const ExportOptions& options);

}  // namespace nawq::session
