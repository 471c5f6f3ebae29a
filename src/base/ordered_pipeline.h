// Owns: a sequence of items that go through three stages, each stage on another item at the same time, and
// come out in order. Knows nothing of what the items are.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/thread_priority.h"

namespace nawq {

// What is done with item `index`, 0, 1, ... A stage that fails ends its item, not the others: the stages
// behind it are skipped and report() is told. No stage may throw.
template <class Read, class Made, class Done>
struct PipelineStages {
  FunctionRef<std::optional<Result<Read>>(std::int64_t index)> first;  // nothing: there are no more items
  FunctionRef<Result<Made>(std::int64_t index, Read&& read)> middle;   // on the thread that calls run()
  FunctionRef<Result<Done>(std::int64_t index, Made&& made)> last;     // on last_threads items at once
  FunctionRef<void(std::int64_t index, Result<Done>&& done)> report;   // in order, one at a time, any thread
};

struct PipelineOptions {
  int last_threads = 1;  // 0: no threads, one item after another
  int niceness = 0;      // of the first and the last stage's threads, above that of the caller's
  // Once it is set no stage begins another item, but what is behind the middle stage goes through to the end.
  const std::atomic<bool>* stop = nullptr;
};

// Beside the item in the middle, one is read or waits, and last_threads are finished or wait. Nothing is
// allocated for an item but the item itself.
template <class Read, class Made, class Done>
class OrderedPipeline {
 public:
  using Stages = PipelineStages<Read, Made, Done>;

  OrderedPipeline(const Stages& stages, const PipelineOptions& options)
      : stages_(stages),
        options_(options),
        made_items_(static_cast<std::size_t>(options.last_threads)),
        done_items_(static_cast<std::size_t>(options.last_threads)) {}

  // To be called once. How many items were reported; fails, before any item, where the system refuses a
  // thread.
  Result<std::int64_t> run() {
    if (options_.last_threads == 0) return run_alone();
    std::vector<std::thread> threads;
    threads.reserve(static_cast<std::size_t>(options_.last_threads) + 1);
    const bool started = start(threads);
    if (started) make_items();
    end_middle();
    for (std::thread& thread : threads) thread.join();
    if (!started) return fail(ErrorKind::kResource, "the system refuses to start threads");
    return reported_;
  }

 private:
  using Lock = std::unique_lock<std::mutex>;

  bool stopped() const { return options_.stop && options_.stop->load(std::memory_order_relaxed); }

  Result<std::int64_t> run_alone() {
    for (; !stopped(); ++reported_) {
      std::optional<Result<Read>> read = stages_.first(reported_);
      if (!read) break;
      Result<Made> made = make(reported_, std::move(*read));
      stages_.report(reported_, finish(reported_, std::move(made)));
    }
    return reported_;
  }

  // The reader is the last one: when a thread is refused no item has begun.
  bool start(std::vector<std::thread>& threads) {
    try {
      for (int i = 0; i < options_.last_threads; ++i) threads.emplace_back([this] { finish_items(); });
      threads.emplace_back([this] { read_items(); });
      return true;
    } catch (const std::system_error&) {
      return false;
    }
  }

  Result<Made> make(std::int64_t index, Result<Read>&& read) {
    return std::move(read).and_then([&](Read&& item) { return stages_.middle(index, std::move(item)); });
  }

  Result<Done> finish(std::int64_t index, Result<Made>&& made) {
    return std::move(made).and_then([&](Made&& item) { return stages_.last(index, std::move(item)); });
  }

  void read_items() {
    lower_thread_priority(options_.niceness);
    for (std::int64_t index = 0;; ++index) {
      {
        Lock lock(mutex_);
        changed_.wait(lock, [&] { return !read_item_ || middle_ended_; });
        if (middle_ended_) return;
      }
      std::optional<Result<Read>> item = stopped() ? std::nullopt : stages_.first(index);
      const Lock lock(mutex_);
      reading_ended_ = !item;
      if (item) read_item_.emplace(std::move(*item));
      changed_.notify_all();
      if (reading_ended_) return;
    }
  }

  std::optional<Result<Read>> take_read() {
    Lock lock(mutex_);
    changed_.wait(lock, [&] { return read_item_ || reading_ended_; });
    if (!read_item_ || stopped()) return std::nullopt;
    std::optional<Result<Read>> item(std::move(read_item_));
    read_item_.reset();
    changed_.notify_all();
    return item;
  }

  void make_items() {
    while (std::optional<Result<Read>> read = take_read()) {
      Result<Made> made = make(made_, std::move(*read));
      read.reset();
      Lock lock(mutex_);
      changed_.wait(lock, [&] { return made_ - reported_ < options_.last_threads; });
      made_items_[slot(made_)].emplace(std::move(made));
      ++made_;
      changed_.notify_all();
    }
  }

  void end_middle() {
    const Lock lock(mutex_);
    middle_ended_ = true;
    changed_.notify_all();
  }

  void finish_items() {
    lower_thread_priority(options_.niceness);
    for (;;) {
      Lock lock(mutex_);
      changed_.wait(lock, [&] { return begun_ < made_ || middle_ended_; });
      if (begun_ == made_) return;
      const std::int64_t index = begun_++;
      std::optional<Result<Made>> made(std::move(made_items_[slot(index)]));
      made_items_[slot(index)].reset();
      lock.unlock();
      Result<Done> done = finish(index, std::move(*made));
      made.reset();
      lock.lock();
      done_items_[slot(index)].emplace(std::move(done));
      if (!reporting_) report_finished(lock);
    }
  }

  // Whoever finishes the oldest item reports it and those behind it that were waiting for it.
  void report_finished(Lock& lock) {
    reporting_ = true;
    while (std::optional<Result<Done>> done = std::exchange(done_items_[slot(reported_)], std::nullopt)) {
      lock.unlock();
      stages_.report(reported_, std::move(*done));
      lock.lock();
      ++reported_;
      changed_.notify_all();
    }
    reporting_ = false;
  }

  std::size_t slot(std::int64_t index) const {
    return static_cast<std::size_t>(index % options_.last_threads);
  }

  const Stages stages_;
  const PipelineOptions options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Result<Read>> read_item_;
  std::vector<std::optional<Result<Made>>> made_items_;
  std::vector<std::optional<Result<Done>>> done_items_;
  bool reading_ended_ = false, middle_ended_ = false, reporting_ = false;
  // Items behind the middle stage, taken by the last stage, reported. Written with the lock held; `made_` is
  // written by the caller's thread alone and `reported_` by the one that reports.
  std::int64_t made_ = 0, begun_ = 0, reported_ = 0;
};

}  // namespace nawq
