// Owns: what operations that end in epilogues share: one epilogue per segment of output channels, capture of
// ranges, gates.
#pragma once

#include <algorithm>
#include <deque>
#include <limits>

#include "codec/bound_operation.h"

namespace nawq::codec {

class WithEpilogue : public BoundOperation {
 public:
  ScratchNeed scratch_need() const override {
    ScratchNeed need;
    for (const RowEpilogue& epilogue : epilogues_) {
      need.destinations = std::max(need.destinations, epilogue.most_destinations());
      need.packed_channels += epilogue.packed_channels();
    }
    return need;
  }

  void begin(ContextState& state) override {
    for (RowEpilogue& epilogue : epilogues_) {
      epilogue.set_gates(state.vectors);
      epilogue.set_formats(state.formats);
    }
  }

  void gather(ContextState& state, std::vector<WorkerScratch>& scratch) override;

 protected:
  explicit WithEpilogue(const BindInput& input) : finds_ranges_(writes_source(input)) {}

  // The pointers of one worker for segment `segment`.
  RowContext context(std::size_t segment, ContextState& state, WorkerScratch& scratch) const {
    RowContext made{scratch.pixels.data(), scratch.destinations.data(), nullptr, nullptr};
    if (!captures(state)) return made;
    std::size_t first = 0;
    for (std::size_t i = 0; i < segment; ++i)
      first += static_cast<std::size_t>(epilogues_[i].packed_channels());
    made.smallest = scratch.smallest.data() + first;
    made.largest = scratch.largest.data() + first;
    return made;
  }

  std::deque<RowEpilogue> epilogues_;  // by segment; they are not moved

 private:
  // Whether codes are made from what it writes.
  static bool writes_source(const BindInput& input);
  bool captures(const ContextState& state) const { return state.capture_ranges || finds_ranges_; }

  bool finds_ranges_;
};

}  // namespace nawq::codec
