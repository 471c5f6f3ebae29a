#include "nawqsr/job_list.h"

#include <algorithm>
#include <map>
#include <set>
#include <system_error>

#include "base/text.h"
#include "media/picture.h"
#include "nawqsr/extension.h"
#include "nawqsr/input_list.h"
#include "nawqsr/output_name.h"

namespace nawq::cli {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> misuse(std::string message) { return fail(ErrorKind::kUsage, std::move(message)); }

Status check_format_of(const std::string& output, const std::string& format) {
  if (format.empty()) return {};
  NAWQ_TRY(const std::string named, checked_format(extension_of(output)));
  const auto family = [](const std::string& name) {
    return name.substr(0, 2);
  };  // jpg and jpeg, tif and tiff
  if (family(named) == family(format)) return {};
  return misuse(concat(output, ": contradicts --format ", format));
}

Result<JobList> single_job(const JobRequest& request, const std::string& format) {
  const fs::path input = request.inputs.front(), output = request.output;
  if (is_folder(output))
    return misuse(concat(request.output, ": is a folder; end it with / to keep the input's name inside it"));
  if (same_file(input, output)) return misuse(concat(request.output, ": is the input itself"));
  NAWQ_CHECK(check_format_of(request.output, format));
  if (request.skip_existing && is_there(output))
    return JobList{.jobs = {}, .skipped = 1, .single_file = true};
  return JobList{.jobs = {{input, output}}, .single_file = true};
}

// Two names of one file are one name here, whether it exists or not.
fs::path real_path(const fs::path& path) {
  std::error_code error;
  fs::path real = fs::weakly_canonical(path, error);
  return error ? path : real;
}

Status check_existing(const Job& job, const JobRequest& request, JobList& list) {
  if (!is_there(job.output) || request.overwrite) {
    list.jobs.push_back(job);
  } else if (request.skip_existing) {
    ++list.skipped;
  } else {
    return misuse(
        concat(job.output.string(), ": exists; --overwrite replaces it, --skip-existing leaves it"));
  }
  return {};
}

Result<JobList> folder_jobs(const JobRequest& request, const std::string& format,
                            const std::vector<FoundInput>& found) {
  JobList list;
  std::map<fs::path, fs::path> made_from;
  std::set<fs::path> inputs;
  for (const FoundInput& input : found) inputs.insert(real_path(input.file));
  for (const FoundInput& input : found) {
    const Job job{input.file, output_name(request.output, input.file, input.below, format, request.scale)};
    const fs::path output = real_path(job.output);
    const auto [other, is_new] = made_from.emplace(output, job.input);
    if (!is_new)
      return misuse(concat(job.output.string(), ": would come from both ", other->second.string(), " and ",
                           job.input.string(),
                           "; name the results by a template with {stem} and {ext}, or do them apart"));
    if (same_file(job.input, job.output)) return misuse(concat(job.input.string(), ": is its own output"));
    if (inputs.contains(output))
      return misuse(concat(job.output.string(), ": is an input and the output of ", job.input.string()));
    NAWQ_CHECK(check_existing(job, request, list));
  }
  return list;
}

// Whether -o can take more than one picture.
Status check_takes_several(const JobRequest& request) {
  if (is_template(request.output) || is_folder(request.output)) return {};
  if (is_there(request.output))
    return misuse(
        concat(request.output, ": several pictures need a folder or a template, and this is a file"));
  if (!request.output.ends_with('/') && media::is_picture_extension(extension_of(request.output)))
    return misuse(concat(request.inputs.front(), ": is a folder or several pictures, and -o ", request.output,
                         " names one file"));
  return {};
}

}  // namespace

Result<JobList> list_jobs(const JobRequest& request) {
  if (request.output.empty()) return misuse("--output: is empty");
  if (request.skip_existing && request.overwrite)
    return misuse("--skip-existing and --overwrite contradict each other");
  NAWQ_TRY(const std::string format, checked_format(request.format));
  NAWQ_TRY(const std::vector<FoundInput> found,
           find_inputs({.inputs = request.inputs,
                        .recursive = request.recursive,
                        .output_folder = output_folder(request.output)}));
  const bool names_one_file =
      request.inputs.size() == 1 && found.size() == 1 && found[0].file == request.inputs[0];
  if (names_one_file && !is_template(request.output) && !request.output.ends_with('/'))
    return single_job(request, format);
  NAWQ_CHECK(check_takes_several(request));
  return folder_jobs(request, format, found);
}

}  // namespace nawq::cli
