#include "nawqsr/job_list.h"

#include <glob.h>

#include <algorithm>
#include <map>
#include <system_error>

#include "base/text.h"
#include "media/picture.h"
#include "nawqsr/extension.h"

namespace nawq::cli {
namespace {

namespace fs = std::filesystem;

struct Found {
  fs::path file;
  fs::path below;  // folder of the file relative to the folder that was named; empty for named files
};

tl::unexpected<Error> misuse(std::string message) { return fail(ErrorKind::kUsage, std::move(message)); }

template <class Iterator>
Status collect(const fs::path& folder, std::vector<Found>& found) {
  std::error_code error;
  std::vector<Found> here;
  for (Iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->is_regular_file(error) && media::is_picture_extension(extension_of(entry->path())))
      here.push_back({entry->path(), fs::relative(entry->path().parent_path(), folder, error)});
  if (error) return fail(ErrorKind::kInput, concat(folder.string(), ": ", error.message()));
  std::ranges::sort(here, {}, &Found::file);
  std::ranges::move(here, std::back_inserter(found));
  return {};
}

// The paths that a pattern matches; the pattern itself where no such thing as a pattern was meant.
std::vector<fs::path> expand_glob(const std::string& text) {
  if (fs::exists(text) || text.find_first_of("*?[") == std::string::npos) return {text};
  glob_t matches{};
  std::vector<fs::path> paths;
  if (glob(text.c_str(), 0, nullptr, &matches) == 0)
    for (std::size_t i = 0; i < matches.gl_pathc; ++i) paths.emplace_back(matches.gl_pathv[i]);
  globfree(&matches);
  return paths;
}

Result<std::vector<Found>> find_inputs(const JobRequest& request) {
  std::vector<Found> found;
  for (const std::string& input : request.inputs) {
    const std::vector<fs::path> paths = expand_glob(input);
    if (paths.empty()) return fail(ErrorKind::kInput, concat(input, ": matches no file"));
    for (const fs::path& path : paths) {
      if (!fs::is_directory(path)) {
        found.push_back({path, {}});
      } else if (request.recursive) {
        NAWQ_CHECK(collect<fs::recursive_directory_iterator>(path, found));
      } else {
        NAWQ_CHECK(collect<fs::directory_iterator>(path, found));
      }
    }
  }
  return found;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
}

// A folder keeps the inputs' names; a template says them.
fs::path output_for(const Found& input, const JobRequest& request) {
  std::string extension = request.format.empty() ? extension_of(input.file) : request.format;
  if (request.format.empty() && !media::can_write_extension(extension)) extension = "png";
  std::string name = fs::path(request.output).filename().string();
  fs::path folder = fs::path(request.output).parent_path();
  if (name.find('{') == std::string::npos) {
    folder = request.output;
    name = "{stem}.{ext}";
  }
  replace_all(name, "{stem}", input.file.stem().string());
  replace_all(name, "{scale}", concat(request.scale));
  replace_all(name, "{ext}", extension);
  return (folder / input.below / name).lexically_normal();
}

bool same_file(const fs::path& a, const fs::path& b) {
  std::error_code error;
  return fs::equivalent(a, b, error) && !error;
}

Result<JobList> single_job(const JobRequest& request) {
  const fs::path input = request.inputs.front(), output = request.output;
  if (fs::is_directory(output))
    return misuse(concat(request.output, ": is a folder; end it with / to keep the input's name inside it"));
  JobList list{.jobs = {{input, output}}, .single_file = true};
  if (request.skip_existing && fs::exists(output)) {
    list.jobs.clear();
    list.skipped = 1;
  }
  return list;
}

Status check_output(const Job& job, const JobRequest& request, JobList& list) {
  std::error_code error;
  if (!fs::exists(job.output, error)) {
    list.jobs.push_back(job);
  } else if (request.skip_existing) {
    ++list.skipped;
  } else if (request.overwrite) {
    list.jobs.push_back(job);
  } else {
    return misuse(concat(job.output.string(), ": exists; --overwrite replaces it, --skip-existing leaves it"));
  }
  return {};
}

Result<JobList> folder_jobs(const JobRequest& request, const std::vector<Found>& found) {
  JobList list;
  std::map<fs::path, fs::path> taken;  // output -> input
  for (const Found& input : found) {
    const Job job{input.file, output_for(input, request)};
    const auto [other, is_new] = taken.emplace(job.output, job.input);
    if (!is_new)
      return misuse(concat(job.output.string(), ": would come from both ", other->second.string(), " and ",
                           job.input.string(), "; say which with a template such as {stem}_{scale}x.{ext}"));
    if (same_file(job.input, job.output)) return misuse(concat(job.input.string(), ": is its own output"));
    NAWQ_CHECK(check_output(job, request, list));
  }
  return list;
}

}  // namespace

Result<JobList> list_jobs(const JobRequest& request) {
  if (request.skip_existing && request.overwrite) return misuse("--skip-existing and --overwrite contradict each other");
  NAWQ_TRY(const std::vector<Found> found, find_inputs(request));
  if (found.empty()) return fail(ErrorKind::kInput, concat(request.inputs.front(), ": holds no pictures"));

  const bool names_one_file = request.inputs.size() == 1 && !fs::is_directory(request.inputs.front()) && found.size() == 1;
  const bool is_template = request.output.find('{') != std::string::npos;
  const bool is_folder = request.output.ends_with('/');
  if (names_one_file && !is_template && !is_folder) {
    NAWQ_TRY(JobList list, single_job(request));
    if (!list.jobs.empty() && same_file(list.jobs[0].input, list.jobs[0].output))
      return misuse(concat(request.output, ": is the input itself"));
    return list;
  }
  if (!is_template && fs::exists(request.output) && !fs::is_directory(request.output))
    return misuse(concat(request.output, ": several pictures need a folder or a template, and this is a file"));
  if (!is_template && !is_folder && !fs::is_directory(request.output) &&
      media::is_picture_extension(extension_of(request.output)))
    return misuse(concat(request.inputs.front(), ": is a folder or several pictures, and -o names one file"));
  return folder_jobs(request, found);
}

}  // namespace nawq::cli
