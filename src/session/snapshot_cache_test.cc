#include "session/snapshot_cache.h"

#include <gtest/gtest.h>

#include <vector>

namespace nawq::session {
namespace {

codec::Snapshot snapshot(std::int64_t bytes, std::size_t next = 0) {
  codec::Snapshot made;
  made.next = next;
  codec::Snapshot::Tensor tensor;
  tensor.pixels = codec::AlignedBuffer(bytes);
  made.tensors.push_back(std::move(tensor));
  return made;
}

std::shared_ptr<const codec::Snapshot> find(SnapshotCache& cache, std::size_t picture,
                                            const std::vector<std::uint64_t>& keys) {
  plan::Program reads_nothing;
  reads_nothing.tensors.resize(2);
  return cache.find(picture, keys, reads_nothing);
}

TEST(SnapshotCache, FindsTheLastOfTheKeysOfAPicture) {
  SnapshotCache cache(1000);
  cache.add(0, 11, snapshot(10, 1));
  cache.add(0, 33, snapshot(10, 3));
  cache.add(1, 44, snapshot(10, 4));
  EXPECT_EQ(find(cache, 0, {11, 22, 33, 44})->next, 3u);
  EXPECT_EQ(find(cache, 0, {11, 22})->next, 1u);
  EXPECT_EQ(find(cache, 1, {11, 22, 33, 44})->next, 4u);
  EXPECT_EQ(find(cache, 0, {22, 44}), nullptr);
  EXPECT_EQ(find(cache, 2, {11, 33, 44}), nullptr);
}

TEST(SnapshotCache, WhatWasUsedLongestAgoGoesFirst) {
  SnapshotCache cache(30);
  for (const std::uint64_t key : {1u, 2u, 3u}) cache.add(0, key, snapshot(10));
  EXPECT_NE(find(cache, 0, {1}), nullptr);
  cache.add(0, 4, snapshot(10));
  EXPECT_TRUE(cache.contains(0, 1));
  EXPECT_FALSE(cache.contains(0, 2));
  EXPECT_TRUE(cache.contains(0, 3));
  EXPECT_TRUE(cache.contains(0, 4));
}

TEST(SnapshotCache, NeverHoldsMoreBytesThanItMay) {
  SnapshotCache cache(30);
  for (const std::uint64_t key : {1u, 2u, 3u}) cache.add(0, key, snapshot(10));
  cache.add(0, 4, snapshot(25));
  for (const std::uint64_t key : {1u, 2u, 3u}) EXPECT_FALSE(cache.contains(0, key));
  EXPECT_TRUE(cache.contains(0, 4));
  cache.add(0, 5, snapshot(31));
  EXPECT_FALSE(cache.contains(0, 5)) << "it is larger than all together may be";
  EXPECT_TRUE(cache.contains(0, 4)) << "nothing goes for what is not taken";
}

TEST(SnapshotCache, TheFirstOfAKeyStays) {
  SnapshotCache cache(100);
  cache.add(0, 1, snapshot(10, 1));
  cache.add(0, 1, snapshot(10, 2));
  EXPECT_EQ(find(cache, 0, {1})->next, 1u);
}

TEST(SnapshotCache, WhatIsInUseOutlivesItsPlace) {
  SnapshotCache cache(10);
  cache.add(0, 1, snapshot(10, 7));
  const auto used = find(cache, 0, {1});
  cache.add(0, 2, snapshot(10));
  EXPECT_FALSE(cache.contains(0, 1));
  EXPECT_EQ(used->next, 7u);
}

TEST(SnapshotCache, IsEmptyAfterClearing) {
  SnapshotCache cache(20);
  cache.add(0, 1, snapshot(20));
  cache.clear();
  EXPECT_FALSE(cache.contains(0, 1));
  cache.add(0, 2, snapshot(20));
  EXPECT_TRUE(cache.contains(0, 2)) << "the bytes were given back";
}

}  // namespace
}  // namespace nawq::session
