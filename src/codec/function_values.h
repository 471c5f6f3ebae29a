// Owns: the functions of kernels/enums.h in double, by a fixed sequence of additions, multiplications and
// divisions and nothing of libm, so that every machine fills the same tables (docs/numerics.md).
#pragma once

#include <vector>

#include "plan/program.h"

namespace nawq::codec {

double function_value(plan::Function function, double alpha, double beta, double x);

// For every code of step.table_in, the real value of the code of step.table_out that its function value gets.
std::vector<float> function_table(const plan::StepSpec& step);

}  // namespace nawq::codec
