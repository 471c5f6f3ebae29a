// `nawqsr analyze MODEL --calib DIR`: what each layer by itself loses at 8 bits.
#include <algorithm>
#include <filesystem>
#include <memory>

#include "base/text.h"
#include "media/pending_output.h"
#include "nawqsr/command.h"
#include "nawqsr/input_list.h"
#include "nawqsr/json_output.h"
#include "nawqsr/prepare_quantization.h"
#include "nawqsr/resilience_chart.h"
#include "nawqsr/resilience_table.h"
#include "nawqsr/run_command.h"
#include "session/engine_evaluator.h"
#include "session/quantization.h"
#include "session/read_tensors.h"

namespace nawq::cli {
namespace {

using nlohmann::json;

struct Options {
  PreparationOptions preparation;
  std::string metric = "psnr", chart, dre_rule = "text";
  double dre_energy = 0.5;
};

class Analyzer {
 public:
  Analyzer(const Options& options, Console& console) : options_(options), console_(console) {}

  Result<ExitCode> run() {
    NAWQ_CHECK(check_chart());
    NAWQ_TRY(isa_, choose_isa());
    NAWQ_TRY(ThreadTeam team, start_threads(options_.preparation.run));
    NAWQ_TRY(const session::Network network, open_float_network(options_.preparation.model, team, console_));
    NAWQ_TRY(made_, prepare_quantization(network, options_.preparation, true, isa_, team, console_));
    NAWQ_TRY(const quantize::Resilience found, measure(team));
    const ResilienceTable table = table_of(found);
    if (!options_.chart.empty())
      NAWQ_CHECK(media::write_text(options_.chart, resilience_chart(network.info().name, table)));
    NAWQ_CHECK(print(options_.preparation.run.json ? to_line(fields(found, table)) : text(found, table)));
    return kDone;
  }

 private:
  Status check_chart() const {
    const std::string& chart = options_.chart;
    if (chart.empty()) return {};
    if (std::filesystem::path(chart).extension() != ".svg")
      return fail(ErrorKind::kUsage, concat(chart, ": a chart ends in .svg"));
    const std::string& model = options_.preparation.model.path;
    if (!model.empty() && same_file(model, chart))
      return fail(ErrorKind::kUsage, concat(chart, ": is the model itself"));
    return media::check_output_path(chart);
  }

  quantize::Metric metric() const {
    if (!made_.without_originals.empty()) return quantize::Metric::kFidelity;
    return options_.metric == "ssim" ? quantize::Metric::kSsim : quantize::Metric::kPsnr;
  }

  Result<quantize::Resilience> measure(ThreadTeam& team) {
    if (!made_.without_originals.empty())
      console_.warn(concat(made_.without_originals, ": quality is PSNR against the float network's output"));
    session::EngineEvaluator engine(made_.network, made_.pictures, isa_, team,
                                    {.with_ssim = options_.metric == "ssim"});
    reference_ = engine.reference();
    const quantize::BopsCost cost;
    const quantize::SearchProblem problem{
        .layers = made_.network.layers, .evaluator = engine, .cost = cost, .tolerance = {.metric = metric()}};
    console_.begin("analyzing", 1);
    auto found = measure_resilience(problem, true, [&](double done, const quantize::MeasuredPoint& last) {
      console_.advance(0, last.label, done);
      return true;
    });
    console_.end();
    return found;
  }

  std::vector<std::size_t> selected(const quantize::Resilience& found) const {
    return select_dre(
        found, options_.dre_energy,
        options_.dre_rule == "listing" ? quantize::DreRule::kListing : quantize::DreRule::kText);
  }

