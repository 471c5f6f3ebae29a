#include "graph/tensor.h"

#include <algorithm>

#include "base/text.h"

namespace nawq::graph {

Result<std::int64_t> element_count(const Shape& shape) {
  constexpr std::int64_t kLimit = std::int64_t{1} << 50;  // sums of bytes of many such tensors still fit
  std::int64_t count = 1;
  bool overflow = false;
  for (const std::int64_t dim : shape) {
    if (dim < 0) return fail(ErrorKind::kModel, concat("negative dimension in shape ", to_text(shape)));
    overflow |= __builtin_mul_overflow(count, dim, &count) || count > kLimit;
  }
  if (overflow)
    return fail(ErrorKind::kResource, concat("a tensor of shape ", to_text(shape), " is too large"));
  return count;
}

std::string to_text(const Shape& shape) {
  std::string out = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (i) out += ',';
    append_text(out, shape[i]);
  }
  return out + "]";
}

Result<Shape> broadcast(const Shape& a, const Shape& b) {
  const std::size_t rank = std::max(a.size(), b.size());
  Shape out(rank);
  for (std::size_t i = 0; i < rank; ++i) {  // i counts from the last dimension
    const std::int64_t da = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::int64_t db = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (da != db && da != 1 && db != 1)
      return fail(ErrorKind::kModel, concat("shapes ", to_text(a), " and ", to_text(b), " do not broadcast"));
    out[rank - 1 - i] = da == 1 ? db : da;
  }
  return out;
}

const char* to_text(DataType type) {
  switch (type) {
    case DataType::kFloat:
      return "float";
    case DataType::kInt:
      return "int";
    case DataType::kBool:
      return "bool";
  }
  return "?";
}

Tensor float_tensor(Shape shape, std::vector<float> values) {
  return {DataType::kFloat, std::move(shape), std::move(values), {}};
}

Tensor int_tensor(Shape shape, std::vector<std::int64_t> values) {
  return {DataType::kInt, std::move(shape), {}, std::move(values)};
}

Tensor int_vector(std::vector<std::int64_t> values) {
  const auto length = static_cast<std::int64_t>(values.size());
  return int_tensor({length}, std::move(values));
}

std::vector<std::int64_t> row_major_strides(const Shape& shape) {
  std::vector<std::int64_t> strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

}  // namespace nawq::graph
