#include "quantize/recorded_evaluator.h"

#include <charconv>
#include <span>

#include "base/fnv1a.h"
#include "base/text.h"
#include "quantize/score_text.h"
#include "quantize/trials.h"

namespace nawq::quantize {
namespace {

constexpr std::string_view kHead = "nawqsr search 1", kKey = "key ", kWork = "work ", kEnd = "end ";

std::uint64_t checksum(std::string_view text) {
  Fnv1a sum;
  sum.add(std::as_bytes(std::span(text)));
  return sum.sum();
}

std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

tl::unexpected<Error> damaged(std::string_view why) {
  return fail(ErrorKind::kUsage, concat("the memory of an earlier search is damaged: ", why));
}

// Without the line of the checksum, which has to be the last.
Result<std::string_view> checked_body(std::string_view text) {
  const std::size_t end = text.rfind(concat('\n', kEnd));
  if (end == std::string_view::npos || !text.ends_with('\n')) return damaged("its end is missing");
  const std::string_view body = text.substr(0, end + 1);
  if (text.substr(end + 1) != concat(kEnd, checksum(body), '\n')) return damaged("its checksum is another");
  return body;
}

}  // namespace

Result<Score> RecordedEvaluator::evaluate(const Assignment& assignment, std::optional<Needed> needed) {
  const auto found = memory_.find(to_text(assignment));
  if (found != memory_.end()) {
    const Score& score = points_[found->second.point].score;
    const Needed& stopped = found->second.needed;
    const bool still_fails = needed && needed->metric == stopped.metric && needed->value >= stopped.value;
    if (score.complete || still_fails) {
      ++repeated_;
      return score;
    }
  }
  NAWQ_TRY(Score score, inner_.evaluate(assignment, needed));
  ++measured_;
  remember(assignment, score, needed.value_or(Needed{}));
  return score;
}

void RecordedEvaluator::remember(const Assignment& assignment, const Score& score, const Needed& needed) {
  const auto [entry, is_new] = memory_.try_emplace(to_text(assignment), Entry{points_.size(), needed});
  entry->second.needed = needed;
  if (is_new) {
    points_.push_back({assignment, score, label_});
  } else {
    points_[entry->second.point].score = score;
  }
}

std::string RecordedEvaluator::save() const {
  std::string text = concat(kHead, '\n', kKey, key_, '\n', kWork, work(), '\n');
  for (const MeasuredPoint& point : points_) {
    const auto entry = memory_.find(to_text(point.assignment));
    text += concat(to_line(point, entry->second.needed), '\n');
  }
  return text + concat(kEnd, checksum(text), '\n');
}

Status RecordedEvaluator::load_line(std::string_view line) {
  auto parsed = parse_point(line);
  if (!parsed) return damaged(concat("'", line.substr(0, 60), "' is not a measured point"));
  if (!points_.empty() && points_.front().assignment.size() != parsed->point.assignment.size())
    return damaged("its points are of networks with different numbers of layers");
  const MeasuredPoint& point = parsed->point;
  if (!memory_.try_emplace(to_text(point.assignment), Entry{points_.size(), parsed->needed}).second)
    return damaged(concat("'", to_text(point.assignment), "' is in it twice"));
  points_.push_back(std::move(parsed->point));
  return {};
}

Status RecordedEvaluator::load(std::string_view text) {
  if (!points_.empty()) return fail(ErrorKind::kUsage, "internal: the memory of a search is not empty");
  if (!text.starts_with(concat(kHead, '\n')))
    return fail(ErrorKind::kUsage, "this is not the memory of an earlier search");
  NAWQ_TRY(std::string_view rest, checked_body(text));
  next_line(rest);
  if (next_line(rest) != concat(kKey, key_))
    return fail(ErrorKind::kUsage,
                "the memory is of a search with another model, other calibration pictures or other options");
  const std::string_view work_line = next_line(rest);
  const auto work =
      work_line.starts_with(kWork) ? parse_number(work_line.substr(kWork.size())) : std::nullopt;
  if (!work) return damaged("its work is missing");
  RecordedEvaluator loaded(inner_, key_);
  while (!rest.empty()) NAWQ_CHECK(loaded.load_line(next_line(rest)));
  points_ = std::move(loaded.points_);
  memory_ = std::move(loaded.memory_);
  work_before_ = *work;
  return {};
}

}  // namespace nawq::quantize
