// `nawqsr quantize MODEL --calib DIR -o OUT.onnx`.
#include <algorithm>
#include <memory>
#include <optional>

#include "base/text.h"
#include "nawqsr/choose_layers.h"
#include "nawqsr/command.h"
#include "nawqsr/json_output.h"
#include "nawqsr/model_output.h"
#include "nawqsr/quality_curve.h"
#include "nawqsr/quantize_command_line.h"
#include "nawqsr/quantize_options.h"
#include "nawqsr/recipe_file.h"
#include "nawqsr/run_command.h"
#include "nawqsr/search_memory.h"
#include "nawqsr/target_file.h"
#include "nawqsr/text_file.h"
#include "nawqsr/version.h"
#include "session/dre_overhead.h"
#include "session/engine_evaluator.h"
#include "session/layer_times.h"
#include "session/make_report.h"
#include "session/quantization.h"
#include "session/quantized_network.h"
#include "session/read_tensors.h"
#include "session/search_key.h"

namespace nawq::cli {
namespace {

using nlohmann::json;

constexpr double kUsualFidelityDb = 46;

std::string unit_of(quantize::Metric metric) { return metric == quantize::Metric::kSsim ? "" : " dB"; }

// What is told of the result, however it came about.
struct Told {
  const session::Network& network;
  const graph::Recipe& recipe;

  std::int64_t layers(int bits) const {
    return std::ranges::count_if(recipe.wordlengths, [&](const auto& layer) { return layer.second == bits; });
  }
  std::int64_t with_dre() const {  // concatenations are there, but no layers
    return std::ranges::count_if(recipe.dre,
                                 [&](const std::string& name) { return recipe.wordlengths.contains(name); });
  }
  json fields() const {
    return {{"model", network.info().name},
            {"layers", recipe.wordlengths.size()},
            {"layers_8bit", layers(8)},
            {"layers_16bit", layers(16)},
            {"layers_dre", with_dre()}};
  }
  std::string sentence(const std::string& output) const {
    return concat(output, ": ", network.info().name, ", ", layers(8), " layers in 8 bits, ", layers(16),
                  " in 16, ", with_dre(), " with ranges found on every picture");
  }
};

class Quantizer {
 public:
  Quantizer(QuantizeOptions options, Console& console) : options_(std::move(options)), console_(console) {}

  Result<ExitCode> run() {
    NAWQ_CHECK(settle(options_));
    if (options_.curve.empty()) {
      NAWQ_CHECK(check_model_output(options_.outputs.output, ".onnx", "a quantized network",
                                    options_.preparation.model));
      NAWQ_CHECK(check_outputs(options_.outputs, inputs()));
    }
    NAWQ_TRY(isa_, choose_isa());
    NAWQ_TRY(ThreadTeam team, start_threads(options_.preparation.run));
    team_ = std::make_unique<ThreadTeam>(std::move(team));
    if (!options_.outputs.input_size.empty()) NAWQ_CHECK(parse_extent(options_.outputs.input_size));
    NAWQ_CHECK(settle_target());
    NAWQ_TRY(session::Network network, open_float_network(options_.preparation.model, *team_, console_));
    network_ = std::make_unique<session::Network>(std::move(network));
    if (!options_.replayed_recipe.empty()) return replay();
    if (!options_.curve.empty()) return search_curve();
    return options_.uniform_bits != 0 ? quantize_uniformly() : search();
  }

 private:
  std::vector<std::string> inputs() const {
    std::vector<std::string> files;
    for (const std::string& file : {options_.preparation.model.path, options_.replayed_recipe})
      if (!file.empty()) files.push_back(file);
    return files;
  }

  const std::string& name() const { return network_->info().name; }
  bool says_json() const { return options_.preparation.run.json; }

  std::map<std::string, std::string> made_with() const {
    const PreparationOptions& preparation = options_.preparation;
    return {{"nawqsr", kVersion},
            {"protocol", options_.protocol},
            {"optimizer", options_.optimizer},
            {"weights", preparation.weights},
            {"rounding", preparation.rounding},
            {"ranges", preparation.ranges},
            {"seed", concat(preparation.seed)}};
  }

