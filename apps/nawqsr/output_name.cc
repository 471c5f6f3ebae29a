#include "nawqsr/output_name.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "media/picture.h"
#include "nawqsr/extension.h"

namespace nawq::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kPlaceholders{"{stem}", "{scale}", "{ext}"};
using Values = std::array<std::string, kPlaceholders.size()>;

// One pass, so that braces in a file's name stay what they are.
std::string expand(std::string_view pattern, const Values& values) {
  std::string out;
  while (!pattern.empty()) {
    const auto found =
        std::ranges::find_if(kPlaceholders, [&](std::string_view p) { return pattern.starts_with(p); });
    if (found == kPlaceholders.end()) {
      out += pattern.front();
      pattern.remove_prefix(1);
    } else {
      out += values[static_cast<std::size_t>(found - kPlaceholders.begin())];
      pattern.remove_prefix(found->size());
    }
  }
  return out;
}

std::string result_extension(const fs::path& input, const std::string& format) {
  if (!format.empty()) return format;
  std::string own = extension_of(input);
  return media::can_write_extension(own) ? own : "png";
}

}  // namespace

bool is_template(const std::string& output) {
  return std::ranges::any_of(kPlaceholders,
                             [&](std::string_view p) { return output.find(p) != std::string::npos; });
}

fs::path output_folder(const std::string& output) {
  fs::path folder = output;
  while (is_template(folder.string())) folder = folder.parent_path();
  return folder.empty() ? fs::path(".") : folder;
}

Result<std::string> checked_format(const std::string& format) {
  std::string name = format.substr(format.starts_with('.') ? 1 : 0);
  for (char& letter : name)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  if (name.empty() || media::can_write_extension(name)) return name;
  return fail(ErrorKind::kUsage, concat("--format: '", format, "' is unknown; pictures are written as ",
                                        media::writable_extensions()));
}

fs::path output_name(const std::string& output, const fs::path& input, const fs::path& below,
                     const std::string& format, std::int64_t scale) {
  const std::string pattern = is_template(output) ? output : (fs::path(output) / "{stem}.{ext}").string();
  const fs::path path =
      expand(pattern, {input.stem().string(), concat(scale), result_extension(input, format)});
  return (path.parent_path() / below / path.filename()).lexically_normal();
}

}  // namespace nawq::cli
