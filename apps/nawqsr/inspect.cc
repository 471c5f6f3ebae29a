// `nawqsr inspect MODEL`: layers, work, memory, what the network looks at, and everything in it that cannot
// be run.
#include "session/inspect.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "nawqsr/columns.h"
#include "nawqsr/command.h"
#include "nawqsr/inspect_schedule.h"
#include "nawqsr/json_output.h"
#include "nawqsr/options.h"
#include "nawqsr/run_command.h"

namespace nawq::cli {
namespace {

using nlohmann::json;

struct Options {
  ModelOptions model;
  RunOptions run;
  std::string size;
  bool dump = false;
  std::int64_t tile_px = 0;
  bool schedule = false;
  ScheduleRequest request;
};

std::string giga(std::int64_t count) { return fixed(static_cast<double>(count) / 1e9, 3); }

std::string layer_table(const session::Inspection& result) {
  std::string out = concat(left("op", 18), left("output", 20), right("GMAC", 9), right("bits", 6),
                           right("part", 6), "  layer\n");
  for (const session::LayerRow& layer : result.layers)
    out += concat(left(layer.op, 18), left(layer.shape, 20), right(layer.macs > 0 ? giga(layer.macs) : "", 9),
                  right(concat(layer.bits, layer.dre ? "d" : ""), 6), right(concat(layer.partition), 6), "  ",
                  layer.name, layer.fused_into.empty() ? "" : "  (in the epilogue before it)", '\n');
  if (std::ranges::any_of(result.layers, &session::LayerRow::dre))
    out += "d: the ranges of what it reads are found on every picture\n";
  return out + "\n";
}

std::string mebi(std::int64_t bytes) { return bytes_text(static_cast<double>(bytes)); }

// Where a picture is not done in one piece, why, and what it costs.
std::string tiles_text(const session::Inspection& result) {
  if (!result.tiles || result.tiles->tiles == 1) return {};
  const session::TileExplanation& tiles = *result.tiles;
  std::string text =
      concat("in ", tiles.tiles, " tiles of ", tiles.tile.width_px, "x", tiles.tile.height_px, " and ",
             tiles.phases, tiles.phases == 1 ? " phase: " : " phases: ", mebi(tiles.tensor_bytes),
             " for tensors, ", mebi(tiles.picture_bytes), " for pictures, ", mebi(tiles.file_bytes),
             " in a temporary file; ", fixed(tiles.extra_work * 100, 1), " % more work than in one piece\n");
  for (const session::CrossingTensor& tensor : tiles.crossing)
    text += concat(
        "  ",
        left(tensor.keeping == "recomputed" ? "computed again" : concat("kept in ", tensor.keeping), 15),
        right(mebi(tensor.bytes), 10), "  ", tensor.name, '\n');
  return text;
}

json tiles_json(const session::Inspection& result) {
  if (!result.tiles) return nullptr;
  const session::TileExplanation& tiles = *result.tiles;
  json crossing = json::array();
  for (const session::CrossingTensor& tensor : tiles.crossing)
    crossing.push_back({{"name", tensor.name}, {"keeping", tensor.keeping}, {"bytes", tensor.bytes}});
  return {{"tile", {tiles.tile.width_px, tiles.tile.height_px}},
          {"tiles", tiles.tiles},
          {"phases", tiles.phases},
          {"tensor_bytes", tiles.tensor_bytes},
          {"picture_bytes", tiles.picture_bytes},
          {"file_bytes", tiles.file_bytes},
          {"extra_work", tiles.extra_work},
          {"crossing", crossing}};
}

std::string memory_text(const session::Inspection& result) {
  return concat("peak activations ", bytes_text(static_cast<double>(result.peak_activation_bytes)), ", ",
                result.precision, " in ", result.partitions,
                result.partitions == 1 ? " partition\n" : " partitions\n", tiles_text(result));
}

std::string to_text(const session::NetworkInfo& info, const session::Inspection& result,
                    session::Extent size) {
  const auto field = result.receptive_field_px;
  return concat(
      layer_table(result), info.name, ": x", info.scale, ", ",
      info.channels == 1                          ? "luma"
      : info.colour == session::ColourOrder::kBgr ? "BGR"
                                                  : "RGB",
      " 0..", static_cast<int>(info.input_range), ", opset ", info.opset, '\n', result.layers.size(),
      " layers, ", giga(result.macs), " GMAC at ", size.width_px, "x", size.height_px, ", ", result.weights,
      " weights (", bytes_text(static_cast<double>(result.weights_bytes)), ")\nreceptive field ",
      field ? concat(*field, " pixels") : "the whole picture", ", ", memory_text(result),
      result.not_on_engine.empty() ? "" : concat("only on the slow reference: ", result.not_on_engine, '\n'));
}

json to_json(const std::string& name, std::int64_t scale, const session::Inspection& result) {
  json layers = json::array();
  for (const session::LayerRow& layer : result.layers)
    layers.push_back({{"name", layer.name},
                      {"op", layer.op},
                      {"shape", layer.shape},
                      {"macs", layer.macs},
                      {"bits", layer.bits},
                      {"dre", layer.dre},
                      {"partition", layer.partition},
                      {"fused_into", layer.fused_into.empty() ? json(nullptr) : json(layer.fused_into)}});
  return {{"model", name},
          {"scale", scale},
          {"layers", layers},
          {"macs", result.macs},
          {"receptive_field", result.receptive_field_px ? json(*result.receptive_field_px) : json(nullptr)},
          {"partitions", result.partitions},
          {"weights", result.weights},
          {"weights_bytes", result.weights_bytes},
          {"peak_activation_bytes", result.peak_activation_bytes},
          {"precision", result.precision},
          {"on_engine", result.not_on_engine.empty()},
          {"tiles", tiles_json(result)},
          {"unsupported", json::array()}};
}

json to_json(const session::NetworkInfo& info, const session::Inspection& result) {
  json all = to_json(info.name, info.scale, result);
  all.update({{"channels", info.channels},
              {"input_range", static_cast<int>(info.input_range)},
              {"colour", info.colour == session::ColourOrder::kBgr ? "BGR" : "RGB"},
              {"opset", info.opset}});
  return all;
}

// A network that cannot be loaded is still worth a look when single nodes are to blame: all of them are
// listed.
Result<ExitCode> report_unsupported(const std::vector<onnx::Unsupported>& nodes, const Options& options,
                                    Console& console) {
  console.error(
      {ErrorKind::kModel, concat(options.model.path, ": ", nodes.size(),
                                 nodes.size() == 1 ? " node is not supported" : " nodes are not supported")});
  json listed = json::array();
  std::string text;
  for (const onnx::Unsupported& node : nodes) {
    listed.push_back({{"node", node.node}, {"op", node.op_type}, {"reason", node.reason}});
    text += concat("unsupported: node '", node.node, "' (", node.op_type, "): ", node.reason, '\n');
  }
  NAWQ_CHECK(
      print(options.run.json ? to_line({{"model", options.model.path}, {"unsupported", listed}}) : text));
  return kModelFailed;
}

Result<ExitCode> inspect_program(const plan::Program& program, session::Extent size,
                                 const session::UpscaleOptions& upscale, const Options& options) {
  if (options.dump)
    return fail(ErrorKind::kUsage,
                concat("--dump: ", program.name, " is compiled and has no graph any more"));
  NAWQ_TRY(const session::Inspection result, session::inspect(program, size, upscale));
  NAWQ_CHECK(print(options.run.json
                       ? to_line(to_json(program.name, program.scale, result))
                       : concat(layer_table(result), program.name, ": x", program.scale, ", compiled\n",
                                result.layers.size(), " operations, ", giga(result.macs), " GMAC at ",
                                size.width_px, "x", size.height_px, ", ", memory_text(result))));
  return kDone;
}

Result<ExitCode> run_inspect(const Options& options, Console& console) {
  std::optional<session::Extent> wanted;
  if (!options.size.empty()) {
    NAWQ_TRY(wanted, parse_extent(options.size));
  }
  if (options.schedule) return inspect_schedule(options.model, options.run, options.request, wanted, console);
  NAWQ_TRY(const session::ModelRequest request, model_request(options.model, std::nullopt));
  NAWQ_TRY(ThreadTeam team, start_threads(options.run));
  session::UpscaleOptions upscale{.tile_px = options.tile_px};
  if (!options.run.max_memory.empty()) {
    NAWQ_TRY(upscale.max_memory_bytes, memory_limit(options.run));
  }
  if (!request.path.empty() && request.path.extension() != ".nawq")
    if (const auto model = onnx::Model::load(request.path))
      if (const auto nodes = session::unsupported_nodes(*model); !nodes.empty())
        return report_unsupported(nodes, options, console);
  NAWQ_TRY(session::Model model, session::open_model(request, team));
  if (const auto* program = std::get_if<plan::Program>(&model))
    return inspect_program(*program, wanted.value_or(session::usual_size(*program)), upscale, options);
  const session::Network& network = *std::get_if<session::Network>(&model);
  for (const std::string& note : network.info().notes) console.warn(note);
  const session::Extent size = wanted.value_or(session::usual_size(network));
  NAWQ_TRY(const session::Inspection result, session::inspect(network, size, upscale));
  std::string text = options.run.json ? to_line(to_json(network.info(), result))
                     : options.dump   ? result.dump
                                      : to_text(network.info(), result, size);
  NAWQ_CHECK(print(text));
  return kDone;
}

}  // namespace

Command add_inspect(CLI::App& parent) {
  auto options = std::make_shared<Options>();
  CLI::App* app =
      parent.add_subcommand("inspect", "Show a network's layers, work and memory, or why it cannot be run");
  add_model_options(*app, options->model, true);
  app->add_option("--size", options->size,
                  "Picture that the figures are for (default: the network's own size, else 320x180)");
  app->add_option("-t,--tile", options->tile_px,
                  "Side of the tiles that the picture is done in (default: 0, "
                  "as large as --max-memory allows)")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1} << 24));
  app->add_flag("--dump", options->dump, "Print the graph after all passes, one line a node");
  CLI::Option* schedule = app->add_flag("--schedule", options->schedule,
                                        "Partitions, their units, and predicted time on a target");
  app->add_option(
         "--target", options->request.target,
         "Machine to predict for: cpu (this one), qnn, sdm865, single-unit, or a JSON file (default: cpu)")
      ->needs(schedule);
  app->add_option("--tiles", options->request.tiles, "Pieces in which a picture is run there (default: 1)")
      ->needs(schedule)
      ->check(CLI::Range(1, 4096));
  add_run_options(*app, options->run);
  app->footer(
      "Examples:\n  nawqsr inspect rfdn_x4.onnx --size 640x360\n"
      "  nawqsr inspect hybrid.onnx --schedule --target sdm865\n"
      "  nawqsr inspect imdn_x4.onnx --size 1920x1080 --max-memory 1G   how the picture is cut to fit");
  return {app, [options]() -> int {
            Console console(options->run.progress, options->run.verbose);
            return run_command(console, [&](Console& to) { return run_inspect(*options, to); });
          }};
}

}  // namespace nawq::cli
