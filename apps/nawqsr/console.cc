#include "nawqsr/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "nawqsr/json_output.h"

namespace nawq::cli {
namespace {

constexpr int kBarCells = 24;
constexpr auto kRedrawInterval = std::chrono::milliseconds(100);
constexpr auto kPlainInterval = std::chrono::seconds(5);

void say(std::string_view line) { std::fwrite(line.data(), 1, line.size(), stderr); }

// File names may hold line ends and terminal commands.
std::string visible(std::string_view text) {
  std::string out(text);
  for (char& letter : out)
    if ((letter >= 0 && letter < ' ') || letter == '\x7f') letter = '?';
  return out;
}

std::string duration_text(double seconds) {
  if (seconds < 60) return concat(fixed(seconds, seconds < 10 ? 1 : 0), " s");
  const auto whole = static_cast<std::int64_t>(seconds);
  return concat(whole / 60, " min ", whole % 60, " s");
}

std::size_t terminal_columns() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

Console::Console(ProgressStyle style, bool verbose) : verbose_(verbose) {
  switch (style) {
    case ProgressStyle::kAuto:
      style_ = isatty(STDERR_FILENO) ? Style::kBar : Style::kPlain;
      break;
    case ProgressStyle::kPlain:
      style_ = Style::kPlain;
      break;
    case ProgressStyle::kJson:
      style_ = Style::kJson;
      break;
    case ProgressStyle::kNone:
      style_ = Style::kNone;
      break;
  }
}

Console::~Console() { clear_bar(); }

void Console::begin(std::string_view what, std::int64_t steps) {
  const std::lock_guard lock(mutex_);
  what_ = what;
  steps_ = steps;
  start_ = last_drawn_ = Clock::now();
  if (style_ == Style::kJson) last_drawn_ = {};  // whoever listens wants to know when work begins
}

double Console::eta_seconds(double share) const {
  const double elapsed = std::chrono::duration<double>(Clock::now() - start_).count();
  return share > 0 ? elapsed / share * (1 - share) : 0;
}

void Console::advance(std::int64_t step, std::string_view name, double done) {
  if (style_ == Style::kNone) return;
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  if (now - last_drawn_ <
      (style_ == Style::kPlain ? Clock::duration(kPlainInterval) : Clock::duration(kRedrawInterval)))
    return;
  last_drawn_ = now;
  const double share =
      (static_cast<double>(step) + done) / static_cast<double>(std::max<std::int64_t>(steps_, 1));
  switch (style_) {
    case Style::kBar:
      return draw_bar(step, name, done);
    case Style::kPlain:
      return say(concat(what_, " ", visible(name), ": ", fixed(100 * done, 0), " %, ",
                        duration_text(eta_seconds(share)), " left\n"));
    case Style::kJson:
      return say(to_line({{"event", "progress"},
                          {"name", name},
                          {"step", step + 1},
                          {"steps", steps_},
                          {"done", done},
                          {"eta_seconds", eta_seconds(share)}}));
    case Style::kNone:
      return;
  }
}

void Console::draw_bar(std::int64_t step, std::string_view name, double done) {
  const double share =
      (static_cast<double>(step) + done) / static_cast<double>(std::max<std::int64_t>(steps_, 1));
  const int cells = std::clamp(static_cast<int>(share * kBarCells), 0, kBarCells);
  std::string line =
      concat(what_, " [", std::string(static_cast<std::size_t>(cells), '#'),
             std::string(static_cast<std::size_t>(kBarCells - cells), '.'), "] ", fixed(100 * share, 0),
             " % ", steps_ > 1 ? concat(step + 1, '/', steps_, ' ') : "", duration_text(eta_seconds(share)),
             " left ", visible(name));
  line.resize(std::min(line.size(), terminal_columns() - 1));
  say(concat("\r\x1b[K", line));
  bar_drawn_ = true;
}

void Console::clear_bar() {
  if (bar_drawn_) say("\r\x1b[K");
  bar_drawn_ = false;
}

void Console::finish_step(std::int64_t step, std::string_view name, std::string_view detail) {
  const std::lock_guard lock(mutex_);
  clear_bar();
  if (style_ == Style::kJson)
    say(to_line(
        {{"event", "done"}, {"name", name}, {"step", step + 1}, {"steps", steps_}, {"detail", detail}}));
  if (style_ == Style::kPlain || style_ == Style::kBar)
    say(concat(steps_ > 1 ? concat('[', step + 1, '/', steps_, "] ") : "", visible(name), ": ",
               visible(detail), '\n'));
}

void Console::end() {
  const std::lock_guard lock(mutex_);
  clear_bar();
}

void Console::note(std::string_view text) {
  if (!verbose_) return;
  const std::lock_guard lock(mutex_);
  clear_bar();
  say(concat("note: ", visible(text), '\n'));
}

void Console::warn(std::string_view text) {
  const std::lock_guard lock(mutex_);
  clear_bar();
  say(concat("warning: ", visible(text), '\n'));
}

void Console::error(const Error& error) {
  const std::lock_guard lock(mutex_);
  clear_bar();
  say(concat("error: ", visible(error.message), '\n'));
}

}  // namespace nawq::cli
