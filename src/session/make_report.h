// Owns: from what a search did to the report of it.
#pragma once

#include <map>
#include <string>

#include "quantize/needs.h"
#include "session/engine_evaluator.h"
#include "session/quantization_report.h"
#include "session/wordlength_search.h"

namespace nawq::session {

struct ReportInput {
  const PreparedNetwork& network;
  const std::vector<ReferencePicture>& pictures;
  const SearchOutcome& outcome;
  const quantize::Tolerance& tolerance;
  const quantize::CostModel& cost;
  const std::map<std::string, double>& clip_rates;  // by tensor
  Isa isa;
  ThreadTeam& team;
};

// All but what only the command line knows: version, command, times of what came before the search.
Result<QuantizationReport> make_report(const ReportInput& input);

}  // namespace nawq::session
