#include "session/open_engine.h"

#include "base/text.h"
#include "session/bench.h"
#include "session/calibration.h"
#include "session/engine.h"
#include "session/plan_network.h"
#include "session/quantized_network.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

// The ranges that the recipe needs beside those of the pictures to come are a made-up picture's.
Result<plan::Program> with_run_time_ranges(const Network& network, int bits, Isa isa, ThreadTeam& team) {
  NAWQ_TRY(Calibration calibration, Calibration::start(network, isa, team));
  NAWQ_TRY(const Image picture, bench_picture(calibration.picture_size(), 3));
  NAWQ_CHECK(calibration.add(picture));
  NAWQ_CHECK(calibration.add_flat_pictures());
  NAWQ_TRY(const graph::Recipe recipe,
           quantize_uniformly(network, calibration.ranges(bits), bits, {.all = true}));
  return plan_with(network, recipe);
}

Result<std::unique_ptr<Upscaler>> open_in_integers(const Network& network, int bits, Isa isa,
                                                   ThreadTeam& team) {
  NAWQ_TRY(plan::Program program, with_run_time_ranges(network, bits, isa, team));
  std::vector<std::string> notes = network.info().notes;
  notes.emplace_back(
      "a float network in integers: the range of every layer is found on every picture, which is slower than "
      "a file that `nawqsr quantize` makes");
  return make_engine_upscaler(std::move(program), isa, std::move(notes), team);
}

Result<std::unique_ptr<Upscaler>> open_in_half(Network network, ThreadTeam& team) {
  if (network.model().info().quantized)
    return fail(ErrorKind::kUsage, concat(network.info().name, " is quantized; fp16 is for float networks"));
  return make_network_upscaler(std::move(network), team, reference::Results::kHalf);
}

Result<std::unique_ptr<Upscaler>> open(const Network& network, std::optional<Precision> precision, Isa isa,
                                       ThreadTeam& team, Dre dre) {
  const bool quantized = network.model().info().quantized;
  if (dre == Dre::kOff) NAWQ_CHECK(check_static(network, precision));
  if (precision == Precision::kFp32) {
    NAWQ_TRY(plan::Program program, plan_floating(network, {}));
    return make_engine_upscaler(std::move(program), isa, network.info().notes, team);
  }
  if (precision && !quantized) {
    if (precision == Precision::kHybrid)
      return fail(ErrorKind::kUsage,
                  concat(network.info().name, " is a float network: a hybrid is made by `nawqsr quantize`"));
    return open_in_integers(network, precision == Precision::kInt8 ? 8 : 16, isa, team);
  }
  NAWQ_TRY(plan::Program program, plan_as_stored(network, dre));
  if (precision && precision_of(program) != precision_name(*precision))
    return fail(ErrorKind::kUsage, concat(network.info().name, " is quantized to ", precision_of(program),
                                          "; --precision takes that or fp32"));
  return make_engine_upscaler(std::move(program), isa, network.info().notes, team);
}

}  // namespace

std::string_view precision_name(Precision precision) {
  switch (precision) {
    case Precision::kFp32:
      return "fp32";
    case Precision::kFp16:
      return "fp16";
    case Precision::kInt8:
      return "int8";
    case Precision::kA16W8:
      return "a16w8";
    case Precision::kHybrid:
      break;
  }
  return "hybrid";
}

Result<std::unique_ptr<Upscaler>> open_engine(Network network, std::optional<Precision> precision, Isa isa,
                                              ThreadTeam& team, Dre dre) {
  return within_memory([&] {
    return precision == Precision::kFp16 ? open_in_half(std::move(network), team)
                                         : open(network, precision, isa, team, dre);
  });
}

Result<std::unique_ptr<Upscaler>> open_engine(plan::Program program, std::optional<Precision> precision,
                                              Isa isa, ThreadTeam& team, Dre dre) {
  return within_memory([&]() -> Result<std::unique_ptr<Upscaler>> {
    if (dre == Dre::kOff) NAWQ_CHECK(check_static(program));
    if (precision && precision_of(program) != precision_name(*precision))
      return fail(ErrorKind::kUsage, concat(program.name, " is a ", precision_of(program), " program"));
    return make_engine_upscaler(std::move(program), isa, {}, team);
  });
}

Status check_static(const Network& network, std::optional<Precision> precision) {
  if (network.model().info().quantized && precision != Precision::kFp32) return {};
  return fail(ErrorKind::kUsage,
              concat("--dre off: in float, ", network.info().name, " has no ranges at all"));
}

Status check_static(const plan::Program& program) {
  if (program.floating)
    return fail(ErrorKind::kUsage, concat("--dre off: in float, ", program.name, " has no ranges at all"));
  if (!has_run_time_ranges(program)) return {};
  return fail(ErrorKind::kUsage, concat("--dre off: ", program.name,
                                        " is compiled with ranges found at run time and has no static ones"));
}

}  // namespace nawq::session
