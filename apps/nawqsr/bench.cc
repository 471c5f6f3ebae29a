// `nawqsr bench MODEL`: how fast, and how much of what this machine could do that is.
#include "session/bench.h"

#include <algorithm>

#include "base/cpu.h"
#include "base/memory.h"
#include "base/text.h"
#include "nawqsr/columns.h"
#include "nawqsr/command.h"
#include "nawqsr/json_output.h"
#include "nawqsr/plan_model.h"
#include "nawqsr/run_command.h"
#include "session/plan_network.h"

namespace nawq::cli {
namespace {

using nlohmann::json;

struct Options {
  ModelOptions model;
  RunOptions run;
  std::string size = "320x180";
  std::string upsample = "store";
  int runs = 20;
  bool layers = false;
};

struct Subject {
  std::string model, precision, isa, upsample;
  int threads = 1;
};

std::string percent(double share) { return concat(fixed(share * 100, 1), " %"); }

std::string layer_table(const session::BenchResult& result) {
  std::string out = concat(right("us", 10), right("share", 9), right("GMAC/s", 9), right("of peak", 9),
                           right("bits", 6), "  layer\n");
  for (const session::LayerTime& layer : result.layers)
    out += concat(right(fixed(layer.median_us, 0), 10),
                  right(percent(layer.median_us / 1e3 / result.median_ms), 9),
                  right(layer.gmac_per_s > 0 ? fixed(layer.gmac_per_s, 1) : "", 9),
                  right(layer.peak_fraction > 0 ? percent(layer.peak_fraction) : "", 9),
                  right(concat(layer.wordlength), 6), "  ", layer.name, " (", layer.kind, ")\n");
  return out + "\n";
}

std::string to_text(const Subject& subject, const session::BenchResult& result, bool layers) {
  return concat(
      layers ? layer_table(result) : "", subject.model, " ", subject.precision, ", ", result.picture.width_px,
      "x", result.picture.height_px, ", ", subject.threads, subject.threads == 1 ? " thread, " : " threads, ",
      subject.isa, subject.upsample == "store" ? "" : concat(", pixel shuffle ", subject.upsample), '\n',
      "median ", fixed(result.median_ms, 2), " ms, best ", fixed(result.min_ms, 2), " ms, ",
      fixed(result.gmac, 2), " GMAC, ", fixed(result.gmac_per_s, 0), " GMAC/s\n", "machine peaks: 8 bits ",
      fixed(result.peaks.a8, 0), ", 16 bits ", fixed(result.peaks.a16, 0), ", float32 ",
      fixed(result.peaks.f32, 0), " GMAC/s; this is ", percent(result.peak_fraction),
      " of the peak of its layers\n", "activations ",
      bytes_text(static_cast<double>(result.activation_bytes)), ", packed weights ",
      bytes_text(static_cast<double>(result.weights_bytes)), ", bound in ", fixed(result.bind_ms, 2),
      " ms, peak resident ", bytes_text(static_cast<double>(peak_resident_bytes())), '\n');
}

json to_json(const Subject& subject, const session::BenchResult& result) {
  json layers = json::array();
  for (const session::LayerTime& layer : result.layers)
    layers.push_back({{"name", layer.name},
                      {"kind", layer.kind},
                      {"bits", layer.wordlength},
                      {"macs", layer.macs},
                      {"converts_only", layer.converts_only},
                      {"median_us", layer.median_us},
                      {"gmac_per_s", layer.gmac_per_s},
                      {"peak_fraction", layer.peak_fraction}});
  return {
      {"model", subject.model},
      {"input", {result.picture.width_px, result.picture.height_px}},
      {"threads", subject.threads},
      {"isa", subject.isa},
      {"precision", subject.precision},
      {"upsample", subject.upsample},
      {"median_ms", result.median_ms},
      {"min_ms", result.min_ms},
      {"gmac", result.gmac},
      {"gmac_per_s", result.gmac_per_s},
      {"peak_gmac_per_s", {{"a8", result.peaks.a8}, {"a16", result.peaks.a16}, {"f32", result.peaks.f32}}},
      {"peak_fraction", result.peak_fraction},
      {"layers_ms", result.layers_ms},
      {"between_layers_ms", result.between_layers_ms},
      {"bind_ms", result.bind_ms},
      {"activation_bytes", result.activation_bytes},
      {"weights_bytes", result.weights_bytes},
      {"rss_bytes", peak_resident_bytes()},
      {"layers", layers}};
}

Result<ExitCode> run_bench(const Options& options, Console& console) {
  session::BenchOptions bench{.picture = {}, .runs = options.runs};
  NAWQ_TRY(bench.picture, parse_extent(options.size));
  NAWQ_TRY(const Isa isa, choose_isa());
  NAWQ_TRY(ThreadTeam team, start_threads(options.run));
  NAWQ_TRY(session::PlannedModel planned, plan_model(options.model, isa, team, console));
  NAWQ_TRY(planned.program, session::with_upsampling(std::move(planned.program), options.upsample));
  console.begin("measuring", 1);
  NAWQ_TRY(const session::BenchResult result,
           session::bench(planned.program, bench, isa, team, [&](double done) {
             console.advance(0, planned.program.name, done);
             return true;
           }));
  console.end();
  const Subject subject{.model = planned.program.name,
                        .precision = std::string(session::precision_of(planned.program)),
                        .isa = std::string(isa_name(isa)),
                        .upsample = options.upsample,
                        .threads = team.size()};
  NAWQ_CHECK(
      print(options.run.json ? to_line(to_json(subject, result)) : to_text(subject, result, options.layers)));
  return kDone;
}

}  // namespace

Command add_bench(CLI::App& parent) {
  auto options = std::make_shared<Options>();
  CLI::App* app =
      parent.add_subcommand("bench", "Measure speed, whole and per layer, beside the machine's peak");
  add_model_options(*app, options->model, true);
  add_dre_option(*app, options->model);
  app->add_option("--size", options->size, "Picture to upscale (default: 320x180)");
  app->add_option("--runs", options->runs, "Timed runs; the median counts (default: 20)")
      ->check(CLI::Range(1, 100000));
  app->add_option("--upsample", options->upsample,
                  "How the last pixel shuffle is done: store: where it is computed; 4d: a pass over a "
                  "tensor; 6d: by a "
                  "second full-size copy (default: store)")
      ->check(CLI::IsMember({"store", "4d", "6d"}));
  app->add_flag("--layers", options->layers, "A line for every layer");
  add_run_options(*app, options->run);
  app->footer(
      "Examples:\n  nawqsr bench tpsr_x4.onnx --precision int8 --layers\n  nawqsr bench model.nawq --size "
      "1920x1080 "
      "--json");
  return {app, [options]() -> int {
            Console console(options->run.progress, options->run.verbose);
            return run_command(console, [&](Console& to) { return run_bench(*options, to); });
          }};
}

}  // namespace nawq::cli