  ResilienceTable table_of(const quantize::Resilience& found) const {
    const std::vector<quantize::Layer>& layers = made_.network.layers;
    const std::vector<std::string> tensors = session::read_tensors(made_.network);
    const std::vector<std::size_t> chosen = selected(found);
    const double macs = total_macs(layers);
    ResilienceTable table{.metric = metric(), .rows = {}};
    for (const std::size_t i : by_drop(found)) {
      const quantize::LayerResilience& measured = found.layers[i];
      const quantize::Layer& layer = layers[measured.layer];
      ResilienceRow& row = table.rows.emplace_back();
      row.name = layer.name;
      row.op = layer.op;
      row.macs = layer.macs;
      row.macs_share = macs > 0 ? static_cast<double>(layer.macs) / macs : 0;
      row.loss = measured.at_8bit;
      row.with_dre = measured.at_8bit_dre;
      row.selected = std::ranges::find(chosen, measured.layer) != chosen.end();
      describe_input(tensors[measured.layer], row);
    }
    return table;
  }

  void describe_input(const std::string& tensor, ResilienceRow& row) const {
    if (const auto range = made_.network.ranges8.find(tensor); range != made_.network.ranges8.end()) {
      row.range_min = range->second.min;
      row.range_max = range->second.max;
    }
    if (const auto rate = made_.clip_rates.find(tensor); rate != made_.clip_rates.end())
      row.clip_rate = rate->second;
  }

  json fields(const quantize::Resilience& found, const ResilienceTable& table) const {
    json chosen = json::array();
    for (const ResilienceRow& row : table.rows)
      if (row.selected) chosen.push_back(row.name);
    return {{"model", made_.network.facts.name},
            {"metric", name_of(table.metric)},
            {"float_value", finite_or_null(value_of(reference_, table.metric))},
            {"all16_value", finite_or_null(value_of(found.all16, table.metric))},
            {"all16_error", found.all16.error},
            {"evaluations", found.evaluations},
            {"calibration_pictures", made_.calibration_pictures},
            {"search_pictures", made_.pictures.size()},
            {"held_out", made_.has_own_pictures},
            {"dre_energy", options_.dre_energy},
            {"dre_layers", chosen},
            {"layers", table_json(table)}};
  }

  std::string text(const quantize::Resilience& found, const ResilienceTable& table) const {
    const auto chosen = std::ranges::count_if(table.rows, &ResilienceRow::selected);
    return concat(table_text(table), "\ndrop, error: with only this layer in 8 bits, against all in 16 (",
                  fixed(value_of(found.all16, table.metric), 4), *unit_of(table.metric) == 0 ? "" : " ",
                  unit_of(table.metric),
                  "); with DRE: its range found on every picture\nclipped: of what it reads, on ",
                  made_.pictures.size(), " pictures",
                  made_.has_own_pictures ? " that gave no ranges" : " that gave the ranges too",
                  "\n*: selected by --dre-energy ", options_.dre_energy, " (", chosen, " of ",
                  table.rows.size(), " layers)\n");
  }

  const Options& options_;
  Console& console_;
  Isa isa_ = Isa::kScalar;
  Preparation made_;
  quantize::Score reference_;
};

}  // namespace

Command add_analyze(CLI::App& parent) {
  auto options = std::make_shared<Options>();
  CLI::App* app = parent.add_subcommand(
      "analyze", "Measure what each layer by itself loses at 8 bits, and which want run-time ranges");
  add_preparation_options(*app, options->preparation);
  app->add_option("--metric", options->metric, "What is measured on the originals, on luma (default: psnr)")
      ->check(CLI::IsMember({"psnr", "ssim"}));
  app->add_option("--dre-energy", options->dre_energy,
                  "Mark the layers that hold this share (0..1) of what 8 bits lose (default: 0.5)")
      ->check(CLI::Range(0.0, 1.0));
  app->add_option("--dre-rule", options->dre_rule,
                  "Up to the layer that reaches the share (text), or while it is not passed (listing)")
      ->check(CLI::IsMember({"text", "listing"}));
  app->add_option("--chart", options->chart, "Bars of all layers, *.svg");
  app->footer(
      "Examples:\n"
      "  nawqsr analyze tpsr_x4.onnx --calib photos/\n"
      "  nawqsr analyze tpsr_x4.onnx --calib photos/ --dre-energy 0.25 --chart tpsr.svg --json");
  return {app, [options]() -> int {
            Console console(options->preparation.run.progress, options->preparation.run.verbose);
            return run_command(console, [&](Console& to) { return Analyzer(*options, to).run(); });
          }};
}

}  // namespace nawq::cli
