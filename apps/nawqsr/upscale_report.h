// Owns: what `upscale` says of its pictures, in their order: progress lines, failures, JSON, the exit code.
#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

#include "nawqsr/console.h"
#include "nawqsr/exit_code.h"
#include "nawqsr/job_list.h"
#include "nawqsr/picture_stages.h"

namespace nawq::cli {

class UpscaleReport {
 public:
  UpscaleReport(const JobList& list, Console& console) : list_(list), console_(console) {}

  // Never throws: what there is no memory to tell counts all the same.
  void add(std::int64_t index, const Result<WrittenPicture>& written);

  // The JSON object without what is known of the model.
  nlohmann::json to_json(double wall_s) const;
  // Failures again, where there were several pictures, and what was skipped; the exit code.
  ExitCode conclude();

 private:
  void add_written(std::int64_t index, const WrittenPicture& written);
  void add_failure(std::int64_t index, const Error& error);

  const JobList& list_;
  Console& console_;
  nlohmann::json done_ = nlohmann::json::array(), failed_ = nlohmann::json::array();
  ExitCode worst_ = kDone;
};

}  // namespace nawq::cli
