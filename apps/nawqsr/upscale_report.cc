#include "nawqsr/upscale_report.h"

#include <algorithm>

#include "base/text.h"
#include "session/within_memory.h"

namespace nawq::cli {

using nlohmann::json;

void UpscaleReport::add(std::int64_t index, const Result<WrittenPicture>& written) {
  if (!written) worst_ = std::max(worst_, exit_code(written.error().kind));
  const Status said = session::within_memory([&]() -> Status {
    written ? add_written(index, *written) : add_failure(index, written.error());
    return {};
  });
  if (!said) worst_ = std::max(worst_, kTooLarge);
}

void UpscaleReport::add_written(std::int64_t index, const WrittenPicture& written) {
  const Job& job = list_.jobs[static_cast<std::size_t>(index)];
  const auto [width_px, height_px] = written.size;
  for (const std::string& lost : written.not_kept)
    console_.warn(concat(job.input.string(), ": ", lost, " is not kept"));
  console_.finish_step(index, job.input.string(),
                       concat(job.output.string(), ", ", width_px, "x", height_px, ", ",
                              fixed(written.times.total_s(), 2), " s"));
  done_.push_back({{"input", job.input.string()},
                   {"output", job.output.string()},
                   {"width", width_px},
                   {"height", height_px},
                   {"seconds", written.times.total_s()},
                   {"decode_s", written.times.decode_s},
                   {"upscale_s", written.times.upscale_s},
                   {"encode_s", written.times.encode_s}});
}

void UpscaleReport::add_failure(std::int64_t index, const Error& error) {
  console_.error(error);
  failed_.push_back(
      {{"input", list_.jobs[static_cast<std::size_t>(index)].input.string()}, {"error", error.message}});
}

json UpscaleReport::to_json(double wall_s) const {
  return {{"pictures", done_}, {"failed", failed_}, {"skipped", list_.skipped}, {"seconds", wall_s}};
}

ExitCode UpscaleReport::conclude() {
  const bool several = list_.jobs.size() > 1;
  if (several)
    for (const json& failure : failed_)
      console_.warn(concat("failed: ", failure["error"].get<std::string>()));
  if (list_.skipped > 0) console_.warn(concat(list_.skipped, " skipped: their outputs exist"));
  // Of several pictures one bad file is "an input failed" whatever was wrong with it, unless nothing could be
  // written.
  return several && worst_ != kDone && worst_ != kOutputFailed ? kInputFailed : worst_;
}

}  // namespace nawq::cli
