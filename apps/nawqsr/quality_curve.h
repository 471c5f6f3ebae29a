// Owns: how a curve of quality against cost is told.
#pragma once

#include <string>
#include <vector>

#include "nawqsr/json_output.h"
#include "session/quality_curve.h"

namespace nawq::cli {

struct CurveFacts {
  const std::string& model;
  const std::string& optimizer;
  const std::vector<quantize::Layer>& layers;
  const quantize::Tolerance& tolerance;
};

nlohmann::json curve_json(const session::QualityCurve& curve, const CurveFacts& facts);
std::string curve_text(const session::QualityCurve& curve, const CurveFacts& facts);

}  // namespace nawq::cli
