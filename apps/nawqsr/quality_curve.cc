#include "nawqsr/quality_curve.h"

#include "base/text.h"

namespace nawq::cli {

using nlohmann::json;

json curve_json(const session::QualityCurve& curve, const CurveFacts& facts) {
  json points = json::array();
  for (const session::QualityPoint& point : curve.points) {
    json& told = points.emplace_back(json{{"epsilon", point.epsilon},
                                          {"holds", point.holds},
                                          {"bops_reduction", bops_reduction(facts.layers, point.assignment)},
                                          {"loss", finite_or_null(facts.tolerance.loss_of(point.score))}});
    if (point.evaluations > 0)
      told.update({{"evaluations", point.evaluations}, {"full_network_runs", point.work}});
  }
  json told{{"model", facts.model},
            {"optimizer", facts.optimizer},
            {"metric", facts.tolerance.metric == quantize::Metric::kSsim ? "ssim" : "psnr"},
            {"q_ref", finite_or_null(facts.tolerance.reference)},
            {"points", points},
            {"evaluations", curve.evaluations},
            {"full_network_runs", curve.work},
            {"search_seconds", curve.seconds}};
  if (curve.additivity)
    told["additivity"] = {{"mixes", curve.additivity->points},
                          {"mean", curve.additivity->mean},
                          {"spread", curve.additivity->spread},
                          {"smallest", curve.additivity->smallest},
                          {"largest", curve.additivity->largest}};
  return told;
}

std::string curve_text(const session::QualityCurve& curve, const CurveFacts& facts) {
  std::string text = concat(facts.model, ", ", facts.optimizer, "\nallowed  BOPs    loses\n");
  for (const session::QualityPoint& point : curve.points)
    text += concat(fixed(point.epsilon, 4), "   ", fixed(bops_reduction(facts.layers, point.assignment), 3),
                   "x  ", fixed(facts.tolerance.loss_of(point.score), 4),
                   point.holds ? "\n" : "  too much: the best there is\n");
  text += concat(curve.evaluations, " assignments measured, as much as ", fixed(curve.work, 1),
                 " runs of the whole network\n");
  if (curve.additivity)
    text += concat("the error of ", curve.additivity->points, " drawn mixes is ",
                   fixed(curve.additivity->mean, 3), " +- ", fixed(curve.additivity->spread, 3),
                   " of the sum of single layers' errors\n");
  return text;
}

}  // namespace nawq::cli
