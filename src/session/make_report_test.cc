#include "session/make_report.h"

#include <algorithm>
#include <map>

#include "session/search_tiny_test.h"

namespace nawq::session {
namespace {

using quantize::Metric;

class Report : public SearchOfTiny {
 protected:
  QuantizationReport report_of(const SearchOutcome& outcome, const quantize::Tolerance& tolerance) {
    std::map<std::string, double> clip_rates;
    for (const auto& [name, range] : prepared_tiny().ranges8) clip_rates[name] = 0.001;
    return make_report({.network = prepared_tiny(),
                        .pictures = tiny_references(),
                        .outcome = outcome,
                        .tolerance = tolerance,
                        .cost = cost_,
                        .clip_rates = clip_rates,
                        .isa = best_isa(),
                        .team = team_})
        .value();
  }
};

TEST_F(Report, HasEveryLayerAndAddsUp) {
  const quantize::Tolerance wanted = half_way();
  const auto found = search({.tolerance = wanted, .wants_layers = true});
  ASSERT_TRUE(found);
  const QuantizationReport report = report_of(*found, wanted);
  ASSERT_EQ(report.layers.size(), prepared_tiny().layers.size());
  double share = 0;
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    const ReportedLayer& layer = report.layers[i];
    EXPECT_EQ(layer.name, prepared_tiny().layers[i].name);
    EXPECT_EQ(layer.bits, found->assignment[i].bits);
    EXPECT_EQ(layer.searched, layer.drop_db.has_value()) << layer.name;
    if (layer.searched) {
      EXPECT_LT(layer.range_min, layer.range_max) << layer.name;
    }
    share += layer.macs_share;
  }
  EXPECT_NEAR(share, 1, 1e-9);
  EXPECT_EQ(report.layers_8bit + report.layers_16bit, std::ssize(report.layers));
  EXPECT_DOUBLE_EQ(report.bops_reduction, bops_reduction(prepared_tiny().layers, found->assignment));
  EXPECT_EQ(report.value, value_of(found->score, Metric::kFidelity));
}

TEST_F(Report, MarksTheChosenPointAndShowsTheWorstPicture) {
  const quantize::Tolerance wanted = half_way();
  const auto found = search({.tolerance = wanted});
  ASSERT_TRUE(found);
  const QuantizationReport report = report_of(*found, wanted);
  EXPECT_EQ(std::ranges::count_if(report.points, &ReportedPoint::chosen), 1);
  EXPECT_FALSE(report.curve.empty());
  ASSERT_TRUE(report.worst);
  const auto& errors = found->score.picture_error;
  const auto worst = static_cast<std::size_t>(std::ranges::max_element(errors) - errors.begin());
  EXPECT_EQ(report.worst->name, tiny_references()[worst].name);
  EXPECT_EQ(report.worst->quantized.width_px(), report.worst->original.width_px());
  EXPECT_EQ(report.worst->quantized.height_px(), report.worst->in_float.height_px());
}

TEST_F(Report, ClipRatesAreOfStaticEightBitRangesOnly) {
  const auto found =
      search({.tolerance = half_way(), .dre = {.kind = DreRequest::Kind::kEnergy, .energy = 0.5}});
  ASSERT_TRUE(found);
  for (const ReportedLayer& layer : report_of(*found, half_way()).layers)
    EXPECT_TRUE(!layer.clip_rate || (layer.bits == 8 && !layer.dre)) << layer.name;
}

}  // namespace
}  // namespace nawq::session
