// `nawqsr quantize MODEL --calib DIR --uniform 8|16 -o OUT.onnx`.
#include <fnmatch.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <random>
#include <set>

#include "base/cpu.h"
#include "base/text.h"
#include "media/pending_output.h"
#include "media/picture.h"
#include "nawqsr/command.h"
#include "nawqsr/json_output.h"
#include "nawqsr/measure_memory.h"
#include "nawqsr/model_output.h"
#include "nawqsr/options.h"
#include "nawqsr/pictures_below.h"
#include "nawqsr/run_command.h"
#include "nawqsr/version.h"
#include "session/calibration.h"
#include "session/inspect.h"
#include "session/model_library.h"
#include "session/quantized_network.h"

namespace nawq::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  ModelOptions model;
  RunOptions run;
  std::vector<std::string> calibration, keep16;
  std::string output, dre = "none";
  int bits = 0, pictures = 0, max_rank = 0;
  unsigned seed = 1;
};

// Layers whose names match one of the patterns (* and ? as in file names). kUsage for a pattern without one.
Result<std::set<std::string>> matching_layers(const session::Network& network, const char* option,
                                              const std::vector<std::string>& patterns) {
  std::set<std::string> layers;
  if (patterns.empty()) return layers;
  NAWQ_TRY(const session::Inspection network_layers,
           session::inspect(network, session::usual_size(network), {}));
  for (const std::string& pattern : patterns) {
    const std::size_t before = layers.size();
    for (const session::LayerRow& layer : network_layers.layers)
      if (fnmatch(pattern.c_str(), layer.name.c_str(), 0) == 0) layers.insert(layer.name);
    if (layers.size() == before)
      return fail(ErrorKind::kUsage, concat(option, ": no layer of ", network.info().name, " is called '",
                                            pattern, "' (see `nawqsr inspect`)"));
  }
  return layers;
}

// all, none, or what the parts between commas match.
Result<quantize::DreLayers> dre_layers(const session::Network& network, const std::string& dre) {
  if (dre == "none") return quantize::DreLayers{};
  if (dre == "all") return quantize::DreLayers{.all = true};
  std::vector<std::string> patterns(1);
  for (const char letter : dre)
    if (letter == ',')
      patterns.emplace_back();
    else
      patterns.back() += letter;
  NAWQ_TRY(std::set<std::string> names, matching_layers(network, "--dre", patterns));
  return quantize::DreLayers{.names = std::move(names)};
}

// All pictures, or as many as wished, drawn with the seed.
Result<std::vector<fs::path>> choose_pictures(const Options& options) {
  std::vector<fs::path> files;
  for (const std::string& folder : options.calibration) {
    NAWQ_TRY(const std::vector<fs::path> found, pictures_below(folder));
    files.insert(files.end(), found.begin(), found.end());
  }
  const auto wanted = static_cast<std::size_t>(options.pictures);
  if (wanted == 0 || wanted >= files.size()) return files;
  std::mt19937 random(options.seed);
  for (std::size_t i = 0; i < wanted; ++i) std::swap(files[i], files[i + random() % (files.size() - i)]);
  files.resize(wanted);
  return files;
}

Status calibrate(const std::vector<fs::path>& files, std::int64_t scale, std::int64_t max_memory_bytes,
                 session::Calibration& calibration, Console& console) {
  console.begin("calibrating", static_cast<std::int64_t>(files.size()));
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string name = files[i].string();
    NAWQ_CHECK(check_measure_memory(files[i], max_memory_bytes));
    NAWQ_TRY(const media::Picture picture, media::read_picture(files[i]));
    NAWQ_TRY(const Image small, session::degrade(picture.image, scale, name));
    if (auto added = calibration.add(small); !added)
      return tl::unexpected<Error>(with_context(added.error(), name));
    console.finish_step(static_cast<std::int64_t>(i), name, "done");
  }
  console.end();
  return calibration.add_flat_pictures();
}