  Status write(const graph::Recipe& recipe, const quantize::Decisions& decisions,
               const std::optional<session::QuantizationReport>& report) {
    return write_outputs(*network_, recipe, decisions, made_with(), report, options_.outputs);
  }

  Result<ExitCode> replay() {
    const std::string& file = options_.replayed_recipe;
    NAWQ_TRY(const std::string text, read_text_file(file, ErrorKind::kUsage));
    NAWQ_TRY(const RecipeFile read, parse_recipe(text, file));
    NAWQ_TRY(const std::uint64_t fingerprint, session::fingerprint(*network_));
    NAWQ_CHECK(check_network(read, file, name(), fingerprint));
    auto recipe = session::quantize_as_decided(*network_, read.decisions);
    if (!recipe) {  // the network is as it should be, the recipe is not
      const bool is_wrong = recipe.error().kind == ErrorKind::kModel;
      const Error& error = recipe.error();
      return fail(is_wrong ? ErrorKind::kUsage : error.kind, concat(file, ": ", error.message));
    }
    NAWQ_CHECK(write_outputs(*network_, *recipe, read.decisions, read.made_with, {}, options_.outputs));
    const Told told{*network_, *recipe};
    json fields = told.fields();
    fields["output"] = options_.outputs.output;
    fields["recipe"] = file;
    NAWQ_CHECK(print(says_json() ? to_line(fields)
                                 : concat(told.sentence(options_.outputs.output), ", from ", file, "\n")));
    return kDone;
  }

  Status prepare(bool with_search) {
    NAWQ_TRY(made_,
             prepare_quantization(*network_, options_.preparation, with_search, isa_, *team_, console_));
    made_.network.same_io = target_ && target_->same_io;
    return {};
  }

  // What the target asks of the file, whatever is searched for.
  Status settle_target() {
    if (options_.target == "cpu") return {};
    NAWQ_TRY(target_, read_target(options_.target, isa_, *team_));
    if (target_->fixed_size && options_.outputs.input_size.empty())
      return fail(ErrorKind::kUsage, concat("--target ", options_.target,
                                            " takes files of one size: give it with --input-size"));
    if (!target_->per_channel_weights && options_.preparation.weights != "per-tensor") {
      options_.preparation.weights = "per-tensor";
      console_.warn(
          concat(target_->name, " has one scale for the weights of a convolution: --weights per-tensor"));
    }
    return {};
  }

  Result<ExitCode> quantize_uniformly() {
    NAWQ_CHECK(prepare(false));
    const session::PreparedNetwork& prepared = made_.network;
    NAWQ_TRY(const std::set<std::string> kept,
             matching_layers(prepared.layers, name(), "--keep16", options_.keep16));
    NAWQ_TRY(const quantize::DreLayers dre, dre_layers(prepared.layers, name(), options_.dre));
    quantize::Assignment assignment = uniform_assignment(prepared, options_.uniform_bits, dre.all);
    for (std::size_t i = 0; i < assignment.size(); ++i) {
      if (kept.contains(prepared.layers[i].name)) assignment[i].bits = 16;
      if (dre.names.contains(prepared.layers[i].name)) assignment[i].dre = true;
      if (prepared.layers[i].reads_picture) assignment[i] = {8, false};
    }
    NAWQ_TRY(const graph::Recipe recipe, prepared.recipe(assignment));
    NAWQ_TRY(const quantize::Decisions decisions, decisions_of(recipe));
    NAWQ_CHECK(write(recipe, decisions, {}));
    const Told told{*network_, recipe};
    json fields = told.fields();
    fields["calibration_pictures"] = made_.calibration_pictures;
    fields["bops_reduction"] = bops_reduction(prepared.layers, assignment);
    fields["calibration_seconds"] = made_.calibration_seconds;
    fields["weights_seconds"] = made_.weights_seconds;
    fields["output"] = options_.outputs.output;
    NAWQ_CHECK(print(says_json() ? to_line(fields)
                                 : concat(told.sentence(options_.outputs.output), ", calibrated on ",
                                          made_.calibration_pictures, " pictures\n")));
    return kDone;
  }

  Result<quantize::Decisions> decisions_of(const graph::Recipe& recipe) const {
    return session::find_decisions(*network_, recipe, made_.network.ranges8, made_.network.ranges16, 16);
  }

