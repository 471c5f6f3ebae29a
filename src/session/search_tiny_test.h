// Owns: searches for the wordlengths of the small network.
#pragma once

#include "quantize/bops_cost.h"
#include "session/prepared_tiny_test.h"
#include "session/wordlength_search.h"

namespace nawq::session {

inline constexpr bool kGoesOn = true;

class SearchOfTiny : public testing::Test {
 protected:
  Result<SearchOutcome> search(const SearchRequest& request) {
    return search_wordlengths(prepared_tiny(), evaluator_, cost_, request,
                              [&](double, const quantize::MeasuredPoint&) { return kGoesOn; });
  }

  double fidelity_of(int bits) {
    return value_of(evaluator_.evaluate(tiny_uniform(bits), {}).value(), quantize::Metric::kFidelity);
  }

  // As far from all-8 as from all-16.
  quantize::Tolerance half_way() {
    return {.metric = quantize::Metric::kFidelity,
            .reference = (fidelity_of(8) + fidelity_of(16)) / 2,
            .epsilon = 0};
  }

  ThreadTeam team_ = team_of(2);
  EngineEvaluator evaluator_{prepared_tiny(), tiny_references(), best_isa(), team_, {.with_ssim = true}};
  quantize::BopsCost cost_;
};

}  // namespace nawq::session
