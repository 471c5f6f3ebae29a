#include "nawqsr/quantize_outputs.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "base/text.h"
#include "media/pending_output.h"
#include "nawqsr/encodings.h"
#include "nawqsr/input_list.h"
#include "nawqsr/options.h"
#include "nawqsr/recipe_file.h"
#include "nawqsr/report/html_report.h"
#include "nawqsr/version.h"
#include "session/quantized_network.h"

namespace nawq::cli {
namespace {

namespace fs = std::filesystem;

struct File {
  std::string path, bytes;
};

// Paths of everything that will be written.
std::vector<std::string> paths_of(const OutputOptions& options) {
  std::vector<std::string> paths{options.output};
  if (!options.report.empty()) paths.push_back(options.report);
  if (!options.recipe.empty()) paths.push_back(options.recipe);
  if (options.dynamic) paths.push_back(beside(options.output, ".dynamic.onnx"));
  if (options.encodings)
    for (const std::string_view ending : {".float.onnx", ".encodings-1.0.0.json", ".encodings-2.0.0.json"})
      paths.push_back(beside(options.output, ending));
  return paths;
}

Status write(const std::vector<File>& files) {
  std::vector<media::PendingOutput> pending;
  for (const File& file : files) {
    NAWQ_TRY(media::PendingOutput output, media::PendingOutput::create(file.path));
    NAWQ_CHECK(output.write(file.bytes));
    pending.push_back(std::move(output));
  }
  for (media::PendingOutput& output : pending) NAWQ_CHECK(output.commit());
  return {};
}

Status check_ending(const std::string& path, std::string_view ending, std::string_view kind) {
  if (path.empty() || fs::path(path).extension() == ending) return {};
  return fail(ErrorKind::kUsage, concat(path, ": ", kind, " ends in ", ending));
}

}  // namespace

std::string beside(const std::string& output, std::string_view ending) {
  return fs::path(output).replace_extension().string() + std::string(ending);
}

Status check_outputs(const OutputOptions& options, const std::vector<std::string>& inputs) {
  NAWQ_CHECK(check_ending(options.report, ".html", "a report"));
  NAWQ_CHECK(check_ending(options.recipe, ".json", "a recipe"));
  std::vector<std::string> paths = paths_of(options);
  for (const std::string& path : paths)
    for (const std::string& input : inputs)
      if (same_file(input, path))
        return fail(ErrorKind::kUsage, concat(path, ": is read, and would be written"));
  for (const std::string& path : paths) {
    NAWQ_TRY(const media::PendingOutput possible, media::PendingOutput::create(path));
  }
  for (std::string& path : paths) path = fs::weakly_canonical(fs::absolute(path)).string();
  std::ranges::sort(paths);
  if (const auto twice = std::ranges::adjacent_find(paths); twice != paths.end())
    return fail(ErrorKind::kUsage, concat(*twice, ": two outputs would be this file"));
  return {};
}

Status write_outputs(const session::Network& network, const graph::Recipe& recipe,
                     const quantize::Decisions& decisions,
                     const std::map<std::string, std::string>& made_with,
                     const std::optional<session::QuantizationReport>& report, const OutputOptions& options) {
  std::vector<File> files;
  session::ExportOptions how{.version = kVersion, .four_dims = options.four_dims};
  if (!options.input_size.empty()) {
    NAWQ_TRY(how.size, parse_extent(options.input_size));
  }
  NAWQ_TRY(std::string static_file, session::export_static(network, recipe, how));
  files.push_back({options.output, std::move(static_file)});
  if (options.dynamic) {
    NAWQ_TRY(std::string bytes, session::export_dynamic(network, recipe, how));
    files.push_back({beside(options.output, ".dynamic.onnx"), std::move(bytes)});
  }
  if (options.encodings) {
    NAWQ_TRY(onnx::DescribedFile described, session::export_described(network, recipe, how));
    files.push_back({beside(options.output, ".encodings-1.0.0.json"), encodings_1_0_0(described.tensors)});
    files.push_back({beside(options.output, ".encodings-2.0.0.json"), encodings_2_0_0(described.tensors)});
    files.push_back({beside(options.output, ".float.onnx"), std::move(described.bytes)});
  }
  if (!options.recipe.empty()) {
    NAWQ_TRY(const std::uint64_t fingerprint, session::fingerprint(network));
    NAWQ_TRY(std::string text, recipe_text({.model = network.info().name,
                                            .fingerprint = fingerprint,
                                            .made_with = made_with,
                                            .decisions = decisions}));
    files.push_back({options.recipe, std::move(text)});
  }
  if (!options.report.empty() && report) {
    NAWQ_TRY(std::string page, html_report(*report));
    files.push_back({options.report, std::move(page)});
  }
  return write(files);
}

}  // namespace nawq::cli
