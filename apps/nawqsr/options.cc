#include "nawqsr/options.h"

#include <charconv>
#include <filesystem>
#include <map>
#include <system_error>

#include "base/memory.h"
#include "base/text.h"

namespace nawq::cli {
namespace {

constexpr int kMostThreads = 1024;

const std::map<std::string, ProgressStyle> kProgressStyles{{"auto", ProgressStyle::kAuto},
                                                           {"plain", ProgressStyle::kPlain},
                                                           {"json", ProgressStyle::kJson},
                                                           {"none", ProgressStyle::kNone}};

tl::unexpected<Error> unreadable(std::string_view option, const std::string& text,
                                 std::string_view expected) {
  return fail(ErrorKind::kUsage, concat(option, ": '", text, "' is not ", expected));
}

Result<std::int64_t> unit_bytes(std::string_view unit) {
  if (unit.empty() || unit == "B") return 1;
  static constexpr std::string_view kPrefixes = "KMGT";
  const std::size_t power =
      kPrefixes.find(unit[0] >= 'a' && unit[0] <= 'z' ? char(unit[0] - 'a' + 'A') : unit[0]);
  const std::string_view rest = unit.substr(1);
  if (power == std::string_view::npos || !(rest.empty() || rest == "B" || rest == "iB"))
    return fail(ErrorKind::kUsage, "unit");
  return std::int64_t{1} << (10 * (power + 1));
}

}  // namespace

void add_run_options(CLI::App& command, RunOptions& options) {
  command.add_option("-j,--threads", options.threads, "Threads (default: the CPUs this process may use)")
      ->check(CLI::Range(1, kMostThreads));
  command.add_option("--max-memory", options.max_memory,
                     "Do the work within this memory, for example 2G, or refuse it (default: free memory)");
  const auto set_style = [&options](const std::string& style) {
    options.progress = kProgressStyles.find(style)->second;
  };
  command.add_option_function<std::string>("--progress", set_style, "Always on stderr (default: auto)")
      ->check(CLI::IsMember(kProgressStyles));
  command.add_flag("-v,--verbose", options.verbose, "Say how things were found out");
  command.add_flag("--json", options.json, "Machine-readable result on stdout");
}

void add_model_options(CLI::App& command, ModelOptions& options, bool positional) {
  if (positional)
    command.add_option("model", options.path,
                       "Network: an ONNX or .nawq file, or a known name (see `nawqsr models`)");
  command.add_option("-n,--model", options.name,
                     "Network by name (default: the embedded one; `bicubic` is interpolation)");
  command.add_option("-m,--model-path", options.path, "Network from an ONNX or .nawq file");
  command
      .add_option(
          "--precision", options.precision,
          "Arithmetic (default: what the model file says); fp16 is a slow simulation, for comparison: every "
          "layer's results rounded to half precision")
      ->check(CLI::IsMember({"fp32", "fp16", "int8", "a16w8", "hybrid"}));
  command
      .add_option("--input-range", options.input_range,
                  "What white is to the network, when its file does not say")
      ->check(CLI::IsMember({"1", "255"}));
  command
      .add_option("--colour,--color", options.colour,
                  "Channel order of the network, when its file does not say")
      ->check(CLI::IsMember({"rgb", "bgr"}));
}

void add_dre_option(CLI::App& command, ModelOptions& options) {
  command
      .add_option(
          "--dre", options.dre,
          "on: ranges that the model file wants found on every picture are; off: its static ones serve "
          "(default: on)")
      ->check(CLI::IsMember({"on", "off"}));
}

Result<std::int64_t> parse_bytes(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto unit = unit_bytes(std::string_view(end, text.data() + text.size()));
  if (error != std::errc() || !unit || !(number > 0) || number * static_cast<double>(*unit) > 9e18)
    return unreadable("--max-memory", text, "an amount such as 512M or 2G");
  return static_cast<std::int64_t>(number * static_cast<double>(*unit));
}

Result<session::Extent> parse_extent(const std::string& text) {
  session::Extent size;
  const char* const end = text.data() + text.size();
  const auto width = std::from_chars(text.data(), end, size.width_px);
  const bool crossed = width.ec == std::errc() && width.ptr != end && *width.ptr == 'x';
  const auto height = crossed ? std::from_chars(width.ptr + 1, end, size.height_px) : width;
  if (!crossed || height.ec != std::errc() || height.ptr != end || size.width_px < 1 || size.height_px < 1)
    return unreadable("--size", text, "a size such as 320x180");
  return size;
}

Result<std::int64_t> memory_limit(const RunOptions& options) {
  if (options.max_memory.empty()) return available_memory_bytes();
  return parse_bytes(options.max_memory);
}

Result<ThreadTeam> start_threads(const RunOptions& options) {
  return ThreadTeam::create(options.threads > 0 ? options.threads : usable_cpus());
}

std::optional<session::Precision> precision_of(const ModelOptions& options) {
  static const std::map<std::string, session::Precision> kPrecisions{{"fp32", session::Precision::kFp32},
                                                                     {"fp16", session::Precision::kFp16},
                                                                     {"int8", session::Precision::kInt8},
                                                                     {"a16w8", session::Precision::kA16W8},
                                                                     {"hybrid", session::Precision::kHybrid}};
  const auto found = kPrecisions.find(options.precision);
  return found == kPrecisions.end() ? std::nullopt : std::optional(found->second);
}

session::Dre dre_of(const ModelOptions& options) {
  return options.dre == "off" ? session::Dre::kOff : session::Dre::kAsStored;
}

Result<session::ModelRequest> model_request(const ModelOptions& options, std::optional<std::int64_t> scale) {
  if (!options.name.empty() && !options.path.empty())
    return fail(ErrorKind::kUsage, "-n/--model and a model file contradict each other: give one");
  // Both options take both: what looks like a file is one, and what is there is.
  const std::string& text = options.path.empty() ? options.name : options.path;
  std::error_code error;
  const bool is_file = text.find('/') != std::string::npos || text.ends_with(".onnx") ||
                       text.ends_with(".nawq") ||
                       (!options.path.empty() && std::filesystem::exists(text, error));
  session::ModelRequest request{
      .name = is_file ? "" : text, .path = is_file ? text : "", .scale = scale, .options = {}};
  if (!options.input_range.empty())
    request.options.input_range =
        options.input_range == "1" ? session::InputRange::kUnit : session::InputRange::kByte;
  if (!options.colour.empty())
    request.options.colour =
        options.colour == "bgr" ? session::ColourOrder::kBgr : session::ColourOrder::kRgb;
  return request;
}

}  // namespace nawq::cli
