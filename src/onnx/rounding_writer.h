// Owns: how roundings come into a file: as pairs of QuantizeLinear and DequantizeLinear, or, of a float file,
// told beside it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "graph/recipe.h"
#include "onnx/export.h"
#include "onnx/graph_writer.h"

namespace nawq::onnx {

// A rounded tensor, and what it is read from; of a float file the tensor itself.
struct RoundedTensor {
  std::string real;
  std::string codes = {}, scale = {}, zero_point = {};
};

class RoundingWriter {
 public:
  // With `described` nothing is rounded in the file, and what would be is listed there.
  RoundingWriter(GraphWriter& writer, std::vector<TensorEncoding>* described)
      : writer_(writer), described_(described) {}

  bool describes() const { return described_ != nullptr; }

  // `tensor` rounded: the tensor `result`, or named after `stem` where that is empty.
  RoundedTensor round(const std::string& tensor, std::string_view stem, const graph::CodeFormat& format,
                      const std::string& result);
  // The same real numbers as a tensor of their own, for a reader that wants no other beside it.
  std::string read_again(const RoundedTensor& rounded);

  // A constant of codes around 0, with one scale for each index of `axis`. Code: std::int8_t, std::int32_t.
  template <class Code>
  std::string add_codes(const std::string& name, const graph::Shape& shape, const std::vector<Code>& codes,
                        const std::vector<float>& scales, std::int64_t axis);

 private:
  GraphWriter& writer_;
  std::vector<TensorEncoding>* described_;
};

}  // namespace nawq::onnx
