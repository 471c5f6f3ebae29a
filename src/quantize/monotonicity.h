// Owns: the check that more bits are better. Where they are not, it is ranges that lose, not rounding.
#pragma once

#include <optional>
#include <string>

#include "quantize/needs.h"

namespace nawq::quantize {

// What is wrong, in a sentence: all layers at 16 bits lose to all at 8, in the metric by more than `slack` of
// its unit, or in the difference from the float network. Nothing where they do not.
std::optional<std::string> check_monotonicity(const Score& all16, const Score& all8, Metric metric,
                                              double slack = 0.002);

}  // namespace nawq::quantize
