// Owns: the scalar convolutions; conv.h says what they compute.
#pragma once

#include "kernels/conv/conv.h"

namespace nawq::kernels {

inline constexpr int kScalarLanes = 16;

void conv_code8_w8_scalar(const ConvRow& row);
void conv_code16_w8_scalar(const ConvRow& row);
void conv_float_float_scalar(const ConvRow& row);

}  // namespace nawq::kernels
