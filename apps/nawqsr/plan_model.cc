#include "nawqsr/plan_model.h"

#include "base/text.h"

namespace nawq::cli {

Result<session::PlannedModel> plan_model(const ModelOptions& options, Isa isa, ThreadTeam& team,
                                         Console& console) {
  NAWQ_TRY(const session::ModelRequest request, model_request(options, std::nullopt));
  NAWQ_TRY(session::Model model, session::open_model(request, team));
  NAWQ_TRY(session::PlannedModel planned,
           session::plan_model(std::move(model), precision_of(options), isa, team, dre_of(options)));
  for (const std::string& note : planned.notes) console.warn(concat(planned.program.name, ": ", note));
  return planned;
}

}  // namespace nawq::cli
