#include "session/network.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "graph/passes/passes.h"
#include "session/probe_range.h"

namespace nawq::session {
namespace {

// Large enough for the pyramids inside attention blocks, small enough to run in milliseconds.
constexpr Extent kProbeSize{64, 48};
// Strides and window sizes of real networks multiply to at most this.
constexpr std::int64_t kLargestGranulePx = 64;

tl::unexpected<Error> not_super_resolution(const graph::Graph& graph) {
  return fail(ErrorKind::kModel,
              concat("is not a super-resolution network: it turns ", graph::to_text(graph.shape(graph.input)),
                     " into ", graph::to_text(graph.shape(graph.output))));
}

// Output size over input size, the same whole number in both directions.
Result<std::int64_t> scale_of(const graph::Graph& graph) {
  const graph::Shape& out = graph.shape(graph.output);
  const graph::Shape& in = graph.shape(graph.input);
  if (out.size() != 4 || out[0] != 1 || out[1] != in[1]) return not_super_resolution(graph);
  const std::int64_t scale = out[2] / in[2];
  if (scale < 1 || out[2] != in[2] * scale || out[3] != in[3] * scale) return not_super_resolution(graph);
  return scale;
}

const std::string* find_metadata(const onnx::ModelInfo& info, const char* key) {
  const auto found = info.metadata.find(key);
  return found == info.metadata.end() ? nullptr : &found->second;
}

Result<std::optional<InputRange>> stated_range(const onnx::ModelInfo& info) {
  const std::string* text = find_metadata(info, "input_range");
  if (!text) return std::nullopt;
  if (*text == "1") return InputRange::kUnit;
  if (*text == "255") return InputRange::kByte;
  return fail(ErrorKind::kModel, concat("metadata input_range is '", *text, "', expected 1 or 255"));
}

Result<std::optional<ColourOrder>> stated_colour(const onnx::ModelInfo& info) {
  const std::string* text = find_metadata(info, "colour");
  if (!text) return std::nullopt;
  std::string upper = *text;
  std::ranges::transform(upper, upper.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
  if (upper == "RGB" || upper == "Y") return ColourOrder::kRgb;
  if (upper == "BGR") return ColourOrder::kBgr;
  return fail(ErrorKind::kModel, concat("metadata colour is '", *text, "', expected RGB or BGR"));
}

Status check_stated_scale(const onnx::ModelInfo& info, std::int64_t scale) {
  const std::string* text = find_metadata(info, "scale");
  if (text && *text != concat(scale))
    return fail(ErrorKind::kModel,
                concat("metadata scale is '", *text, "', but the graph upscales by ", scale));
  return {};
}

}  // namespace

Network::Network(onnx::Model model, NetworkInfo info, Extent probe_size)
    : model_(std::move(model)), info_(std::move(info)), probe_size_(probe_size) {}

Result<Network> Network::load(const std::filesystem::path& path, const NetworkOptions& options,
                              ThreadTeam& team) {
  NAWQ_TRY(auto model, onnx::Model::load(path));
  return interpret(std::move(model), path.stem().string(), options, team);
}

Result<Network> Network::from_bytes(std::span<const std::byte> bytes, std::string name,
                                    const NetworkOptions& options, ThreadTeam& team) {
  NAWQ_TRY(auto model, onnx::Model::parse(bytes, name));
  return interpret(std::move(model), std::move(name), options, team);
}

Result<Network> Network::interpret(onnx::Model model, std::string name, const NetworkOptions& options,
                                   ThreadTeam& team) {
  const onnx::ModelInfo& file = model.info();
  const std::string file_name = file.name;
  const auto in_file = [&](const Error& error) {
    return tl::unexpected<Error>(with_context(error, file_name));
  };

  const bool fixed = file.fixed_width_px > 0 && file.fixed_height_px > 0;
  const Extent probe_size = fixed ? Extent{file.fixed_width_px, file.fixed_height_px} : kProbeSize;
  NetworkInfo info{.name = std::move(name),
                   .channels = file.channels,
                   .opset = file.opset,
                   .producer = file.producer,
                   .notes = {}};

  NAWQ_TRY(auto graph, model.at_size(probe_size.width_px, probe_size.height_px));
  if (auto status = graph::run_passes(graph); !status) return in_file(status.error());
  auto scale = scale_of(graph);
  if (!scale) return in_file(scale.error());
  info.scale = *scale;
  if (auto status = check_stated_scale(file, info.scale); !status) return in_file(status.error());

  auto colour = stated_colour(file);
  if (!colour) return in_file(colour.error());
  info.colour = options.colour.value_or(colour->value_or(ColourOrder::kRgb));
  if (!options.colour && !*colour && info.channels == 3)
    info.notes.push_back("the file does not state its colour order; RGB is assumed (--colour bgr overrides)");

  auto range = stated_range(file);
  if (!range) return in_file(range.error());
  if (options.input_range || *range) {
    info.input_range = options.input_range ? *options.input_range : **range;
  } else {
    auto probed = probe_input_range(graph, team);
    if (!probed) return in_file(probed.error());
    info.input_range = *probed;
    info.notes.push_back(concat("the file does not state its input range; a flat grey picture says 0..",
                                static_cast<int>(*probed), " (--input-range overrides)"));
  }
  return Network(std::move(model), std::move(info), probe_size);
}

bool Network::accepts(Extent size) const {
  const auto graph = model_.at_size(size.width_px, size.height_px);
  if (!graph) return false;
  const auto scale = scale_of(*graph);
  return scale && *scale == info_.scale;
}

Result<Extent> Network::accepted_size(Extent picture) const {
  if (accepts(picture)) return picture;
  // One direction at a time, beside the other direction's known good size.
  const auto grow = [&](std::int64_t from, std::int64_t good, auto with) -> std::int64_t {
    const std::int64_t last = std::max(from + kLargestGranulePx, good);
    for (std::int64_t size = from; size <= last; ++size)
      if (accepts(with(size))) return size;
    return 0;
  };
  Extent size;
  size.width_px = grow(picture.width_px, probe_size_.width_px, [&](std::int64_t w) {
    return Extent{w, probe_size_.height_px};
  });
  size.height_px = grow(picture.height_px, probe_size_.height_px, [&](std::int64_t h) {
    return Extent{probe_size_.width_px, h};
  });
  if (size.width_px > 0 && size.height_px > 0 && accepts(size)) return size;
  NAWQ_TRY(const auto graph,
           model_.at_size(picture.width_px, picture.height_px));  // says why, if the import fails
  NAWQ_TRY(const std::int64_t scale, scale_of(graph));
  return fail(ErrorKind::kModel, concat(model_.info().name, ": upscales a picture of ", picture.width_px, "x",
                                        picture.height_px, " by ", scale, " instead of ", info_.scale));
}

Result<graph::Graph> Network::at_size(Extent size) const {
  NAWQ_TRY(auto graph, model_.at_size(size.width_px, size.height_px));
  if (auto status = graph::run_passes(graph); !status)
    return tl::unexpected<Error>(with_context(status.error(), model_.info().name));
  return graph;
}

}  // namespace nawq::session
