#include "session/plan_model.h"

#include "base/text.h"
#include "plan/nawq_file.h"
#include "plan/upsampling.h"
#include "session/bench.h"
#include "session/calibration.h"
#include "session/plan_network.h"
#include "session/quantized_network.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

// Large enough to show a network what pictures look like.
constexpr Extent kRangePicture{320, 180};

Result<plan::Program> with_made_up_ranges(const Network& network, int bits, Isa isa, ThreadTeam& team) {
  NAWQ_TRY(Calibration calibration, Calibration::start(network, isa, team));
  NAWQ_TRY(const Image picture, bench_picture(kRangePicture, 3));
  NAWQ_CHECK(calibration.add(picture));
  NAWQ_TRY(const graph::Recipe recipe, quantize_uniformly(network, calibration.own_ranges(bits), bits));
  return plan_with(network, recipe);
}

Result<PlannedModel> plan(const Network& network, std::optional<Precision> precision, Isa isa,
                          ThreadTeam& team, Dre dre) {
  if (precision == Precision::kFp16)
    return fail(ErrorKind::kUsage, "fp16 is simulated on the reference, for `eval`; the engine has none");
  PlannedModel planned{.program = {}, .notes = network.info().notes};
  if (dre == Dre::kOff) NAWQ_CHECK(check_static(network, precision));
  const bool in_integers = precision == Precision::kInt8 || precision == Precision::kA16W8;
  if (precision == Precision::kFp32) {
    NAWQ_TRY(planned.program, plan_floating(network, {}));
  } else if (in_integers && !network.model().info().quantized) {
    NAWQ_TRY(planned.program,
             with_made_up_ranges(network, precision == Precision::kInt8 ? 8 : 16, isa, team));
    planned.notes.emplace_back("a float network in integers: its ranges are those of a made-up picture");
  } else {
    NAWQ_TRY(planned.program, plan_as_stored(network, dre));
  }
  return planned;
}

}  // namespace

Result<PlannedModel> plan_model(Model model, std::optional<Precision> precision, Isa isa, ThreadTeam& team,
                                Dre dre) {
  return within_memory([&]() -> Result<PlannedModel> {
    PlannedModel planned;
    if (auto* program = std::get_if<plan::Program>(&model)) {
      if (dre == Dre::kOff) NAWQ_CHECK(check_static(*program));
      planned.program = std::move(*program);
    } else {
      NAWQ_TRY(planned, plan(*std::get_if<Network>(&model), precision, isa, team, dre));
    }
    if (precision && precision_of(planned.program) != precision_name(*precision))
      return fail(ErrorKind::kUsage, concat(planned.program.name, " is ", precision_of(planned.program),
                                            ", not ", precision_name(*precision)));
    return planned;
  });
}

Result<plan::Program> with_upsampling(plan::Program program, std::string_view mapping) {
  const auto upsampling = mapping == "4d"   ? plan::Upsampling::k4d
                          : mapping == "6d" ? plan::Upsampling::k6d
                                            : plan::Upsampling::kStore;
  return plan::with_upsampling(std::move(program), upsampling);
}

std::string program_file(const plan::Program& program) {
  const std::vector<std::byte> bytes = plan::save_program(program);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace nawq::session
