// Owns: which pictures are read and where each result goes, settled and checked before any work starts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace nawq::cli {

struct JobRequest {
  std::vector<std::string> inputs;  // files, folders, globs
  std::string output;               // file, folder or template with {stem}, {scale}, {ext}
  std::string format;               // extension of the results; empty keeps that of the input
  std::int64_t scale = 1;
  bool recursive = false;
  bool skip_existing = false;
  bool overwrite = false;
};

struct Job {
  std::filesystem::path input, output;
};

struct JobList {
  std::vector<Job> jobs;
  std::int64_t skipped = 0;  // outputs that exist already, with skip_existing
  bool single_file = false;  // one named file to one named file
};

// kUsage for contradictions: two inputs with one output, an output that is an input, a folder where a file is
// needed, an existing output in folder mode without skip_existing or overwrite, an extension that is not the
// format. A named input that does not exist stays in the list: it fails when its turn comes, and the others
// are done.
Result<JobList> list_jobs(const JobRequest& request);

}  // namespace nawq::cli
