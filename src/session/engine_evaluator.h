// Owns: quantize::Evaluator on the integer engine: an assignment becomes a program, which runs on the
// calibration pictures from where it first differs from what ran before.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <vector>

#include "base/cpu.h"
#include "base/thread_team.h"
#include "quantize/needs.h"
#include "session/prepared_network.h"
#include "session/reference_picture.h"
#include "session/snapshot_cache.h"

namespace nawq::session {

struct EvaluatorOptions {
  bool with_ssim = false;
  std::int64_t cache_bytes = std::int64_t{1} << 30;  // for what earlier runs left
  // Asked before every assignment; false ends the search with kInterrupted.
  std::function<bool()> goes_on = [] { return true; };
};

class EngineEvaluator final : public quantize::Evaluator {
 public:
  // All have to outlive it. There is at least one picture.
  EngineEvaluator(const PreparedNetwork& network, const std::vector<ReferencePicture>& pictures, Isa isa,
                  ThreadTeam& team, EvaluatorOptions options);
  ~EngineEvaluator() override;

  Result<quantize::Score> evaluate(const quantize::Assignment& assignment,
                                   std::optional<quantize::Needed> needed) override;
  double work() const override { return work_; }

  // Any program of the network's: FP32W8, a finished recipe.
  Result<quantize::Score> evaluate(const plan::Program& program, std::optional<quantize::Needed> needed);
  // Of the float network.
  quantize::Score reference() const;

 private:
  struct Run;

  const PreparedNetwork& network_;
  const std::vector<ReferencePicture>& pictures_;
  Isa isa_;
  ThreadTeam& team_;
  EvaluatorOptions options_;
  SnapshotCache cache_;
  std::set<std::uint64_t> seen_;   // keys of what ran before
  std::vector<ThreadTeam> alone_;  // by worker: itself
  double work_ = 0;
};

}  // namespace nawq::session
