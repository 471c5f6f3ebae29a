#include "graph/op.h"

namespace nawq::graph {
namespace {

const char* unary_name(UnaryKind kind) {
  switch (kind) {
    case UnaryKind::kRelu:
      return "Relu";
    case UnaryKind::kLeakyRelu:
      return "LeakyRelu";
    case UnaryKind::kClip:
      return "Clip";
    case UnaryKind::kSigmoid:
      return "Sigmoid";
    case UnaryKind::kHardSigmoid:
      return "HardSigmoid";
    case UnaryKind::kHardSwish:
      return "HardSwish";
    case UnaryKind::kTanh:
      return "Tanh";
    case UnaryKind::kErf:
      return "Erf";
    case UnaryKind::kGelu:
      return "Gelu";
    case UnaryKind::kGeluTanh:
      return "GeluTanh";
    case UnaryKind::kElu:
      return "Elu";
    case UnaryKind::kSoftplus:
      return "Softplus";
    case UnaryKind::kSqrt:
      return "Sqrt";
    case UnaryKind::kExp:
      return "Exp";
    case UnaryKind::kLog:
      return "Log";
    case UnaryKind::kNeg:
      return "Neg";
    case UnaryKind::kAbs:
      return "Abs";
    case UnaryKind::kReciprocal:
      return "Reciprocal";
    case UnaryKind::kFloor:
      return "Floor";
    case UnaryKind::kCeil:
      return "Ceil";
    case UnaryKind::kRound:
      return "Round";
  }
  return "?";
}

const char* binary_name(BinaryKind kind) {
  switch (kind) {
    case BinaryKind::kAdd:
      return "Add";
    case BinaryKind::kSub:
      return "Sub";
    case BinaryKind::kMul:
      return "Mul";
    case BinaryKind::kDiv:
      return "Div";
    case BinaryKind::kPow:
      return "Pow";
    case BinaryKind::kMin:
      return "Min";
    case BinaryKind::kMax:
      return "Max";
  }
  return "?";
}

const char* reduce_name(ReduceKind kind) {
  switch (kind) {
    case ReduceKind::kSum:
      return "ReduceSum";
    case ReduceKind::kMean:
      return "ReduceMean";
    case ReduceKind::kMax:
      return "ReduceMax";
    case ReduceKind::kMin:
      return "ReduceMin";
  }
  return "?";
}

struct Namer {
  const char* operator()(const Conv&) const { return "Conv"; }
  const char* operator()(const ConvTranspose&) const { return "ConvTranspose"; }
  const char* operator()(const BatchNorm&) const { return "BatchNorm"; }
  const char* operator()(const PRelu&) const { return "PRelu"; }
  const char* operator()(const Unary& op) const { return unary_name(op.kind); }
  const char* operator()(const Binary& op) const { return binary_name(op.kind); }
  const char* operator()(const Reduce& op) const { return reduce_name(op.kind); }
  const char* operator()(const ChannelStatistics& op) const {
    return op.statistic == ChannelStatistic::kMean ? "ChannelMean" : "ChannelDeviation";
  }
  const char* operator()(const Pool& op) const {
    return op.kind == PoolKind::kMax ? "MaxPool" : "AveragePool";
  }
  const char* operator()(const Concat&) const { return "Concat"; }
  const char* operator()(const Split&) const { return "Split"; }
  const char* operator()(const Slice&) const { return "Slice"; }
  const char* operator()(const Pad&) const { return "Pad"; }
  const char* operator()(const DepthToSpace&) const { return "DepthToSpace"; }
  const char* operator()(const SpaceToDepth&) const { return "SpaceToDepth"; }
  const char* operator()(const ChannelShuffle&) const { return "ChannelShuffle"; }
  const char* operator()(const Resize&) const { return "Resize"; }
  const char* operator()(const Reshape&) const { return "Reshape"; }
  const char* operator()(const Transpose&) const { return "Transpose"; }
  const char* operator()(const Expand&) const { return "Expand"; }
  const char* operator()(const MatMul&) const { return "MatMul"; }
};

}  // namespace

const char* op_name(const Op& op) { return visit_op(Namer{}, op); }

}  // namespace nawq::graph