  // The float network's value, or, by the paper's protocol, that of 8-bit weights where these alone lose 0.1.
  Result<quantize::Tolerance> tolerance(session::EngineEvaluator& engine) {
    quantize::Tolerance found{.metric = metric_of(options_), .epsilon = options_.epsilon};
    if (!made_.without_originals.empty() && found.metric != quantize::Metric::kFidelity) {
      found.metric = quantize::Metric::kFidelity;
      console_.warn(concat(made_.without_originals, ": quality is PSNR against the float network's output"));
    }
    if (found.metric == quantize::Metric::kFidelity) {
      found.reference = options_.fidelity_db.value_or(kUsualFidelityDb);
      found.epsilon = 0;
      return found;
    }
    found.reference = value_of(engine.reference(), found.metric);
    if (options_.protocol != "paper") return found;
    constexpr double kWeightsAloneDb = 0.1;
    NAWQ_TRY(const plan::Program w8, made_.network.floating_program(made_.network.rounded));
    NAWQ_TRY(const quantize::Score score, engine.evaluate(w8, {}));
    if (engine.reference().psnr_db - score.psnr_db >= kWeightsAloneDb) {  // whatever the metric
      found.reference = value_of(score, found.metric);
      console_.note("8-bit weights alone lose 0.1 dB or more: the tolerance is against these");
    }
    return found;
  }

  Result<std::unique_ptr<quantize::CostModel>> cost_model() {
    if (options_.cost == "bops") return std::make_unique<quantize::BopsCost>();
    if (options_.target == "cpu") {
      NAWQ_TRY(std::vector<quantize::LayerTimes> times,
               session::layer_times(made_.network, made_.pictures.front().padded, isa_, *team_));
      return std::make_unique<quantize::MeasuredTimeCost>(std::move(times));
    }
    NAWQ_TRY(quantize::TargetTimeCost cost, quantize::TargetTimeCost::create(*target_));
    return std::make_unique<quantize::TargetTimeCost>(std::move(cost));
  }

  Result<session::SearchRequest> search_request(const quantize::Tolerance& wanted) const {
    session::SearchRequest request{.optimizer = *session::find_optimizer(options_.optimizer),
                                   .tolerance = wanted,
                                   .followers = options_.free_layers == "16" ? quantize::Followers::kSixteen
                                                                             : quantize::Followers::kReaders,
                                   .seed = options_.preparation.seed,
                                   .dre_overhead = session::dre_overhead(made_.network),
                                   .wants_layers = !options_.outputs.report.empty()};
    if (options_.budget_evaluations > 0) request.budget.evaluations = options_.budget_evaluations;
    request.budget.seconds = options_.budget_seconds;
    NAWQ_TRY(request.dre, dre_request(options_));
    for (const std::string& tensor : session::read_tensors(made_.network)) {
      const auto rate = made_.clip_rates.find(tensor);
      request.clip_rates.push_back(rate == made_.clip_rates.end() ? 0 : rate->second);
    }
    return request;
  }

  // What earlier runs left may take a quarter of the memory, and no more than a gibibyte.
  Result<session::EvaluatorOptions> measured() const {
    constexpr std::int64_t kMostBytes = std::int64_t{1} << 30;
    NAWQ_TRY(const std::int64_t limit_bytes, memory_limit(options_.preparation.run));
    return session::EvaluatorOptions{
        .with_ssim = options_.metric == "ssim" || !options_.outputs.report.empty(),
        .cache_bytes = std::min(kMostBytes, limit_bytes / 4)};
  }

  Result<ExitCode> search_curve() {
    NAWQ_CHECK(prepare(true));
    NAWQ_TRY(const session::EvaluatorOptions how, measured());
    session::EngineEvaluator engine(made_.network, made_.pictures, isa_, *team_, how);
    NAWQ_TRY(const quantize::Tolerance wanted, tolerance(engine));
    if (wanted.metric == quantize::Metric::kFidelity)
      return fail(ErrorKind::kUsage, "--curve needs originals: give them with --calib");
    NAWQ_TRY(const std::unique_ptr<quantize::CostModel> cost, cost_model());
    NAWQ_TRY(const session::SearchRequest request, search_request(wanted));
    console_.begin("searching", 1);
    NAWQ_TRY(const session::QualityCurve curve,
             session::search_quality_curve(
                 made_.network,
                 [&] {
                   return std::make_unique<session::EngineEvaluator>(made_.network, made_.pictures, isa_,
                                                                     *team_, how);
                 },
                 *cost, request, options_.curve, static_cast<std::size_t>(options_.curve_mixes),
                 [&](double done, const quantize::MeasuredPoint& last) {
                   show(done, last, wanted);
                   return true;
                 }));
    console_.end();
    const CurveFacts facts{name(), options_.optimizer, made_.network.layers, wanted};
    NAWQ_CHECK(print(says_json() ? to_line(curve_json(curve, facts)) : curve_text(curve, facts)));
    return kDone;
  }

