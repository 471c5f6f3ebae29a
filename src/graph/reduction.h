// Owns: one element of a Reduce. Real numbers are summed in double, integers wrap; the order is row-major.
#pragma once

#include <cstdint>
#include <type_traits>

#include "graph/strided_view.h"

namespace nawq::graph {

// `kept` has one row of one element for each output; row_offset() of both adds up to the place in the source.
struct ReduceViews {
  StridedView kept, reduced;
};

ReduceViews views_of(const Reduce& op, const Shape& source);

template <class T>
using SumOf = std::conditional_t<std::is_floating_point_v<T>, double, std::uint64_t>;

// body(value) for every source element of output element `index`.
template <class T, class Body>
void for_each_reduced(const ReduceViews& views, std::int64_t index, const T* source, Body&& body) {
  const T* from = source + views.kept.row_offset(index);
  for (std::int64_t row = 0; row < views.reduced.row_count(); ++row) {
    const T* values = from + views.reduced.row_offset(row);
    for (std::int64_t i = 0; i < views.reduced.row_length(); ++i)
      body(values[i * views.reduced.row_stride()]);
  }
}

template <class T>
T sum_at(const ReduceViews& views, std::int64_t index, const T* source, bool mean) {
  SumOf<T> sum = 0;
  for_each_reduced(views, index, source, [&](T value) { sum += static_cast<SumOf<T>>(value); });
  if (!mean) return static_cast<T>(sum);
  const std::int64_t count = views.reduced.row_count() * views.reduced.row_length();
  if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(sum / static_cast<double>(count));
  } else {
    return static_cast<T>(static_cast<std::int64_t>(sum) / count);
  }
}

template <class T>
T reduced_at(const ReduceViews& views, ReduceKind kind, std::int64_t index, const T* source) {
  if (kind == ReduceKind::kSum || kind == ReduceKind::kMean)
    return sum_at(views, index, source, kind == ReduceKind::kMean);
  T best = source[views.kept.row_offset(index) + views.reduced.row_offset(0)];
  for_each_reduced(views, index, source, [&](T value) {
    if (kind == ReduceKind::kMax ? value > best : value < best) best = value;
  });
  return best;
}

}  // namespace nawq::graph
