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

// A transposed convolution with stride s is a convolution with s * s times the outputs, followed by a pixel
// shuffle: each phase of the output meets its own subset of taps. The window of source pixels in one
// direction that all phases together see, relative to the grid pixel.
struct TransposedWindow {
  std::int64_t first = 0, taps = 0;
};

// The block (stride) of a transposed convolution that can be done so; an error names what stands against it.
Result<std::int64_t> transposed_block(const graph::Graph& graph, const graph::Node& node);

}  // namespace nawq::plan
