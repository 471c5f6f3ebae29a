#include "session/make_report.h"

#include <algorithm>

#include "codec/context.h"
#include "codec/loaded_program.h"
#include "image/depth.h"
#include "image/geometry.h"
#include "plan/program.h"
#include "session/picture_tensor.h"
#include "session/read_tensors.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

// What is shown of the picture that lost most.
constexpr std::int64_t kCutPx = 256;

class ReportMaker {
 public:
  explicit ReportMaker(const ReportInput& input) : in_(input), tensors_(read_tensors(input.network)) {}

  Result<QuantizationReport> make() {
    summarise();
    NAWQ_TRY(const graph::Recipe recipe, in_.network.recipe(in_.outcome.assignment));
    NAWQ_TRY(const plan::Program program, in_.network.program(recipe));
    describe_layers(program);
    for (const quantize::MeasuredPoint& point : in_.outcome.points)
      if (point.score.complete) report_.points.push_back(reported(point));
    for (const quantize::CurvePoint& point : in_.outcome.curve)
      report_.curve.push_back({.bops_reduction = bops_reduction(in_.network.layers, point.assignment),
                               .cost = point.cost,
                               .psnr_db = in_.tolerance.metric == quantize::Metric::kPsnr ? point.value : 0,
                               .drop_db = in_.tolerance.reference - point.value,
                               .error = point.error,
                               .label = "predicted"});
    NAWQ_CHECK(show_worst(program));
    return std::move(report_);
  }

 private:
  void summarise() {
    const SearchOutcome& outcome = in_.outcome;
    const std::vector<quantize::Layer>& layers = in_.network.layers;
    report_.model = in_.network.facts.name;
    report_.scale = in_.network.facts.scale;
    report_.cost_model = in_.cost.name();
    report_.metric = in_.tolerance.metric == quantize::Metric::kPsnr   ? "psnr"
                     : in_.tolerance.metric == quantize::Metric::kSsim ? "ssim"
                                                                       : "fidelity";
    report_.epsilon = in_.tolerance.epsilon;
    report_.reference = in_.tolerance.reference;
    report_.value = value_of(outcome.score, in_.tolerance.metric);
    for (const ReferencePicture& picture : in_.pictures) {
      report_.psnr_reference_db += picture.float_psnr_db / static_cast<double>(in_.pictures.size());
      report_.ssim_reference += picture.float_ssim / static_cast<double>(in_.pictures.size());
    }
    report_.psnr_db = outcome.score.psnr_db;
    report_.ssim = outcome.score.ssim;
    report_.int8_psnr_db = outcome.all8.psnr_db;
    report_.a16w8_psnr_db = outcome.all16.psnr_db;
    report_.bops_reduction = bops_reduction(layers, outcome.assignment);
    quantize::Assignment sixteen(layers.size());
    settle_followers(layers, quantize::Followers::kReaders, sixteen);
    const double cost = in_.cost.total(layers, outcome.assignment);
    report_.cost_reduction = cost > 0 ? in_.cost.total(layers, sixteen) / cost : 1;
    report_.evaluations = outcome.evaluations;
    report_.work = outcome.work;
    report_.search_seconds = outcome.search_seconds;
    report_.notes = outcome.notes;
  }

  void describe_layers(const plan::Program& program) {
    const double macs = total_macs(in_.network.layers);
    for (std::size_t i = 0; i < in_.network.layers.size(); ++i) {
      const quantize::Layer& layer = in_.network.layers[i];
      const quantize::LayerChoice choice = in_.outcome.assignment[i];
      ReportedLayer& to = report_.layers.emplace_back();
      to.name = layer.name;
      to.op = layer.op;
      to.macs = layer.macs;
      to.macs_share = macs > 0 ? static_cast<double>(layer.macs) / macs : 0;
      to.bits = choice.bits;
      to.dre = choice.dre;
      to.searched = layer.searched;
      to.readers = layer.readers;
      const auto operation = std::ranges::find(program.operations, layer.name, &plan::Operation::name);
      if (operation != program.operations.end()) to.partition = operation->partition;
      describe_input(to, tensors_[i]);
      report_.layers_8bit += choice.bits == 8;
      report_.layers_16bit += choice.bits == 16;
      report_.layers_dre += choice.dre;
    }
    if (!in_.outcome.resilience) return;
    for (const quantize::LayerResilience& layer : in_.outcome.resilience->layers) {
      report_.layers[layer.layer].drop_db = layer.at_8bit.drop;
      report_.layers[layer.layer].error = layer.at_8bit.added_error;
    }
  }

