#include "base/thread_team.h"

#include <atomic>
#include <chrono>
#include <system_error>
#include <thread>
#include <vector>

namespace nawq {
namespace {

using Clock = std::chrono::steady_clock;

// Longer than the gap between two layers, shorter than what waiting would take from a neighbour. By the
// clock, because a pause takes 40 cycles on one processor and 140 on another.
constexpr std::chrono::microseconds kSpin{20};
constexpr int kTurnsPerLook = 64;

inline void pause_cpu() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

struct ThreadTeam::State {
  std::vector<std::thread> helpers;
  // One job at a time. A job begins when `round` changes and ends when every helper has left it.
  std::atomic<std::uint32_t> round{0};
  std::atomic<std::uint32_t> busy{0};
  std::atomic<std::int64_t> next{0};
  std::int64_t count = 0;
  const FunctionRef<void(std::int64_t, int)>* body = nullptr;
  std::atomic<bool> stop{false};

  void run_rows(int worker) {
    for (;;) {
      const std::int64_t index = next.fetch_add(1, std::memory_order_relaxed);
      if (index >= count) return;
      (*body)(index, worker);
    }
  }

  static void wait_while(std::atomic<std::uint32_t>& word, std::uint32_t value) {
    const auto begin = Clock::now();
    do {
      for (int turn = 0; turn < kTurnsPerLook; ++turn) {
        if (word.load(std::memory_order_acquire) != value) return;
        pause_cpu();
      }
    } while (Clock::now() - begin < kSpin);
    while (word.load(std::memory_order_acquire) == value) word.wait(value, std::memory_order_acquire);
  }

  void serve(int worker) {
    std::uint32_t seen = 0;
    for (;;) {
      wait_while(round, seen);
      ++seen;
      if (stop.load(std::memory_order_relaxed)) return;
      run_rows(worker);
      if (busy.fetch_sub(1, std::memory_order_acq_rel) == 1) busy.notify_one();
    }
  }

  void begin_round() {
    round.fetch_add(1, std::memory_order_release);
    round.notify_all();
  }

  ~State() {
    stop.store(true, std::memory_order_relaxed);
    begin_round();
    for (auto& helper : helpers) helper.join();
  }
};

ThreadTeam::ThreadTeam(std::unique_ptr<State> state) : state_(std::move(state)) {}
ThreadTeam::ThreadTeam(ThreadTeam&&) noexcept = default;
ThreadTeam& ThreadTeam::operator=(ThreadTeam&&) noexcept = default;
ThreadTeam::~ThreadTeam() = default;

Result<ThreadTeam> ThreadTeam::create(int threads) {
  auto state = std::make_unique<State>();
  state->helpers.reserve(static_cast<std::size_t>(threads - 1));
  try {
    for (int worker = 1; worker < threads; ++worker)
      state->helpers.emplace_back([raw = state.get(), worker] { raw->serve(worker); });
  } catch (const std::system_error&) {
    return fail(ErrorKind::kResource, "the system refuses to start " + std::to_string(threads) + " threads");
  }
  return ThreadTeam(std::move(state));
}

int ThreadTeam::size() const { return static_cast<int>(state_->helpers.size()) + 1; }

void ThreadTeam::parallel_for(std::int64_t count, FunctionRef<void(std::int64_t, int)> body) {
  State& s = *state_;
  s.count = count;
  s.body = &body;
  s.next.store(0, std::memory_order_relaxed);
  if (s.helpers.empty() || count <= 1) return s.run_rows(0);
  s.busy.store(static_cast<std::uint32_t>(s.helpers.size()), std::memory_order_relaxed);
  s.begin_round();
  s.run_rows(0);
  for (std::uint32_t left = s.busy.load(); left != 0; left = s.busy.load()) State::wait_while(s.busy, left);
}

}  // namespace nawq
