#include "quantize/needs.h"

#include <cmath>

namespace nawq::quantize {

double value_of(const Score& score, Metric metric) {
  switch (metric) {
    case Metric::kPsnr:
      return score.psnr_db;
    case Metric::kSsim:
      return score.ssim;
    case Metric::kFidelity:
      return 10 * std::log10(255.0 * 255.0 / score.error);  // no error: infinity
  }
  return 0;
}

}  // namespace nawq::quantize
