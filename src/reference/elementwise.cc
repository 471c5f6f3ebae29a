#include <cmath>

#include "graph/pointwise.h"
#include "graph/strided_view.h"
#include "reference/chunks.h"
#include "reference/operators.h"

namespace nawq::reference {
namespace {

// Four loops for the four ways in which a row of `a` and one of `b` may each be a single repeated element.
template <class Function>
void combine_row(const float* a, bool repeat_a, const float* b, bool repeat_b, std::int64_t length, float* to,
                 Function function) {
  if (!repeat_a && !repeat_b) {
    for (std::int64_t i = 0; i < length; ++i) to[i] = function(a[i], b[i]);
  } else if (!repeat_a) {
    for (std::int64_t i = 0; i < length; ++i) to[i] = function(a[i], b[0]);
  } else if (!repeat_b) {
    for (std::int64_t i = 0; i < length; ++i) to[i] = function(a[0], b[i]);
  } else {
    std::fill_n(to, length, function(a[0], b[0]));
  }
}

template <class Op>
void combine(const Op& op, Inputs in, Outputs out, ThreadTeam& team) {
  const graph::Shape& shape = out[0].shape;
  const graph::StridedView a = view_of(graph::Expand{shape}, in[0].shape);
  const graph::StridedView b = view_of(graph::Expand{shape}, in[1].shape);
  const std::int64_t length = a.row_length();
  graph::visit_function(op, [&](auto function) {
    for_each_chunk(team, a.row_count(), length, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row)
        combine_row(in[0].values + a.row_offset(row), a.row_stride() == 0, in[1].values + b.row_offset(row),
                    b.row_stride() == 0, length, out[0].values + row * length, function);
    });
  });
}

}  // namespace

void compute(const graph::Binary& op, Inputs in, Outputs out, ThreadTeam& team) {
  combine(op, in, out, team);
}

void compute(const graph::PRelu& op, Inputs in, Outputs out, ThreadTeam& team) { combine(op, in, out, team); }

void compute(const graph::Unary& op, Inputs in, Outputs out, ThreadTeam& team) {
  graph::visit_function(op, [&](auto function) {
    for_each_chunk(team, volume(out[0].shape), 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) out[0].values[i] = function(in[0].values[i]);
    });
  });
}

void compute(const graph::BatchNorm& op, Inputs in, Outputs out, ThreadTeam& team) {
  const graph::Shape& shape = out[0].shape;
  const float *scale = in[1].values, *bias = in[2].values, *mean = in[3].values, *variance = in[4].values;
  for_each_chunk(team, shape[1] * shape[2], shape[3], [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      const std::int64_t c = row / shape[2];
      const auto factor = static_cast<float>(scale[c] / std::sqrt(double{variance[c]} + op.epsilon));
      const float *from = in[0].values + row * shape[3], shift = bias[c], centre = mean[c];
      float* to = out[0].values + row * shape[3];
      for (std::int64_t i = 0; i < shape[3]; ++i) to[i] = (from[i] - centre) * factor + shift;
    }
  });
}

}  // namespace nawq::reference
