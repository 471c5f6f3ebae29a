// Owns: what tensors are rounded to, as the JSON that AIMET writes and Qualcomm's converters take
// (--quantization_overrides): versions 1.0.0 and 2.0.0. For the float file of session::export_described,
// whose tensors have these names; activations are unsigned, weights int8 and biases int32 around 0.
#pragma once

#include <span>
#include <string>

#include "session/quantized_network.h"

namespace nawq::cli {

// A list of activations and one of parameters. Codes count from 0 in it, of constants too: code - 128 and
// code - 2^31 are their signed codes; real = (code + offset) * scale.
std::string encodings_1_0_0(std::span<const onnx::TensorEncoding> tensors);

// As the operands of QuantizeLinear; a zero point of 0 is left out.
std::string encodings_2_0_0(std::span<const onnx::TensorEncoding> tensors);

}  // namespace nawq::cli