Result<ExitCode> run_quantize(const Options& options, Console& console) {
  if (options.bits == 0) return fail(ErrorKind::kUsage, "give --uniform 8 or --uniform 16");
  if (options.bits == 16 && !options.keep16.empty())
    return fail(ErrorKind::kUsage, "--keep16 goes with --uniform 8");
  if (!options.model.precision.empty())
    return fail(ErrorKind::kUsage, "--precision is for running a network; --uniform says what to write");
  NAWQ_CHECK(check_model_output(options.output, ".onnx", "a quantized network", options.model));
  NAWQ_TRY(const Isa isa, choose_isa());
  NAWQ_TRY(const std::int64_t max_memory_bytes, memory_limit(options.run));
  NAWQ_TRY(ThreadTeam team, start_threads(options.run));
  NAWQ_TRY(const session::ModelRequest request, model_request(options.model, std::nullopt));
  NAWQ_TRY(const session::Network network, session::open_network(request, team));
  for (const std::string& note : network.info().notes) console.warn(concat(network.info().name, ": ", note));
  if (network.model().info().quantized)
    return fail(ErrorKind::kUsage,
                concat(network.info().name, " is quantized already; give the float network"));
  NAWQ_TRY(const std::set<std::string> kept, matching_layers(network, "--keep16", options.keep16));
  NAWQ_TRY(const quantize::DreLayers dre, dre_layers(network, options.dre));
  NAWQ_TRY(const std::vector<fs::path> files, choose_pictures(options));
  NAWQ_TRY(session::Calibration calibration, session::Calibration::start(network, isa, team));
  NAWQ_CHECK(calibrate(files, network.info().scale, max_memory_bytes, calibration, console));
  NAWQ_TRY(const graph::Recipe recipe,
           session::quantize_mixed(network, calibration.ranges(8), calibration.ranges(16),
                                   {.bits = options.bits, .others = kept, .dre = dre}));
  NAWQ_TRY(const std::string bytes, session::export_with(network, recipe, kVersion, options.max_rank != 0));
  NAWQ_CHECK(media::write_text(options.output, bytes));
  const auto in = [&](int bits) {
    return std::ranges::count_if(recipe.wordlengths, [&](const auto& layer) { return layer.second == bits; });
  };
  const auto with_dre = std::ranges::count_if(  // concatenations are there, but no layers
      recipe.dre, [&](const std::string& name) { return recipe.wordlengths.contains(name); });
  NAWQ_CHECK(print(options.run.json ? to_line({{"model", network.info().name},
                                               {"layers", recipe.wordlengths.size()},
                                               {"layers_8bit", in(8)},
                                               {"layers_16bit", in(16)},
                                               {"layers_dre", with_dre},
                                               {"calibration_pictures", files.size()},
                                               {"output", options.output}})
                                    : concat(options.output, ": ", network.info().name, ", ", in(8),
                                             " layers in 8 bits, ", in(16), " in 16, ", with_dre,
                                             " with ranges found on every picture, calibrated on ",
                                             files.size(), " pictures\n")));
  return kDone;
}

}  // namespace

Command add_quantize(CLI::App& parent) {
  auto options = std::make_shared<Options>();
  CLI::App* app =
      parent.add_subcommand("quantize", "Turn a float network into one of 8- and 16-bit activations");
  add_model_options(*app, options->model, true);
  app->add_option("--calib", options->calibration,
                  "Folder of photographs, read recursively; they are made small by the network's scale")
      ->required();
  app->add_option("--uniform", options->bits, "Wordlength of all activations")->check(CLI::IsMember({8, 16}));
  app->add_option("--keep16", options->keep16,
                  "Layers that stay in 16 bits with --uniform 8, by name or pattern such as '*/up_mod*'");
  app->add_option(
      "--dre", options->dre,
      "Layers whose ranges are found on every picture: all, none, or names or patterns with commas "
      "between them; other runtimes use their static ranges (default: none)");
  app->add_option("-o,--output", options->output, "File to write, *.onnx (QDQ, opset 21)")->required();
  app->add_option("--calib-images", options->pictures,
                  "How many photographs, drawn with the seed (default: all)")
      ->check(CLI::Range(1, 1000000));
  app->add_option("--max-rank", options->max_rank,
                  "4: pixel shuffles in the file by operators on at most four dimensions")
      ->check(CLI::IsMember({4}));
  app->add_option("--seed", options->seed, "Of what is drawn (default: 1)");
  add_run_options(*app, options->run);
  app->footer("Example:\n  nawqsr quantize tpsr_x4.onnx --calib photos/ --uniform 8 -o tpsr_int8.onnx");
  return {app, [options]() -> int {
            Console console(options->run.progress, options->run.verbose);
            return run_command(console, [&](Console& to) { return run_quantize(*options, to); });
          }};
}

}  // namespace nawq::cli
