// Owns: turning pictures into what a network reads and back: channel order, input range, luma, rounding.
#pragma once

#include "graph/tensor.h"
#include "image/image.h"
#include "session/network.h"

namespace nawq::session {

// [1,3,H,W] in the network's order and range. A grey picture is R = G = B.
graph::Tensor to_colour_tensor(const Image& picture, const NetworkInfo& network);

// [1,1,H,W]: Y of interface.md's measures (16..235 for 8-bit pictures), as a share of the network's range.
graph::Tensor to_luma_tensor(const Image& picture, const NetworkInfo& network);

// The top left width_px x height_px of a [1,3,.,.] tensor as RGB samples of `bits`, rounded to nearest (ties
// to even).
Result<Image> from_colour_tensor(const graph::Tensor& tensor, const NetworkInfo& network, Extent size,
                                 int bits);

// Same for [1,1,.,.]: `chroma` gives the colour and the size, its luma is replaced by the tensor's.
Result<Image> from_luma_tensor(const graph::Tensor& tensor, const NetworkInfo& network, const Image& chroma);

// Y of a picture, as 16-bit samples of the whole range: what networks with one channel get from the engine.
Result<Image> to_luma(const Image& picture);

// `chroma` with its luma replaced; `luma` has its size and is as to_luma gives it.
Result<Image> with_luma(const Image& chroma, const Image& luma);

// One channel of R = G = B: the weights of BT.601 luma, rounded.
Result<Image> to_grey(const Image& picture);

// Three equal channels of a grey picture; a colour picture is returned as it is.
Result<Image> to_rgb(const Image& picture);

}  // namespace nawq::session
