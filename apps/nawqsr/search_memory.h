// Owns: the file in which a search keeps what it has measured, so that a stopped one goes on.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "session/quantization.h"

namespace nawq::cli {

// Measures on `inner`; every few seconds, and at the end of a failure, the file is written anew.
class KeptEvaluator final : public quantize::Evaluator {
 public:
  KeptEvaluator(quantize::Evaluator& inner, std::string key, std::string file)
      : recorded_(inner, std::move(key)), file_(std::move(file)) {}

  // kUsage where the file is damaged or of another search, kOutput where it cannot be read. Nothing to do
  // where there is none.
  Status load();
  Result<quantize::Score> evaluate(const quantize::Assignment& assignment,
                                   std::optional<quantize::Needed> needed) override;
  double work() const override { return recorded_.work(); }

  const std::string& file() const { return file_; }
  bool file_exists() const;
  std::int64_t measured() const { return recorded_.measured(); }
  // The search is done.
  void remove_file();

 private:
  Status save();

  quantize::RecordedEvaluator recorded_;
  std::string file_;
  std::chrono::steady_clock::time_point saved_ = std::chrono::steady_clock::now();
};

}  // namespace nawq::cli
