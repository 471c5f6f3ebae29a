// Owns: from a loaded network to a Program of the engine: as its file says, in float, or with a given recipe.
#pragma once

#include <string_view>

#include "base/result.h"
#include "graph/recipe.h"
#include "plan/make_program.h"
#include "session/network.h"

namespace nawq::session {

// Two sizes of a network that give away what its sizes follow from; equal where the file fixes its size.
struct NetworkPair {
  graph::Graph graph, larger;
  graph::Recipe recipe;  // empty unless the file is quantized
};
Result<NetworkPair> graphs_of(const Network& network);

// Puts what a recipe changes of the graphs into them: biases, and conversions between wordlengths on machines
// with same_io; pair.recipe is the one for these graphs. `white` as in graph::add_conversions.
Status settle_recipe_of(NetworkPair& pair, const graph::Recipe& recipe, float white);

plan::PictureFacts picture_facts(const Network& network);

// In float32; of a quantized file, with the weights that its codes stand for.
Result<plan::Program> plan_floating(const Network& network, const plan::PlanOptions& options);

// What becomes of ranges that a file wants found on every picture.
enum class Dre { kAsStored, kOff };  // kOff: the static ones, which the file has as well

// As the file says: its own wordlengths, or float32.
Result<plan::Program> plan_as_stored(const Network& network, Dre dre = Dre::kAsStored);

// Whether some ranges are found on the picture.
bool has_run_time_ranges(const plan::Program& program);

// "fp32", "int8", "a16w8" or "hybrid": what a program's tensors are.
std::string_view precision_of(const plan::Program& program);

}  // namespace nawq::session
