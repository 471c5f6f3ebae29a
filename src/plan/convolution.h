// Owns: Conv and ConvTranspose as a Program's convolution: weights in the order of the operation's channels.
#pragma once

#include <span>

#include "base/result.h"
#include "graph/graph.h"
#include "graph/recipe.h"
#include "plan/chain.h"
#include "plan/program.h"

namespace nawq::plan {

// `places`: what each output channel of the operation is. Without a recipe weights are float.
Result<Convolution> make_convolution(const graph::Graph& graph, const graph::Node& node, const View& src,
                                     const graph::Recipe* recipe, std::span<const ChannelPlace> places);

// The block (stride) of a transposed convolution that can be done so; an error names what stands against it.
Result<std::int64_t> transposed_block(const graph::Graph& graph, const graph::Node& node);

}  // namespace nawq::plan
