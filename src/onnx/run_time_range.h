// Owns: a rounding whose range standard operators find when the file runs.
#pragma once

#include <string>

#include "onnx/graph_writer.h"

namespace nawq::onnx {

// `tensor` rounded to codes of `bits` (8 or 16) that reach from its least to its largest number and contain
// 0, with scale and zero point as code_scale() has them; in 8 bits the scale may differ from that by the last
// bit of a float32, because DynamicQuantizeLinear finds it in float32.
std::string round_to_own_range(GraphWriter& writer, const std::string& tensor, int bits);

}  // namespace nawq::onnx
