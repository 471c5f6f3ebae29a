#include "graph/evaluate_arithmetic.h"

#include <limits>

#include "base/text.h"
#include "graph/pointwise.h"
#include "graph/strided_view.h"

namespace nawq::graph {
namespace {

std::int64_t wrapped(std::uint64_t bits) { return static_cast<std::int64_t>(bits); }
std::uint64_t bits_of(std::int64_t value) { return static_cast<std::uint64_t>(value); }

tl::unexpected<Error> divides_by_zero() { return fail(ErrorKind::kModel, "divides an integer by zero"); }

Result<std::int64_t> quotient(std::int64_t a, std::int64_t b) {
  if (b == 0) return divides_by_zero();
  return b == -1 ? wrapped(0 - bits_of(a)) : a / b;
}

Result<std::int64_t> power(std::int64_t base, std::int64_t exponent) {
  if (exponent < 0) {
    if (base == 0) return divides_by_zero();
    if (base == 1 || base == -1) return exponent % 2 ? base : 1;
    return 0;
  }
  std::uint64_t result = 1, square = bits_of(base);
  for (; exponent; exponent /= 2, square *= square)
    if (exponent % 2) result *= square;
  return wrapped(result);
}

Result<std::int64_t> combine(BinaryKind kind, std::int64_t a, std::int64_t b) {
  switch (kind) {
    case BinaryKind::kAdd:
      return wrapped(bits_of(a) + bits_of(b));
    case BinaryKind::kSub:
      return wrapped(bits_of(a) - bits_of(b));
    case BinaryKind::kMul:
      return wrapped(bits_of(a) * bits_of(b));
    case BinaryKind::kDiv:
      return quotient(a, b);
    case BinaryKind::kPow:
      return power(a, b);
    case BinaryKind::kMin:
      return std::min(a, b);
    case BinaryKind::kMax:
      return std::max(a, b);
  }
  return fail(ErrorKind::kModel, "is unknown");
}

// The functions of one variable that keep integers integers.
Result<std::int64_t> transform(const Unary& op, std::int64_t x) {
  switch (op.kind) {
    case UnaryKind::kRelu:
      return std::max<std::int64_t>(x, 0);
    case UnaryKind::kNeg:
      return wrapped(0 - bits_of(x));
    case UnaryKind::kAbs:
      return x < 0 ? wrapped(0 - bits_of(x)) : x;
    case UnaryKind::kClip:
      return std::min(std::max(x, truncate(op.alpha)), truncate(op.beta));
    case UnaryKind::kFloor:
    case UnaryKind::kCeil:
    case UnaryKind::kRound:
      return x;
    default:
      return fail(ErrorKind::kModel, concat(op_name(op), " of integers is not supported"));
  }
}

// Calls body(at_a, at_b, at_out) for every element of the broadcast result.
template <class Body>
void for_each_pair(const Shape& a, const Shape& b, const Shape& out, Body&& body) {
  const StridedView from_a = view_of(Expand{out}, a), from_b = view_of(Expand{out}, b);
  std::size_t at = 0;
  for (std::int64_t row = 0; row < from_a.row_count(); ++row) {
    const std::int64_t start_a = from_a.row_offset(row), start_b = from_b.row_offset(row);
    for (std::int64_t i = 0; i < from_a.row_length(); ++i)
      body(static_cast<std::size_t>(start_a + i * from_a.row_stride()),
           static_cast<std::size_t>(start_b + i * from_b.row_stride()), at++);
  }
}

}  // namespace

std::int64_t truncate(float value) {
  constexpr float kLimit = 9223372036854775808.0f;  // 2^63, the first float that does not fit
  if (value >= kLimit) return std::numeric_limits<std::int64_t>::max();
  if (value < -kLimit) return std::numeric_limits<std::int64_t>::min();
  return value == value ? static_cast<std::int64_t>(value) : 0;
}

Status apply(const Unary& op, const Tensor& x, Tensor& out) {
  visit_function(op, [&](auto function) {
    for (std::size_t i = 0; i < x.floats.size(); ++i) out.floats[i] = function(x.floats[i]);
  });
  for (std::size_t i = 0; i < x.ints.size(); ++i) {
    NAWQ_TRY(out.ints[i], transform(op, x.ints[i]));
  }
  return {};
}

Status apply(const Binary& op, const Tensor& a, const Tensor& b, Tensor& out) {
  if (a.type == DataType::kFloat) {
    visit_function(op, [&](auto function) {
      for_each_pair(a.shape, b.shape, out.shape, [&](std::size_t at_a, std::size_t at_b, std::size_t at) {
        out.floats[at] = function(a.floats[at_a], b.floats[at_b]);
      });
    });
    return {};
  }
  Status status;
  for_each_pair(a.shape, b.shape, out.shape, [&](std::size_t at_a, std::size_t at_b, std::size_t at) {
    auto value = combine(op.kind, a.ints[at_a], b.ints[at_b]);
    if (value)
      out.ints[at] = *value;
    else if (status)
      status = tl::unexpected<Error>(std::move(value.error()));
  });
  return status;
}

Status multiply(const Tensor& a, const Tensor& b, Tensor& out) {
  constexpr std::int64_t kMostProducts = std::int64_t{1} << 32;
  if (a.type != DataType::kFloat || b.type != DataType::kFloat)
    return fail(ErrorKind::kModel, "multiplies matrices that are not float");
  const std::size_t rank = out.shape.size();
  const std::int64_t rows = out.shape[rank - 2], columns = out.shape[rank - 1], depth = a.shape.back();
  if (out.size() > 0 && depth > kMostProducts / out.size())
    return fail(ErrorKind::kResource, concat("a constant product of ", to_text(a.shape), " and ",
                                             to_text(b.shape), " is too large"));
  // One row per pair of matrices: the batch dimensions broadcast, the last two do not.
  const auto batch_view = [&](const Tensor& x, std::int64_t matrix) {
    StridedView view =
        view_of(Expand{{out.shape.begin(), out.shape.end() - 2}}, {x.shape.begin(), x.shape.end() - 2});
    for (std::int64_t& stride : view.strides) stride *= matrix;
    view.shape.push_back(1);
    view.strides.push_back(0);
    return view;
  };
  const StridedView batch_a = batch_view(a, rows * depth), batch_b = batch_view(b, depth * columns);
  std::size_t at = 0;
  for (std::int64_t batch = 0; batch < batch_a.row_count(); ++batch) {
    const float* left = a.floats.data() + batch_a.row_offset(batch);
    const float* right = b.floats.data() + batch_b.row_offset(batch);
    for (std::int64_t row = 0; row < rows; ++row)
      for (std::int64_t column = 0; column < columns; ++column) {
        double sum = 0;
        for (std::int64_t i = 0; i < depth; ++i)
          sum += double{left[row * depth + i]} * right[i * columns + column];
        out.floats[at++] = static_cast<float>(sum);
      }
  }
  return {};
}

}  // namespace nawq::graph
