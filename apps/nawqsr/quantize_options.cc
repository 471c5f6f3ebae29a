#include "nawqsr/quantize_options.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/text.h"

namespace nawq::cli {
namespace {

void add_quality_options(CLI::App& command, QuantizeOptions& options) {
  const std::string group = "Quality";
  CLI::Option* const epsilon =
      command
          .add_option("--epsilon", options.epsilon,
                      "What may be lost against the float network, in the metric's unit (default: 0.05)")
          ->check(CLI::NonNegativeNumber)
          ->group(group);
  CLI::Option* const metric = command
                                  .add_option("--metric", options.metric,
                                              "What is measured on the originals, on luma (default: psnr)")
                                  ->check(CLI::IsMember({"psnr", "ssim"}))
                                  ->group(group);
  command
      .add_option("--fidelity", options.fidelity_db,
                  "Instead of --epsilon: least PSNR against the float network's output, in dB (default where "
                  "there are no originals: 46)")
      ->check(CLI::Range(1.0, 200.0))
      ->excludes(epsilon)
      ->excludes(metric)
      ->group(group);
}

void add_search_options(CLI::App& command, QuantizeOptions& options) {
  const std::string group = "Search";
  command
      .add_option("--optimizer", options.optimizer,
                  "knapsack: what each layer adds, measured once, then the best sum; wlopt: QuantSR-WLopt of "
                  "NAWQ-SR; the others for comparison (default: knapsack; wlopt with --protocol paper)")
      ->check(CLI::IsMember({"knapsack", "wlopt", "annealing", "genetic", "random"}))
      ->group(group);
  command
      .add_option("--cost", options.cost,
                  "What is made small: bops, or time on the target (cpu: measured here, so that files may "
                  "differ from run to run)")
      ->check(CLI::IsMember({"bops", "time"}))
      ->group(group);
  command
      .add_option("--target", options.target,
                  "cpu: this engine; qnn, sdm865, single-unit, or a file (see `nawqsr inspect --target`)")
      ->group(group);
  command
      .add_option("--free-layers", options.free_layers,
                  "Layers without multiply-accumulates: 16 bits, which costs no BOPs, or `follow` what they "
                  "feed (default: 16)")
      ->check(CLI::IsMember({"16", "follow"}))
      ->group(group);
  command.add_option("--budget-evals", options.budget_evaluations, "Most assignments to measure")
      ->check(CLI::Range(1, 100000000))
      ->group(group);
  command
      .add_option("--budget-seconds", options.budget_seconds,
                  "Time for the search; the number of evaluations is told, to repeat it")
      ->check(CLI::PositiveNumber)
      ->group(group);
  command.add_flag("--resume", options.resume, "Go on with a search that was stopped (OUT.search)")
      ->group(group);
  command
      .add_option("--protocol", options.protocol,
                  "paper: as NAWQ-SR measured: a tenth of the pictures, drawn, for everything; extremes as "
                  "ranges; one scale for a convolution, nearest weights; layers without multiply-accumulates "
                  "follow; against 8-bit weights in float where these alone lose 0.1 dB (default: own)")
      ->check(CLI::IsMember({"own", "paper"}))
      ->group(group);
}

void add_run_time_range_options(CLI::App& command, QuantizeOptions& options) {
  const std::string group = "Search";
  command
      .add_option(
          "--dre-energy", options.dre_energy,
          "Ranges found on every picture for the layers that hold this share (0..1) of what 8 bits "
          "lose; auto: as few as it takes; grid: the best of 0, 1/8, 1/4, 1/2, 3/4, 1; random: number "
          "and layers drawn with the seed (default: 0, none; grid with --protocol paper)")
      ->group(group);
  command
      .add_option(
          "--dre-rule", options.dre_rule,
          "Up to the layer that reaches the share (text), or while it is not passed (listing); clipping: "
          "the share is of what 8-bit ranges clip on pictures that gave none")
      ->check(CLI::IsMember({"text", "listing", "clipping"}))
      ->group(group);
}

void add_other_ways(CLI::App& command, QuantizeOptions& options) {
  const std::string group = "Instead of a search";
  command.add_option("--uniform", options.uniform_bits, "One wordlength for all activations")
      ->check(CLI::IsMember({8, 16}))
      ->group(group);
  command
      .add_option("--keep16", options.keep16,
                  "Layers that stay in 16 bits with --uniform 8, by name or pattern such as '*/up_mod*'")
      ->group(group);
  command
      .add_option("--dre", options.dre,
                  "With --uniform, layers whose ranges are found on every picture: all, none, or names or "
                  "patterns with commas between them; other runtimes use their static ranges (default: none)")
      ->group(group);
  command
      .add_option(
          "--curve", options.curve,
          "Writes no network, but says for each of these tolerances what the search would choose, and "
          "what all of it cost to find out: 0.01,0.02,0.05")
      ->delimiter(',')
      ->check(CLI::NonNegativeNumber)
      ->group(group);
  command
      .add_option("--curve-mixes", options.curve_mixes,
                  "With --curve of the knapsack: also how well noise adds in so many drawn mixes")
      ->check(CLI::Range(1, 1000))
      ->group(group);
  command
      .add_option("--recipe", options.replayed_recipe,
                  "Make the network that a recipe file says (docs/recipe.md); no photographs are needed")
      ->group(group);
}

void add_outputs(CLI::App& command, OutputOptions& options) {
  const std::string group = "Outputs";
  command
      .add_option("-o,--output", options.output,
                  "File to write, *.onnx (QDQ, opset 21); needed but for --curve")
      ->group(group);
  command
      .add_option("--input-size", options.input_size,
                  "WxH: the only size that the file takes, for runtimes that want one (--target qnn does)")
      ->group(group);
  command.add_option("--report", options.report, "A page that shows all of it, *.html")->group(group);
  command.add_option("--save-recipe", options.recipe, "Everything that was decided, *.json, for --recipe")
      ->group(group);
  command
      .add_flag("--dynamic-onnx", options.dynamic,
                "Also OUT.dynamic.onnx, whose operators find the ranges of --dre layers, for other runtimes")
      ->group(group);
  command
      .add_flag(
          "--encodings", options.encodings,
          "Also OUT.float.onnx with OUT.encodings-1.0.0.json and -2.0.0.json, as AIMET and QNN read them")
      ->group(group);
}

void set_paper_protocol(QuantizeOptions& options) {
  PreparationOptions& preparation = options.preparation;
  preparation.share = 0.1;
  preparation.same_pictures = true;
  preparation.ranges = "minmax";
  preparation.headroom16 = 1;
  preparation.weights = "per-tensor";
  preparation.rounding = "nearest";
  options.free_layers = "follow";
}

Status check_curve(const QuantizeOptions& options) {
  const OutputOptions& outputs = options.outputs;
  if (options.curve.empty()) {
    if (options.curve_mixes > 0) return fail(ErrorKind::kUsage, "--curve-mixes goes with --curve");
    if (outputs.output.empty()) return fail(ErrorKind::kUsage, "give a file to write with -o/--output");
    return {};
  }
  if (!outputs.output.empty() || !outputs.report.empty() || !outputs.recipe.empty() || outputs.dynamic ||
      outputs.encodings)
    return fail(ErrorKind::kUsage, "--curve writes no files");
  if (options.uniform_bits != 0 || !options.replayed_recipe.empty() || options.resume || options.fidelity_db)
    return fail(ErrorKind::kUsage, "--curve goes without --uniform, --recipe, --resume and --fidelity");
  return {};
}

}  // namespace

std::string usual_optimizer(const QuantizeOptions& options) {
  return options.protocol == "paper" ? "wlopt" : "knapsack";
}

std::string usual_dre_energy(const QuantizeOptions& options) {
  return options.protocol == "paper" ? "grid" : "0";
}

void add_quantize_options(CLI::App& command, QuantizeOptions& options) {
  add_preparation_options(command, options.preparation);
  add_quality_options(command, options);
  add_search_options(command, options);
  add_run_time_range_options(command, options);
  add_other_ways(command, options);
  add_outputs(command, options.outputs);
  command
      .add_option_function<int>(
          "--max-rank", [&options](int) { options.outputs.four_dims = true; },
          "4: pixel shuffles in the file by operators on at most four dimensions")
      ->check(CLI::IsMember({4}))
      ->group("Outputs");
}

Status settle(QuantizeOptions& options) {
  NAWQ_CHECK(check_curve(options));
  const bool is_uniform = options.uniform_bits != 0, is_replay = !options.replayed_recipe.empty();
  if (is_uniform && is_replay) return fail(ErrorKind::kUsage, "--uniform and --recipe: give one of them");
  if (!options.keep16.empty() && options.uniform_bits != 8)
    return fail(ErrorKind::kUsage, "--keep16 goes with --uniform 8");
  if (options.dre != "none" && !is_uniform)
    return fail(ErrorKind::kUsage, "--dre goes with --uniform; a search takes --dre-energy");
  if ((is_uniform || is_replay) && !options.outputs.report.empty())
    return fail(ErrorKind::kUsage, "--report shows a search; --uniform and --recipe do without one");
  if ((is_uniform || is_replay) && options.resume)
    return fail(ErrorKind::kUsage, "--resume goes on with a search; --uniform and --recipe do without one");
  if (options.optimizer.empty()) options.optimizer = usual_optimizer(options);
  if (options.dre_energy.empty()) options.dre_energy = usual_dre_energy(options);
  if (options.protocol == "paper") set_paper_protocol(options);
  options.preparation.ranges_metric = metric_of(options);
  return {};
}

Result<session::DreRequest> dre_request(const QuantizeOptions& options) {
  using Kind = session::DreRequest::Kind;
  session::DreRequest request{.rule = options.dre_rule == "listing" ? quantize::DreRule::kListing
                                                                    : quantize::DreRule::kText};
  const std::string& text = options.dre_energy;
  static const std::map<std::string, Kind> kNamed{
      {"auto", Kind::kAuto}, {"grid", Kind::kGrid}, {"random", Kind::kRandom}};
  if (const auto named = kNamed.find(text); named != kNamed.end()) {
    request.kind = named->second;
    return request;
  }
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), request.energy);
  if (problem != std::errc() || end != text.data() + text.size() ||
      !(request.energy >= 0 && request.energy <= 1))
    return fail(ErrorKind::kUsage,
                concat("--dre-energy: '", text, "' is not a number from 0 to 1, nor auto, grid or random"));
  const Kind kind = options.dre_rule == "clipping" ? Kind::kClipping : Kind::kEnergy;
  request.kind = request.energy > 0 ? kind : Kind::kNone;
  return request;
}

quantize::Metric metric_of(const QuantizeOptions& options) {
  if (options.fidelity_db) return quantize::Metric::kFidelity;
  return options.metric == "ssim" ? quantize::Metric::kSsim : quantize::Metric::kPsnr;
}

}  // namespace nawq::cli
