#include "base/ordered_pipeline.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <memory>
#include <string>

#include "base/text.h"

namespace nawq {
namespace {

using std::chrono::milliseconds;
using Item = std::unique_ptr<std::int64_t>;  // moved from stage to stage, never copied
using Stages = PipelineStages<Item, Item, Item>;
using Pipeline = OrderedPipeline<Item, Item, Item>;
using Reports = std::vector<std::string>;

// Counts up by a digit in every stage: item 4 comes out as "4: 4123".
struct Counter {
  std::int64_t items = 0;
  std::int64_t fails_in_first = -1, fails_in_middle = -1, fails_in_last = -1;
  Reports reports = {};

  static Result<Item> next(Item&& item, int digit, bool fails) {
    if (fails) return fail(ErrorKind::kInput, concat("stage ", digit));
    *item = *item * 10 + digit;
    return std::move(item);
  }

  std::optional<Result<Item>> first(std::int64_t index) const {
    if (index >= items) return std::nullopt;
    return next(std::make_unique<std::int64_t>(index), 1, index == fails_in_first);
  }

  void report(std::int64_t index, const Result<Item>& done) {
    reports.push_back(concat(index, ": ", done ? concat(**done) : done.error().message));
  }

  Result<std::int64_t> run(const PipelineOptions& options) {
    return Pipeline(
               Stages{
                   .first = [&](std::int64_t index) { return first(index); },
                   .middle = [&](std::int64_t index,
                                 Item&& item) { return next(std::move(item), 2, index == fails_in_middle); },
                   .last = [&](std::int64_t index,
                               Item&& item) { return next(std::move(item), 3, index == fails_in_last); },
                   .report = [&](std::int64_t index, Result<Item>&& done) { report(index, done); }},
               options)
        .run();
  }
};

class OrderedPipelineTest : public testing::TestWithParam<int> {
 protected:
  PipelineOptions options() const { return {.last_threads = GetParam()}; }
};

TEST_P(OrderedPipelineTest, ItemsGoThroughAllStagesAndComeOutInOrder) {
  for (const std::int64_t items : {0, 1, 2, 3, 200}) {
    Counter counter{.items = items};
    EXPECT_EQ(counter.run(options()), items);
    Reports wanted;
    for (std::int64_t i = 0; i < items; ++i) wanted.push_back(concat(i, ": ", i * 1000 + 123));
    EXPECT_EQ(counter.reports, wanted);
  }
}

TEST_P(OrderedPipelineTest, AFailureIsReportedInItsPlaceAndStopsNothing) {
  Counter counter{.items = 5, .fails_in_first = 0, .fails_in_middle = 2, .fails_in_last = 3};
  EXPECT_EQ(counter.run(options()), 5);
  EXPECT_EQ(counter.reports, Reports({"0: stage 1", "1: 1123", "2: stage 2", "3: stage 3", "4: 4123"}));
}

TEST_P(OrderedPipelineTest, AfterStopAPrefixOfTheItemsHasGoneThroughAndNothingElse) {
  std::atomic<bool> stop{false};
  Reports reports;
  std::atomic<std::int64_t> finished{0};
  auto done =
      Pipeline(
          Stages{.first = [](std::int64_t index) -> std::optional<Result<Item>> {
                   return Result<Item>(std::make_unique<std::int64_t>(index));
                 },
                 .middle = [&](std::int64_t index, Item&& item) -> Result<Item> {
                   if (index == 7) stop = true;
                   return std::move(item);
                 },
                 .last = [&](std::int64_t, Item&& item) -> Result<Item> {
                   ++finished;
                   return std::move(item);
                 },
                 .report = [&](std::int64_t index, Result<Item>&&) { reports.push_back(concat(index)); }},
          {.last_threads = GetParam(), .stop = &stop})
          .run();
  EXPECT_EQ(done, 8);  // the item in the middle goes on to the end
  EXPECT_EQ(finished, 8);
  EXPECT_EQ(reports, Reports({"0", "1", "2", "3", "4", "5", "6", "7"}));
}

TEST_P(OrderedPipelineTest, StopBeforeTheStartBeginsNothing) {
  const std::atomic<bool> stop{true};
  Counter counter{.items = 3};
  EXPECT_EQ(counter.run({.last_threads = GetParam(), .stop = &stop}), 0);
  EXPECT_EQ(counter.reports, Reports());
}

TEST_P(OrderedPipelineTest, TheMiddleStageRunsOnTheCallersThread) {
  const auto caller = std::this_thread::get_id();
  bool elsewhere = false;
  std::int64_t left = 5;
  const auto done =
      Pipeline(Stages{.first = [&](std::int64_t) -> std::optional<Result<Item>> {
                        if (left-- == 0) return std::nullopt;
                        return Result<Item>(std::make_unique<std::int64_t>(0));
                      },
                      .middle = [&](std::int64_t, Item&& item) -> Result<Item> {
                        elsewhere |= std::this_thread::get_id() != caller;
                        return std::move(item);
                      },
                      .last = [](std::int64_t, Item&& item) -> Result<Item> { return std::move(item); },
                      .report = [](std::int64_t, Result<Item>&&) {}},
               options())
          .run();
  EXPECT_EQ(done, 5);
  EXPECT_FALSE(elsewhere);
}

INSTANTIATE_TEST_SUITE_P(LastThreads, OrderedPipelineTest, testing::Values(0, 1, 2, 5));

// What is alive at once, which is what a memory limit counts on.
TEST(OrderedPipelineBoundTest, NoMoreItemsAreAliveThanStated) {
  constexpr int kLastThreads = 2, kMost = 1 + 1 + kLastThreads;
  std::atomic<int> alive{0}, most{0};
  struct Counted {
    std::atomic<int>* alive;
    Counted(std::atomic<int>& count, std::atomic<int>& most) : alive(&count) {
      const int now = ++count;
      for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
      }
    }
    Counted(Counted&& other) noexcept : alive(std::exchange(other.alive, nullptr)) {}
    Counted& operator=(Counted&&) = delete;
    ~Counted() {
      if (alive) --*alive;
    }
  };
  using CountedPipeline = OrderedPipeline<Counted, Counted, int>;
  const auto done =
      CountedPipeline(
          {.first = [&](std::int64_t index) -> std::optional<Result<Counted>> {
             if (index == 30) return std::nullopt;
             return Result<Counted>(tl::in_place, alive, most);
           },
           .middle = [](std::int64_t, Counted&& item) -> Result<Counted> { return std::move(item); },
           .last = [](std::int64_t index, Counted&&) -> Result<int> {
             std::this_thread::sleep_for(milliseconds(index % 3));  // out of step
             return 0;
           },
           .report = [](std::int64_t, Result<int>&&) {}},
          {.last_threads = kLastThreads})
          .run();
  EXPECT_EQ(done, 30);
  EXPECT_EQ(alive, 0);
  EXPECT_LE(most, kMost);
}

// Every stage waits until the others are at work on other items: only stages that run beside one another end.
TEST(OrderedPipelineBoundTest, StagesWorkOnDifferentItemsAtTheSameTime) {
  std::atomic<std::int64_t> reading{-1}, making{-1};
  const auto wait_for = [](const std::atomic<std::int64_t>& who, std::int64_t index) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (who < index) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  };
  std::atomic<bool> beside{true};
  const auto done = Pipeline({.first = [&](std::int64_t index) -> std::optional<Result<Item>> {
                                reading = index;
                                if (index == 10) return std::nullopt;
                                return Result<Item>(std::make_unique<std::int64_t>(index));
                              },
                              .middle = [&](std::int64_t index, Item&& item) -> Result<Item> {
                                making = index;
                                if (!wait_for(reading, index + 1)) beside = false;
                                return std::move(item);
                              },
                              .last = [&](std::int64_t index, Item&& item) -> Result<Item> {
                                if (index < 9 && !wait_for(making, index + 1)) beside = false;
                                return std::move(item);
                              },
                              .report = [](std::int64_t, Result<Item>&&) {}},
                             {.last_threads = 1})
                        .run();
  EXPECT_EQ(done, 10);
  EXPECT_TRUE(beside);
}

TEST(OrderedPipelineBoundTest, ThreadsBesideTheMiddleStageYieldToIt) {
  const auto niceness = [] { return getpriority(PRIO_PROCESS, 0); };
  const int usual = niceness();
  int first = 0, middle = 0, last = 0;
  bool is_read = false;
  const auto done = Pipeline({.first = [&](std::int64_t) -> std::optional<Result<Item>> {
                                first = niceness();
                                if (std::exchange(is_read, true)) return std::nullopt;
                                return Result<Item>(std::make_unique<std::int64_t>(0));
                              },
                              .middle = [&](std::int64_t, Item&& item) -> Result<Item> {
                                middle = niceness();
                                return std::move(item);
                              },
                              .last = [&](std::int64_t, Item&& item) -> Result<Item> {
                                last = niceness();
                                return std::move(item);
                              },
                              .report = [](std::int64_t, Result<Item>&&) {}},
                             {.last_threads = 1, .niceness = 1})
                        .run();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(middle, usual);
  EXPECT_EQ(first, std::min(usual + 1, 19));
  EXPECT_EQ(last, std::min(usual + 1, 19));
}

}  // namespace
}  // namespace nawq
