#include "nawqsr/open_upscaler.h"

#include "base/text.h"

namespace nawq::cli {

Result<std::unique_ptr<session::Upscaler>> open_upscaler(const ModelOptions& options,
                                                         std::optional<std::int64_t> scale, ThreadTeam& team,
                                                         Console& console) {
  NAWQ_TRY(const session::ModelRequest request, model_request(options, scale));
  if (request.name == "bicubic") return session::make_bicubic_upscaler(scale.value_or(4));
  NAWQ_TRY(session::Network network, session::open_network(request, team));
  for (const std::string& note : network.info().notes) console.warn(concat(network.info().name, ": ", note));
  console.note(concat(network.info().name, ": x", network.info().scale, ", ", team.size(),
                      " threads, fp32 reference"));
  return session::make_network_upscaler(std::move(network), team);
}

}  // namespace nawq::cli
