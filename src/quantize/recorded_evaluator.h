// Owns: the memory of what was measured, so that nothing is measured twice and a search that was interrupted
// goes on: the same search again, on this memory. Reads and writes no files itself.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "quantize/search.h"

namespace nawq::quantize {

class RecordedEvaluator : public Evaluator {
 public:
  // `key`: of everything that scores depend on (network, weights, ranges, pictures, engine), on one line.
  RecordedEvaluator(Evaluator& inner, std::string key) : inner_(inner), key_(std::move(key)) {}

  // What was stopped early answers who needs as much of the same metric, or more; else it is measured again.
  Result<Score> evaluate(const Assignment& assignment, std::optional<Needed> needed) override;
  // With that of the memory that was loaded.
  double work() const override { return work_before_ + inner_.work(); }

  // Label of points from here on.
  void set_label(std::string label) { label_ = std::move(label); }
  // What was measured, in order, once each; what was loaded comes first.
  const std::vector<MeasuredPoint>& points() const { return points_; }
  std::int64_t measured() const { return measured_; }  // by the inner evaluator
  std::int64_t repeated() const { return repeated_; }  // answered from memory

  // Lines of text: a head with the key, a line for each point, and a checksum.
  std::string save() const;
  // Into an empty memory. kUsage, and nothing loaded, where the text is damaged or belongs to another key.
  Status load(std::string_view text);

 private:
  struct Entry {
    std::size_t point = 0;
    Needed needed;  // of what was stopped early
  };

  void remember(const Assignment& assignment, const Score& score, const Needed& needed);
  std::string line_of(const Entry& entry) const;
  Status load_line(std::string_view line);

  Evaluator& inner_;
  std::string key_, label_;
  std::vector<MeasuredPoint> points_;
  std::map<std::string, Entry, std::less<>> memory_;  // by to_text(assignment)
  std::int64_t measured_ = 0, repeated_ = 0;
  double work_before_ = 0;
};

}  // namespace nawq::quantize
