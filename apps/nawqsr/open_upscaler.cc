#include "nawqsr/open_upscaler.h"

#include "base/cpu.h"
#include "base/text.h"
#include "session/open_engine.h"

namespace nawq::cli {

namespace {

// What the engine cannot run in float, the reference can: slower, and said.
Result<std::unique_ptr<session::Upscaler>> with_reference(const session::ModelRequest& request,
                                                          const Error& refusal, ThreadTeam& team,
                                                          Console& console) {
  console.warn(concat(refusal.message, "; the slow float32 reference runs instead"));
  NAWQ_TRY(session::Network network, session::open_network(request, team));
  return session::make_network_upscaler(std::move(network), team);
}

}  // namespace

Result<std::unique_ptr<session::Upscaler>> open_upscaler(const ModelOptions& options,
                                                         std::optional<std::int64_t> scale, ThreadTeam& team,
                                                         Console& console) {
  NAWQ_TRY(const session::ModelRequest request, model_request(options, scale));
  if (request.name == "bicubic") return session::make_bicubic_upscaler(scale.value_or(4));
  NAWQ_TRY(const Isa isa, choose_isa());
  const auto precision = precision_of(options);
  const session::Dre dre = dre_of(options);
  NAWQ_TRY(session::Model model, session::open_model(request, team));
  auto* network = std::get_if<session::Network>(&model);
  const bool quantized = network && network->model().info().quantized;
  auto upscaler = network ? session::open_engine(std::move(*network), precision, isa, team, dre)
                          : session::open_engine(std::move(*std::get_if<plan::Program>(&model)), precision,
                                                 isa, team, dre);
  const bool in_float =
      network && !quantized && precision.value_or(session::Precision::kFp32) == session::Precision::kFp32;
  if (!upscaler && upscaler.error().kind == ErrorKind::kModel && in_float)
    upscaler = with_reference(request, upscaler.error(), team, console);
  if (!upscaler) return upscaler;
  for (const std::string& note : (*upscaler)->notes()) console.warn(concat((*upscaler)->name(), ": ", note));
  console.note(concat((*upscaler)->name(), ": x", (*upscaler)->scale(), ", ", team.size(), " threads, ",
                      (*upscaler)->precision(), ", ", isa_name(isa)));
  return upscaler;
}

}  // namespace nawq::cli
