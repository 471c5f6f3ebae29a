// Owns: the float functions behind Unary, Binary and PRelu, one expression each: folding and running share
// them. NaN stays NaN. Functions are handed to a visitor, so that the caller's loop is compiled once per
// function.
#pragma once

#include <cmath>

#include "graph/op.h"

namespace nawq::graph {

inline float sigmoid(float x) { return 1.0f / (1.0f + std::exp(-x)); }

inline float clip(float x, float low, float high) {
  const float raised = x < low ? low : x;
  return raised > high ? high : raised;
}

inline float gelu(float x) { return 0.5f * x * (1.0f + std::erf(x * 0.70710678118654752f)); }

inline float gelu_tanh(float x) {
  constexpr float kSqrtTwoOverPi = 0.79788456080286536f;
  return 0.5f * x * (1.0f + std::tanh(kSqrtTwoOverPi * (x + 0.044715f * x * x * x)));
}

// log(1 + e^x) without overflow.
inline float softplus(float x) { return (x > 0 ? x : 0.0f) + std::log1p(std::exp(-std::fabs(x))); }

inline float prelu(float x, float slope) { return x < 0 ? x * slope : x; }

// body(f) with f: float -> float.
template <class Body>
void visit_function(const Unary& op, Body&& body) {
  const float alpha = op.alpha, beta = op.beta;
  switch (op.kind) {
    case UnaryKind::kRelu:
      return body([](float x) { return x < 0 ? 0.0f : x; });
    case UnaryKind::kLeakyRelu:
      return body([alpha](float x) { return prelu(x, alpha); });
    case UnaryKind::kClip:
      return body([alpha, beta](float x) { return clip(x, alpha, beta); });
    case UnaryKind::kSigmoid:
      return body([](float x) { return sigmoid(x); });
    case UnaryKind::kHardSigmoid:
      return body([alpha, beta](float x) { return clip(alpha * x + beta, 0, 1); });
    case UnaryKind::kHardSwish:
      return body([](float x) { return x * clip(x / 6.0f + 0.5f, 0, 1); });
    case UnaryKind::kTanh:
      return body([](float x) { return std::tanh(x); });
    case UnaryKind::kErf:
      return body([](float x) { return std::erf(x); });
    case UnaryKind::kGelu:
      return body([](float x) { return gelu(x); });
    case UnaryKind::kGeluTanh:
      return body([](float x) { return gelu_tanh(x); });
    case UnaryKind::kElu:
      return body([alpha](float x) { return x < 0 ? alpha * std::expm1(x) : x; });
    case UnaryKind::kSoftplus:
      return body([](float x) { return softplus(x); });
    case UnaryKind::kSqrt:
      return body([](float x) { return std::sqrt(x); });
    case UnaryKind::kExp:
      return body([](float x) { return std::exp(x); });
    case UnaryKind::kLog:
      return body([](float x) { return std::log(x); });
    case UnaryKind::kNeg:
      return body([](float x) { return -x; });
    case UnaryKind::kAbs:
      return body([](float x) { return std::fabs(x); });
    case UnaryKind::kReciprocal:
      return body([](float x) { return 1.0f / x; });
    case UnaryKind::kFloor:
      return body([](float x) { return std::floor(x); });
    case UnaryKind::kCeil:
      return body([](float x) { return std::ceil(x); });
    case UnaryKind::kRound:
      return body([](float x) { return std::rint(x); });  // ties to even
  }
}

// body(f) with f: (float, float) -> float.
template <class Body>
void visit_function(const Binary& op, Body&& body) {
  switch (op.kind) {
    case BinaryKind::kAdd:
      return body([](float a, float b) { return a + b; });
    case BinaryKind::kSub:
      return body([](float a, float b) { return a - b; });
    case BinaryKind::kMul:
      return body([](float a, float b) { return a * b; });
    case BinaryKind::kDiv:
      return body([](float a, float b) { return a / b; });
    case BinaryKind::kPow:
      return body([](float a, float b) { return std::pow(a, b); });
    case BinaryKind::kMin:
      return body([](float a, float b) { return a < b || a != a ? a : b; });
    case BinaryKind::kMax:
      return body([](float a, float b) { return a > b || a != a ? a : b; });
  }
}

template <class Body>
void visit_function(const PRelu&, Body&& body) {
  body([](float x, float slope) { return prelu(x, slope); });
}

}  // namespace nawq::graph
