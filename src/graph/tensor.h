// Owns: a dense tensor in host memory, row-major, as networks and their constants use it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace nawq::graph {

// Dimensions, outermost first. Activations are NCHW with N = 1. A scalar has no dimensions.
using Shape = std::vector<std::int64_t>;

// Product of the dimensions; 1 for a scalar. Fails above 2^50 or with a negative dimension.
Result<std::int64_t> element_count(const Shape& shape);
std::string to_text(const Shape& shape);  // "[1,3,180,320]"

// NumPy and ONNX multidirectional broadcasting.
Result<Shape> broadcast(const Shape& a, const Shape& b);

// What a tensor's numbers mean. Files hold more types; the importer widens them to these.
enum class DataType { kFloat, kInt, kBool };
const char* to_text(DataType type);

struct Tensor {
  DataType type = DataType::kFloat;
  Shape shape;
  std::vector<float> floats;       // kFloat
  std::vector<std::int64_t> ints;  // kInt and kBool (0 or 1)

  std::int64_t size() const {
    return static_cast<std::int64_t>(type == DataType::kFloat ? floats.size() : ints.size());
  }
};

Tensor float_tensor(Shape shape, std::vector<float> values);
Tensor int_tensor(Shape shape, std::vector<std::int64_t> values);
Tensor int_vector(std::vector<std::int64_t> values);

// Element strides of a row-major tensor: the last is 1.
std::vector<std::int64_t> row_major_strides(const Shape& shape);

}  // namespace nawq::graph
