// Owns: turning ONNX's TensorProto into a Tensor. Sizes are checked against the bytes present before anything
// is allocated. float16, bfloat16 and double become float; every integer type becomes 64 bits.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/result.h"
#include "graph/tensor.h"

namespace nawq::onnx {

// `folder` holds the files of external data; absent, external data is refused. Errors name the tensor.
Result<graph::Tensor> import_tensor(const ::onnx::TensorProto& proto,
                                    const std::optional<std::filesystem::path>& folder);

// What a stored element becomes; absent for types that are not read (string, complex, 8-bit floats, 4-bit,
// uint64).
std::optional<graph::DataType> widened_type(std::int64_t onnx_type);

// No dimension of anything imported is larger: products of two of them fit in 64 bits.
inline constexpr std::int64_t kLargestDim = std::int64_t{1} << 31;

float float_from_half(std::uint16_t bits);

}  // namespace nawq::onnx
