// Owns: what the search of wordlengths needs from whoever runs networks; quantize never runs anything itself.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "quantize/layers.h"

namespace nawq::quantize {

// How good an assignment is on the calibration pictures, measured on the engine that will run it.
struct Score {
  double psnr_db = 0;  // of luma against the originals, mean over the pictures
  double ssim = 0;
  // Mean square of the difference in luma from the float network's output, in grey levels, mean over the
  // pictures; from samples of 16 bits, so that rounding to pixels does not hide it.
  double error = 0;
  std::vector<double> picture_psnr_db = {};
  std::vector<double> picture_error = {};
  // False: stopped after some pictures, because the rest could not have brought it to what was asked.
  bool complete = true;
};

enum class Metric { kPsnr, kSsim, kFidelity };  // kFidelity: PSNR against the float output, from `error`

double value_of(const Score& score, Metric metric);

// A search may stop measuring what cannot pass.
struct Needed {
  Metric metric = Metric::kPsnr;
  double value = 0;  // at least
};

class Evaluator {
 public:
  virtual ~Evaluator() = default;
  // The same assignment gives the same score, always. kInterrupted when the user stops it.
  virtual Result<Score> evaluate(const Assignment& assignment, std::optional<Needed> needed) = 0;
  // Work done so far in runs of the whole network on all pictures: a run from the middle counts by its
  // multiply-accumulates.
  virtual double work() const = 0;
};

// What an assignment costs; the search makes it small. Units are the model's own.
class CostModel {
 public:
  virtual ~CostModel() = default;
  virtual std::string_view name() const = 0;
  // Of one layer by itself.
  virtual double layer_cost(const std::vector<Layer>& layers, std::size_t layer,
                            LayerChoice choice) const = 0;
  // Of all, with what changes of wordlength between layers cost.
  virtual double total(const std::vector<Layer>& layers, const Assignment& assignment) const = 0;
};

}  // namespace nawq::quantize
