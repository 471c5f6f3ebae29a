// Owns: measuring a model against the originals: PSNR and SSIM as interface.md defines them, over a set of
// pictures.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "image/image.h"
#include "session/upscaler.h"

namespace nawq::session {

struct EvaluationPair {
  std::string name;
  Image hr;
  std::optional<Image> lr;  // made from hr by bicubic where absent
};

// Cuts hr to a multiple of the scale and makes the missing lr, or checks that the given one belongs to it: hr
// may have less than the scale too many rows and columns, which are cut off. kInput.
Status match_sizes(EvaluationPair& pair, std::int64_t scale);

// Gives the pictures one by one, so that a set of any size fits in memory.
class PairSource {
 public:
  virtual ~PairSource() = default;
  virtual std::int64_t count() const = 0;
  virtual Result<EvaluationPair> read(std::int64_t index) = 0;
};

enum class MeasureSpace { kLuma, kRgb };

struct EvaluationOptions {
  MeasureSpace space = MeasureSpace::kLuma;
  std::optional<std::int64_t> border_px =
      {};  // cropped from each side before measuring; the scale where absent
  std::int64_t max_memory_bytes = INT64_MAX;
};

struct EvaluationRow {
  std::string name;
  double psnr_db = 0;  // infinite for identical pictures
  double ssim = 0;
};

struct Evaluation {
  std::vector<EvaluationRow> rows;
  double psnr_db = 0, ssim = 0;  // means over the pictures
  double seconds = 0;            // of upscaling alone
};

// Called after each picture. Returning false stops with kInterrupted.
using RowProgress = FunctionRef<bool(const EvaluationRow& row, std::int64_t done)>;

Result<Evaluation> evaluate(Upscaler& upscaler, PairSource& pairs, const EvaluationOptions& options,
                            RowProgress progress);

}  // namespace nawq::session
