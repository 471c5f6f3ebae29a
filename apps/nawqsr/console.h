// Owns: everything that is said on stderr: progress, notes, warnings, errors. Results go to stdout,
// elsewhere. Safe from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"

namespace nawq::cli {

enum class ProgressStyle { kAuto, kPlain, kJson, kNone };

class Console {
 public:
  // kAuto becomes a bar on a terminal and plain lines elsewhere.
  Console(ProgressStyle style, bool verbose);
  ~Console();

  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  // Something to do, `steps` long: "upscaling", 12.
  void begin(std::string_view what, std::int64_t steps);
  // Step `step` (from 0), called `name`, is the share `done` ready. Cheap to call often.
  void advance(std::int64_t step, std::string_view name, double done);
  // The step is ready; `detail` is what plain lines say of it: "2.3 s".
  void finish_step(std::int64_t step, std::string_view name, std::string_view detail);
  void end();

  void note(std::string_view text);  // only with -v
  void warn(std::string_view text);  // "warning: ..."
  void error(const Error& error);    // "error: ..."

 private:
  enum class Style { kBar, kPlain, kJson, kNone };
  using Clock = std::chrono::steady_clock;

  void draw_bar(std::int64_t step, std::string_view name, double done);
  void clear_bar();
  double eta_seconds(double share) const;

  std::mutex mutex_;
  Style style_;
  bool verbose_;
  bool bar_drawn_ = false;
  std::string what_;
  std::int64_t steps_ = 0;
  Clock::time_point start_{}, last_drawn_{};
};

}  // namespace nawq::cli