  Result<ExitCode> search() {
    NAWQ_CHECK(dre_request(options_));
    NAWQ_CHECK(prepare(true));
    NAWQ_TRY(const session::EvaluatorOptions how, measured());
    session::EngineEvaluator engine(made_.network, made_.pictures, isa_, *team_, how);
    NAWQ_TRY(const quantize::Tolerance wanted, tolerance(engine));
    NAWQ_TRY(const std::unique_ptr<quantize::CostModel> cost, cost_model());
    NAWQ_TRY(const session::SearchRequest request, search_request(wanted));
    NAWQ_TRY(std::string key, session::search_key(made_.network, made_.pictures));
    KeptEvaluator evaluator(engine, std::move(key), options_.outputs.output + ".search");
    if (options_.resume) {
      NAWQ_CHECK(evaluator.load());
    } else if (evaluator.file_exists()) {
      console_.warn(
          concat(evaluator.file(), ": an earlier search is given up; --resume would go on with it"));
    }
    console_.begin("searching", 1);
    NAWQ_TRY(const session::SearchOutcome outcome,
             session::search_wordlengths(made_.network, evaluator, *cost, request,
                                         [&](double done, const quantize::MeasuredPoint& last) {
                                           show(done, last, wanted);
                                           return true;
                                         }));
    console_.end();
    for (const std::string& note : outcome.notes) console_.warn(note);
    if (outcome.holds) NAWQ_CHECK(finish(outcome, wanted, *cost));
    evaluator.remove_file();
    if (!outcome.holds) return session::missed_tolerance(made_.network, outcome, wanted);
    return kDone;
  }

  void show(double done, const quantize::MeasuredPoint& last, const quantize::Tolerance& wanted) {
    const std::string text =
        concat(last.label, ": ", fixed(bops_reduction(made_.network.layers, last.assignment), 3), "x, loses ",
               fixed(wanted.loss_of(last.score), 4), unit_of(wanted.metric));
    console_.advance(0, text, done);
    console_.note(text);
  }

  Status finish(const session::SearchOutcome& outcome, const quantize::Tolerance& wanted,
                const quantize::CostModel& cost) {
    NAWQ_TRY(const graph::Recipe recipe, made_.network.recipe(outcome.assignment));
    NAWQ_TRY(const quantize::Decisions decisions, decisions_of(recipe));
    std::optional<session::QuantizationReport> report;
    if (!options_.outputs.report.empty()) {
      NAWQ_TRY(report, session::make_report({.network = made_.network,
                                             .pictures = made_.pictures,
                                             .outcome = outcome,
                                             .tolerance = wanted,
                                             .cost = cost,
                                             .clip_rates = made_.clip_rates,
                                             .isa = isa_,
                                             .team = *team_}));
      complete(*report, outcome);
    }
    NAWQ_CHECK(write(recipe, decisions, report));
    return tell(recipe, outcome, wanted, cost);
  }

  void complete(session::QuantizationReport& report, const session::SearchOutcome& outcome) const {
    report.version = kVersion;
    report.command = command_line(options_, outcome);
    report.optimizer = options_.optimizer;
    report.target = options_.target;
    report.calibration_seconds = made_.calibration_seconds;
    report.weights_seconds = made_.weights_seconds;
    report.calibration_pictures = made_.calibration_pictures;
  }

