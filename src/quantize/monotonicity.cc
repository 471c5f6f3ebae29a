#include "quantize/monotonicity.h"

#include "base/text.h"

namespace nawq::quantize {

std::optional<std::string> check_monotonicity(const Score& all16, const Score& all8, Metric metric,
                                              double slack) {
  const double behind = value_of(all8, metric) - value_of(all16, metric);
  const char* const unit = metric == Metric::kSsim ? "" : " dB";
  if (behind > slack)
    return concat("all layers at 16 bits are ", fixed(behind, 3), unit,
                  " behind all layers at 8: ranges at 16 bits clip");
  if (all16.error > all8.error)
    return concat("all layers at 16 bits are further from the float network than all layers at 8 (",
                  fixed(all16.error, 4), " against ", fixed(all8.error, 4),
                  " squared grey levels): ranges at 16 bits clip");
  return std::nullopt;
}

}  // namespace nawq::quantize
