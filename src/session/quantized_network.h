// Owns: a network with a recipe: planning it for the engine, writing it as ONNX QDQ.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "graph/recipe.h"
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

// The bytes of an ONNX file, opset 21, sizes as open as the network's. `version` is that of the program;
// `four_dims`: pixel shuffles by operators on at most four dimensions.
Result<std::string> export_with(const Network& network, const graph::Recipe& recipe, std::string version,
                                bool four_dims = false);

}  // namespace nawq::session
