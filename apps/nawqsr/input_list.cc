#include "nawqsr/input_list.h"

#include <glob.h>

#include <algorithm>
#include <system_error>

#include "base/text.h"
#include "media/picture.h"
#include "nawqsr/extension.h"

namespace nawq::cli {
namespace {

namespace fs = std::filesystem;

void stay_out(fs::directory_iterator&, const fs::path&) {}

void stay_out(fs::recursive_directory_iterator& entry, const fs::path& folder) {
  if (same_file(entry->path(), folder)) entry.disable_recursion_pending();
}

template <class Iterator>
Status collect(const fs::path& folder, const InputRequest& request, std::vector<FoundInput>& found) {
  std::error_code error;
  std::vector<FoundInput> here;
  for (Iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (is_picture(*entry))
      here.push_back({entry->path(), entry->path().parent_path().lexically_relative(folder)});
    stay_out(entry, request.output_folder);
  }
  if (error) return fail(ErrorKind::kInput, concat(folder.string(), ": ", error.message()));
  std::ranges::sort(here, {}, &FoundInput::file);
  std::ranges::move(here, std::back_inserter(found));
  return {};
}

// The paths that a pattern matches; the text itself where it is a file's name or no pattern.
std::vector<fs::path> expand_pattern(const std::string& text) {
  if (is_there(text) || text.find_first_of("*?[") == std::string::npos) return {text};
  glob_t matches{};
  std::vector<fs::path> paths;
  if (glob(text.c_str(), 0, nullptr, &matches) == 0)
    for (std::size_t i = 0; i < matches.gl_pathc; ++i) paths.emplace_back(matches.gl_pathv[i]);
  globfree(&matches);
  return paths;
}

Status add_path(const fs::path& path, const InputRequest& request, std::vector<FoundInput>& found) {
  if (is_folder(path))
    return request.recursive ? collect<fs::recursive_directory_iterator>(path, request, found)
                             : collect<fs::directory_iterator>(path, request, found);
  const auto is_same = [&](const FoundInput& other) { return other.file == path; };
  if (std::ranges::none_of(found, is_same)) found.push_back({path, {}});
  return {};
}

}  // namespace

bool is_picture(const fs::directory_entry& entry) {
  std::error_code error;
  return entry.is_regular_file(error) && media::is_picture_extension(extension_of(entry.path()));
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

bool same_file(const fs::path& a, const fs::path& b) {
  std::error_code error;
  return fs::equivalent(a, b, error) && !error;
}

Result<std::vector<FoundInput>> find_inputs(const InputRequest& request) {
  std::vector<FoundInput> found;
  for (const std::string& input : request.inputs) {
    if (input.empty()) return fail(ErrorKind::kUsage, "--input: is empty");
    const std::vector<fs::path> paths = expand_pattern(input);
    if (paths.empty()) return fail(ErrorKind::kInput, concat(input, ": matches no file"));
    for (const fs::path& path : paths) NAWQ_CHECK(add_path(path, request, found));
  }
  if (found.empty())
    return fail(ErrorKind::kInput, concat(request.inputs.front(), ": holds no pictures",
                                          request.recursive ? "" : " (-r looks into the folders below it)"));
  return found;
}

}  // namespace nawq::cli
