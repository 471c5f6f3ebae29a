// Owns: the list of operators that run() can run, one overload each; families are in the files named beside
// them. Shapes are those that infer_shapes() accepted; outputs are allocated and not cleared. Nothing may
// allocate or fail inside a parallel loop: scratch memory is taken before it.
#pragma once

#include <span>

#include "base/thread_team.h"
#include "graph/op.h"

namespace nawq::reference {

struct Input {
  const graph::Shape& shape;
  const float* values;
};

struct Output {
  const graph::Shape& shape;
  float* values;
};

using Inputs = std::span<const Input>;
using Outputs = std::span<const Output>;

// conv.cc, conv_transpose.cc, matmul.cc
void compute(const graph::Conv& op, Inputs in, Outputs out, ThreadTeam& team);
void compute(const graph::ConvTranspose& op, Inputs in, Outputs out, ThreadTeam& team);
void compute(const graph::MatMul& op, Inputs in, Outputs out, ThreadTeam& team);

// elementwise.cc
void compute(const graph::BatchNorm& op, Inputs in, Outputs out, ThreadTeam& team);
void compute(const graph::PRelu& op, Inputs in, Outputs out, ThreadTeam& team);
void compute(const graph::Unary& op, Inputs in, Outputs out, ThreadTeam& team);
void compute(const graph::Binary& op, Inputs in, Outputs out, ThreadTeam& team);

// statistics.cc
void compute(const graph::Reduce& op, Inputs in, Outputs out, ThreadTeam& team);
void compute(const graph::ChannelStatistics& op, Inputs in, Outputs out, ThreadTeam& team);

// pool.cc, resize.cc
void compute(const graph::Pool& op, Inputs in, Outputs out, ThreadTeam& team);
void compute(const graph::Resize& op, Inputs in, Outputs out, ThreadTeam& team);

// layout.cc
void compute(const graph::Concat& op, Inputs in, Outputs out, ThreadTeam& team);
void compute(const graph::Split& op, Inputs in, Outputs out, ThreadTeam& team);
void compute(const graph::Slice& op, Inputs in, Outputs out, ThreadTeam& team);
void compute(const graph::Pad& op, Inputs in, Outputs out, ThreadTeam& team);
void compute(const graph::DepthToSpace& op, Inputs in, Outputs out, ThreadTeam& team);
void compute(const graph::SpaceToDepth& op, Inputs in, Outputs out, ThreadTeam& team);
void compute(const graph::ChannelShuffle& op, Inputs in, Outputs out, ThreadTeam& team);
void compute(const graph::Reshape& op, Inputs in, Outputs out, ThreadTeam& team);
void compute(const graph::Transpose& op, Inputs in, Outputs out, ThreadTeam& team);
void compute(const graph::Expand& op, Inputs in, Outputs out, ThreadTeam& team);

}  // namespace nawq::reference
