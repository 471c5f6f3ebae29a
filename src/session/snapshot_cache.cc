#include "session/snapshot_cache.h"

namespace nawq::session {

std::shared_ptr<const codec::Snapshot> SnapshotCache::find(std::size_t picture,
                                                           std::span<const std::uint64_t> keys,
                                                           const plan::Program& program) {
  const std::lock_guard lock(mutex_);
  for (std::size_t k = keys.size(); k-- > 0;) {
    const auto found = places_.find({picture, keys[k]});
    if (found == places_.end() || !found->second->snapshot->serves(program)) continue;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->snapshot;
  }
  return nullptr;
}

bool SnapshotCache::contains(std::size_t picture, std::uint64_t key) {
  const std::lock_guard lock(mutex_);
  return places_.contains({picture, key});
}

void SnapshotCache::add(std::size_t picture, std::uint64_t key, codec::Snapshot snapshot) {
  auto shared = std::make_shared<const codec::Snapshot>(std::move(snapshot));
  const std::lock_guard lock(mutex_);
  if (shared->bytes() > most_bytes_ || places_.contains({picture, key})) return;
  bytes_ += shared->bytes();
  entries_.push_front({{picture, key}, std::move(shared)});
  places_[{picture, key}] = entries_.begin();
  while (bytes_ > most_bytes_) {
    bytes_ -= entries_.back().snapshot->bytes();
    places_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

void SnapshotCache::clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
  places_.clear();
  bytes_ = 0;
}

}  // namespace nawq::session