  void describe_input(ReportedLayer& layer, const std::string& tensor) const {
    const quantize::Ranges& ranges = layer.bits == 8 ? in_.network.ranges8 : in_.network.ranges16;
    if (const auto range = ranges.find(tensor); range != ranges.end()) {
      layer.range_min = range->second.min;
      layer.range_max = range->second.max;
    }
    // Known of 8-bit ranges; those of 16 bits have headroom.
    const auto rate = in_.clip_rates.find(tensor);
    if (layer.bits == 8 && !layer.dre && rate != in_.clip_rates.end()) layer.clip_rate = rate->second;
  }

  ReportedPoint reported(const quantize::MeasuredPoint& point) const {
    return {.bops_reduction = bops_reduction(in_.network.layers, point.assignment),
            .cost = in_.cost.total(in_.network.layers, point.assignment),
            .psnr_db = point.score.psnr_db,
            .ssim = point.score.ssim,
            .drop_db = report_.psnr_reference_db - point.score.psnr_db,
            .error = point.score.error,
            .label = point.label,
            .chosen = point.assignment == in_.outcome.assignment};
  }

  // Where its luma differs most from the float network's.
  Status show_worst(const plan::Program& program) {
    const std::vector<double>& errors = in_.outcome.score.picture_error;
    if (errors.empty()) return {};
    const auto index = static_cast<std::size_t>(std::ranges::max_element(errors) - errors.begin());
    const ReferencePicture& picture = in_.pictures[index];
    NAWQ_TRY(const Image result, upscale(program, picture.padded));
    WorstPicture worst;
    worst.name = picture.name;
    worst.float_psnr_db = picture.float_psnr_db;
    worst.psnr_db = in_.outcome.score.picture_psnr_db[index];
    NAWQ_TRY(worst.quantized, shown(result, picture.size));
    NAWQ_TRY(worst.in_float, shown(picture.in_float, picture.size));
    if (!picture.original.empty()) {
      NAWQ_TRY(worst.original, shown(picture.original, picture.size));
    }
    report_.worst = std::move(worst);
    return {};
  }

  Result<Image> upscale(const plan::Program& program, const Image& padded) const {
    const codec::Extent size{padded.width_px(), padded.height_px()};
    NAWQ_TRY(const auto context,
             codec::Context::create(codec::LoadedProgram::load(program, in_.isa), size,
                                    {.in_bits = padded.bits(), .out_bits = 8, .workers = in_.team.size()}));
    NAWQ_TRY(Image result, Image::create(size.width_px * program.scale, size.height_px * program.scale,
                                         program.channels, 8));
    NAWQ_CHECK(context->run(padded, result, in_.team, [](double) { return true; }));
    return result;
  }

  static Result<Image> shown(const Image& image, Extent size) {
    const std::int64_t width = std::min(size.width_px, kCutPx), height = std::min(size.height_px, kCutPx);
    NAWQ_TRY(const Image cut,
             crop(image, (size.width_px - width) / 2, (size.height_px - height) / 2, width, height));
    NAWQ_TRY(const Image pixels, with_bits(cut, 8));
    return to_rgb(pixels);
  }

  const ReportInput& in_;
  const std::vector<std::string> tensors_;  // by layer
  QuantizationReport report_;
};

}  // namespace

Result<QuantizationReport> make_report(const ReportInput& input) {
  return within_memory([&] { return ReportMaker(input).make(); });
}

}  // namespace nawq::session
