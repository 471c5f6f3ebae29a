#include "session/open_engine.h"

#include "base/text.h"
#include "session/calibration.h"
#include "session/engine.h"
#include "session/plan_network.h"
#include "session/quantized_network.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

// Quantizes a float network anew for every picture, from the ranges that this very picture gives.
class SelfRangingUpscaler final : public Upscaler {
 public:
  SelfRangingUpscaler(Network network, Calibration calibration, int bits, Isa isa, ThreadTeam& team)
      : network_(std::move(network)),
        calibration_(std::move(calibration)),
        bits_(bits),
        isa_(isa),
        team_(team) {}

  std::string_view name() const override { return network_.info().name; }
  std::int64_t scale() const override { return network_.info().scale; }
  std::string_view precision() const override { return bits_ == 8 ? "int8" : "a16w8"; }

  std::vector<std::string> notes() const override {
    std::vector<std::string> notes = network_.info().notes;
    notes.emplace_back(
        "a float network in integers: ranges are found by running every picture in float first; "
        "`nawqsr quantize` makes a file that does without");
    return notes;
  }

  Result<std::int64_t> memory_bytes(Extent picture, int bits) override {
    NAWQ_TRY(plan::Program program, plan_floating(network_, {.separate_functions = true}));
    return make_engine_upscaler(std::move(program), isa_, {}, team_)->memory_bytes(picture, bits);
  }

  Result<Image> upscale(const Image& picture, const UpscaleOptions& options, Progress progress) override {
    calibration_.clear();
    NAWQ_CHECK(calibration_.add(picture));
    NAWQ_TRY(const graph::Recipe recipe, quantize_uniformly(network_, calibration_.own_ranges(bits_), bits_));
    NAWQ_TRY(plan::Program program, plan_with(network_, recipe));
    return make_engine_upscaler(std::move(program), isa_, {}, team_)->upscale(picture, options, progress);
  }

 private:
  Network network_;
  Calibration calibration_;
  int bits_;
  Isa isa_;
  ThreadTeam& team_;
};

Result<std::unique_ptr<Upscaler>> open(Network network, std::optional<Precision> precision, Isa isa,
                                       ThreadTeam& team) {
  const bool quantized = network.model().info().quantized;
  if (precision == Precision::kFp32) {
    NAWQ_TRY(plan::Program program, plan_floating(network, {}));
    return make_engine_upscaler(std::move(program), isa, network.info().notes, team);
  }
  if (precision && !quantized) {
    if (precision == Precision::kHybrid)
      return fail(ErrorKind::kUsage,
                  concat(network.info().name, " is a float network: a hybrid is made by `nawqsr quantize`"));
    NAWQ_TRY(Calibration calibration, Calibration::start(network, isa, team));
    return std::make_unique<SelfRangingUpscaler>(std::move(network), std::move(calibration),
                                                 precision == Precision::kInt8 ? 8 : 16, isa, team);
  }
  NAWQ_TRY(plan::Program program, plan_as_stored(network));
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
                                              ThreadTeam& team) {
  return within_memory([&] { return open(std::move(network), precision, isa, team); });
}

Result<std::unique_ptr<Upscaler>> open_engine(plan::Program program, std::optional<Precision> precision,
                                              Isa isa, ThreadTeam& team) {
  return within_memory([&]() -> Result<std::unique_ptr<Upscaler>> {
    if (precision && precision_of(program) != precision_name(*precision))
      return fail(ErrorKind::kUsage, concat(program.name, " is a ", precision_of(program), " program"));
    return make_engine_upscaler(std::move(program), isa, {}, team);
  });
}

}  // namespace nawq::session
