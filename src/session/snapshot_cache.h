// Owns: what runs of many similar programs on the same pictures left on their way, so that the next one
// begins where it first differs. Safe from any thread.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <utility>

#include "codec/snapshot.h"

namespace nawq::session {

class SnapshotCache {
 public:
  // What was used longest ago goes when it holds more.
  explicit SnapshotCache(std::int64_t most_bytes) : most_bytes_(most_bytes) {}

  // The last one of a picture whose key is among `keys` (plan/prefix_keys.h) and that has what this program
  // reads, null where there is none.
  std::shared_ptr<const codec::Snapshot> find(std::size_t picture, std::span<const std::uint64_t> keys,
                                              const plan::Program& program);
  bool contains(std::size_t picture, std::uint64_t key);
  void add(std::size_t picture, std::uint64_t key, codec::Snapshot snapshot);
  void clear();

 private:
  using Key = std::pair<std::size_t, std::uint64_t>;
  struct Entry {
    Key key;
    std::shared_ptr<const codec::Snapshot> snapshot;
  };

  std::mutex mutex_;
  std::list<Entry> entries_;  // the last used first
  std::map<Key, std::list<Entry>::iterator> places_;
  std::int64_t most_bytes_, bytes_ = 0;
};

}  // namespace nawq::session
