#include "codec/function_values.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace nawq::codec {
namespace {

// e^x: x = n ln 2 + f, |f| <= ln 2 / 2; a series in f to below 2^-54, then the exponent.
double exponential(double x) {
  if (!(x > -708)) return 0;
  if (x > 709) x = 709;
  constexpr double kLog2E = 1.4426950408889634074, kLn2High = 6.93147180369123816490e-01,
                   kLn2Low = 1.90821492927058770002e-10;
  const double n = std::nearbyint(x * kLog2E);
  const double f = (x - n * kLn2High) - n * kLn2Low;
  double sum = 1;
  for (int i = 14; i >= 1; --i) sum = 1 + sum * f / i;
  const auto exponent = static_cast<std::uint64_t>(static_cast<std::int64_t>(n) + 1023);
  return sum * std::bit_cast<double>(exponent << 52);
}

double sigmoid(double x) { return 1 / (1 + exponential(-x)); }

double hyperbolic_tangent(double x) { return 2 * sigmoid(2 * x) - 1; }

// erf by its series sum of 2^n x^(2n+1) / (1 3 5 ...), all terms of one sign; by 1 where that is nearest.
double error_function(double x) {
  constexpr double kTwoOverRootPi = 1.1283791670955125739, kSaturated = 6;
  if (x > kSaturated) return 1;
  if (x < -kSaturated) return -1;
  double term = x, sum = x;
  for (int n = 1; n < 200; ++n) {
    term = term * 2 * x * x / (2 * n + 1);
    sum += term;
  }
  return kTwoOverRootPi * exponential(-x * x) * sum;
}

double hard_sigmoid(double alpha, double beta, double x) { return std::clamp(alpha * x + beta, 0.0, 1.0); }

double gelu_tanh(double x) {
  constexpr double kRootTwoOverPi = 0.79788456080286535588;
  return 0.5 * x * (1 + hyperbolic_tangent(kRootTwoOverPi * (x + 0.044715 * x * x * x)));
}

double real(const plan::Quantization& q, std::int64_t code) {
  return static_cast<double>(code - q.zero_point) * double{q.scale};
}

std::int64_t largest_code(const plan::Quantization& q) {
  return q.format == plan::Format::kCode8 ? 255 : 65535;
}

}  // namespace

double function_value(plan::Function function, double alpha, double beta, double x) {
  constexpr double kRootHalf = 0.70710678118654752440;
  switch (function) {
    case plan::Function::kSigmoid:
      return sigmoid(x);
    case plan::Function::kTanh:
      return hyperbolic_tangent(x);
    case plan::Function::kGelu:
      return 0.5 * x * (1 + error_function(x * kRootHalf));
    case plan::Function::kGeluTanh:
      return gelu_tanh(x);
    case plan::Function::kHardSigmoid:
      return hard_sigmoid(alpha, beta, x);
    case plan::Function::kHardSwish:
      return x * hard_sigmoid(alpha, beta, x);
    case plan::Function::kElu:
      return x < 0 ? alpha * (exponential(x) - 1) : x;
  }
  return 0;
}

std::vector<float> function_table(const plan::StepSpec& step) {
  std::vector<float> table;
  const std::int64_t last = largest_code(step.table_in), top = largest_code(step.table_out);
  for (std::int64_t code = 0; code <= last; ++code) {
    const double value = function_value(step.function, step.alpha, step.beta, real(step.table_in, code));
    const double rounded = std::nearbyint(value / double{step.table_out.scale}) + step.table_out.zero_point;
    const auto out = static_cast<std::int64_t>(std::clamp(rounded, 0.0, static_cast<double>(top)));
    table.push_back(static_cast<float>(out - step.table_out.zero_point) * step.table_out.scale);
  }
  return table;
}

}  // namespace nawq::codec