  Status tell(const graph::Recipe& recipe, const session::SearchOutcome& outcome,
              const quantize::Tolerance& wanted, const quantize::CostModel& cost) {
    const Told told{*network_, recipe};
    const double reduction = bops_reduction(made_.network.layers, outcome.assignment);
    const double value = value_of(outcome.score, wanted.metric);
    double float_psnr_db = 0;
    for (const session::ReferencePicture& picture : made_.pictures)
      float_psnr_db += picture.float_psnr_db / static_cast<double>(made_.pictures.size());
    json fields = told.fields();
    fields.update({{"bops_reduction", reduction},
                   {"metric", wanted.metric == quantize::Metric::kFidelity ? "fidelity" : options_.metric},
                   {"q_ref", finite_or_null(wanted.reference)},
                   {"q", finite_or_null(value)},
                   {"psnr_drop_db", finite_or_null(float_psnr_db - outcome.score.psnr_db)},
                   {"q_ref_db", finite_or_null(float_psnr_db)},
                   {"q_db", finite_or_null(outcome.score.psnr_db)},
                   {"epsilon", wanted.epsilon},
                   {"all8_db", finite_or_null(outcome.all8.psnr_db)},
                   {"all16_db", finite_or_null(outcome.all16.psnr_db)},
                   {"cost", cost.name()},
                   {"search_seconds", outcome.search_seconds},
                   {"evaluations", outcome.evaluations},
                   {"budget_evaluations", outcome.budget_evaluations},
                   {"violations", outcome.violations},
                   {"full_network_runs", outcome.work},
                   {"optimizer", options_.optimizer},
                   {"calibration_pictures", made_.calibration_pictures},
                   {"search_pictures", made_.pictures.size()},
                   {"calibration_seconds", made_.calibration_seconds},
                   {"weights_seconds", made_.weights_seconds},
                   {"output", options_.outputs.output}});
    if (outcome.additivity)
      fields["additivity"] = {{"mixes", outcome.additivity->points},
                              {"mean", outcome.additivity->mean},
                              {"spread", outcome.additivity->spread}};
    if (says_json()) return print(to_line(fields));
    return print(concat(
        told.sentence(options_.outputs.output), "\nBOPs ", fixed(reduction, 3), "x below 16 bits; ",
        wanted.metric == quantize::Metric::kFidelity
            ? concat("PSNR against the float network ", fixed(value, 2), " dB, ", fixed(wanted.reference, 2),
                     " asked for")
            : concat(options_.metric, ' ', fixed(value, 4), unit_of(wanted.metric), ", ",
                     fixed(wanted.reference - value, 4), " below the float network's, ",
                     fixed(wanted.epsilon, 4), " allowed"),
        " (on ", made_.pictures.size(), " pictures", made_.has_own_pictures ? " that gave no ranges" : "",
        ")\n", outcome.evaluations, " assignments measured in ", fixed(outcome.search_seconds, 1), " s\n",
        options_.target == "cpu"
            ? "for NPUs behind ONNX Runtime, whose layers read and write one wordlength: "
              "--target qnn --input-size WxH\n"
            : ""));
  }

  QuantizeOptions options_;
  Console& console_;
  Isa isa_ = Isa::kScalar;
  std::unique_ptr<ThreadTeam> team_;
  std::unique_ptr<session::Network> network_;
  std::optional<graph::Target> target_;  // another than this machine
  Preparation made_;
};

}  // namespace

Command add_quantize(CLI::App& parent) {
  auto options = std::make_shared<QuantizeOptions>();
  CLI::App* app = parent.add_subcommand(
      "quantize", "Turn a float network into one of 8- and 16-bit activations that keeps a stated quality");
  add_quantize_options(*app, *options);
  app->footer(
      "Examples:\n"
      "  nawqsr quantize tpsr_x4.onnx --calib photos/ --epsilon 0.05 -o tpsr.onnx --report tpsr.html\n"
      "  nawqsr quantize tpsr_x4.onnx --calib photos/ --optimizer wlopt --dre-energy 0.5 -o tpsr.onnx\n"
      "  nawqsr quantize tpsr_x4.onnx --calib photos/ --uniform 8 -o tpsr_int8.onnx");
  return {app, [options]() -> int {
            Console console(options->preparation.run.progress, options->preparation.run.verbose);
            return run_command(console, [&](Console& to) { return Quantizer(*options, to).run(); });
          }};
}

}  // namespace nawq::cli
