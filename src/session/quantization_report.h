// Owns: all that is told of a quantization once it is done: plain data for the report, the table and JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "image/image.h"

namespace nawq::session {

struct ReportedLayer {
  std::string name, op;
  std::int64_t macs = 0;
  double macs_share = 0;  // of the network's, 0..1
  int bits = 8;
  bool dre = false, searched = false;
  std::int64_t partition = 0;
  // With only this layer in 8 bits and the others in 16: what is lost against the original pictures, and the
  // mean square of the difference from the float output; nothing where it was not measured.
  std::optional<double> drop_db, error;
  // Of what it reads: the range that its codes span, and the share of numbers outside it on pictures that
  // calibration did not see.
  double range_min = 0, range_max = 0;
  std::optional<double> clip_rate;
  std::vector<std::size_t> readers;  // layers that read what it writes
};

struct ReportedPoint {
  double bops_reduction = 1, cost = 0;
  double psnr_db = 0, ssim = 0, drop_db = 0, error = 0;
  std::string label;  // which part of the search measured it
  bool chosen = false;
};

// The picture that lost most: the same cut of each.
struct WorstPicture {
  std::string name;
  double float_psnr_db = 0, psnr_db = 0;
  Image original, in_float, quantized;  // 8 bits, three channels; `original` may be empty
};

struct QuantizationReport {
  std::string model, version, command;  // command: to repeat it
  std::int64_t scale = 1;
  std::string optimizer, metric, cost_model, target;
  double epsilon = 0;
  double reference = 0, value = 0;  // of the metric
  double psnr_reference_db = 0, psnr_db = 0, ssim_reference = 0, ssim = 0;
  double int8_psnr_db = 0, a16w8_psnr_db = 0;  // uniform, for comparison
  double bops_reduction = 1, cost_reduction = 1;
  std::int64_t layers_8bit = 0, layers_16bit = 0, layers_dre = 0;
  std::int64_t evaluations = 0;
  double work = 0;  // in runs of the whole network on all pictures
  double calibration_seconds = 0, weights_seconds = 0, search_seconds = 0;
  std::int64_t calibration_pictures = 0;
  std::vector<ReportedLayer> layers;
  std::vector<ReportedPoint> points;  // everything that was measured
  std::vector<ReportedPoint> curve;   // predicted: the least error at each cost
  std::optional<WorstPicture> worst;
  std::vector<std::string> notes;
};

}  // namespace nawq::session
