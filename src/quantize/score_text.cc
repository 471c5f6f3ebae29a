#include "quantize/score_text.h"

#include <charconv>
#include <cmath>

#include "base/text.h"
#include "quantize/trials.h"

namespace nawq::quantize {
namespace {

constexpr std::string_view kNoLabel = "-";

// Words with a space between two.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}

  bool is_empty() const { return rest_.empty(); }
  std::string_view peek() const { return rest_.substr(0, rest_.find(' ')); }

  std::string_view next() {
    const std::string_view word = peek();
    rest_.remove_prefix(std::min(word.size() + 1, rest_.size()));
    return word;
  }

  bool skip(std::string_view word) { return next() == word; }

  bool read(double& number) {
    const auto read = parse_number(next());
    if (read) number = *read;
    return read.has_value();
  }

  // As many as there are.
  void read(std::vector<double>& numbers) {
    for (auto number = parse_number(peek()); number; number = parse_number(peek())) {
      numbers.push_back(*number);
      next();
    }
  }

 private:
  std::string_view rest_;
};

std::string without_spaces(std::string text) {
  for (char& c : text)
    if (c == ' ' || c == '\n' || c == '\r') c = '_';
  return text.empty() ? std::string(kNoLabel) : text;
}

bool parse_assignment(std::string_view text, Assignment& assignment) {
  for (const char c : text) {
    if (c != '8' && c != '6' && c != 'e' && c != 's') return false;
    assignment.push_back({.bits = c == '8' || c == 'e' ? 8 : 16, .dre = c == 'e' || c == 's'});
  }
  return !text.empty();
}

const char* name_of(Metric metric) {
  return metric == Metric::kPsnr ? "psnr" : metric == Metric::kSsim ? "ssim" : "fidelity";
}

bool parse_metric(std::string_view text, Metric& metric) {
  for (const Metric candidate : {Metric::kPsnr, Metric::kSsim, Metric::kFidelity})
    if (text == name_of(candidate)) return metric = candidate, true;
  return false;
}

bool parse_score(Words& words, Score& score) {
  if (!words.skip("psnr") || !words.read(score.psnr_db)) return false;
  if (!words.skip("ssim") || !words.read(score.ssim)) return false;
  if (!words.skip("error") || !words.read(score.error) || !words.skip("pictures")) return false;
  words.read(score.picture_psnr_db);
  if (!words.skip("errors")) return false;
  words.read(score.picture_error);
  return true;
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole && !std::isnan(number) ? std::optional(number) : std::nullopt;
}

std::string to_line(const MeasuredPoint& point, const Needed& needed) {
  const Score& score = point.score;
  std::string line = concat("point ", to_text(point.assignment), ' ', without_spaces(point.label), " psnr ",
                            score.psnr_db, " ssim ", score.ssim, " error ", score.error, " pictures");
  for (const double psnr_db : score.picture_psnr_db) line += concat(' ', psnr_db);
  line += " errors";
  for (const double error : score.picture_error) line += concat(' ', error);
  if (!score.complete) line += concat(" needed ", name_of(needed.metric), ' ', needed.value);
  return line;
}

std::optional<ParsedPoint> parse_point(std::string_view line) {
  ParsedPoint parsed;
  Words words(line);
  if (!words.skip("point") || !parse_assignment(words.next(), parsed.point.assignment)) return std::nullopt;
  parsed.point.label = words.next();
  if (parsed.point.label == kNoLabel) parsed.point.label.clear();
  if (!parse_score(words, parsed.point.score)) return std::nullopt;
  if (words.is_empty()) return parsed;
  parsed.point.score.complete = false;
  if (!words.skip("needed") || !parse_metric(words.next(), parsed.needed.metric)) return std::nullopt;
  if (!words.read(parsed.needed.value) || !words.is_empty()) return std::nullopt;
  return parsed;
}

}  // namespace nawq::quantize
