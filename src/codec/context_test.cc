#include "codec/context.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "codec/run_program_test.h"
#include "codec/without_allocating_test.h"
#include "plan/random_program_test.h"

namespace nawq::codec {
namespace {

plan::Program program_of(unsigned seed, bool floating) {
  std::mt19937 random(seed);
  return plan::random_program(random, floating);
}

void expect_refused(const Status& status, ErrorKind kind) {
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, kind) << status.error().message;
}

// Two contexts of one loaded program, each with a team of its own, twenty pictures each at once.
void expect_same_at_once(const plan::Program& program) {
  constexpr int kContexts = 2, kPictures = 20;
  const auto loaded = LoadedProgram::load(program, supported_isas().front());
  const Extent sizes[kContexts] = {{24, 13}, {17, 20}};
  std::vector<std::thread> threads;
  bool same[kContexts] = {};
  for (int i = 0; i < kContexts; ++i)
    threads.emplace_back([&, i] {
      const auto context = context_for(loaded, sizes[i], {.workers = 2});
      ThreadTeam team = team_of(2);
      Image result = result_for(program, sizes[i], 8);
      bool all = context != nullptr;
      for (int k = 0; all && k < kPictures; ++k) {
        const Image picture = noise_picture(sizes[i], program.channels, 8, static_cast<std::uint32_t>(k % 3));
        all = context->run(picture, result, team, kNeverStop) &&
              result == run_program(program, picture, {loaded->isa(), 1, 8});
      }
      same[i] = all;
    });
  for (std::thread& thread : threads) thread.join();
  for (const bool each : same) EXPECT_TRUE(each);
}

TEST(Context, TwoOfOneProgramRunAtOnceAsEachDoesAlone) {
  for (const unsigned seed : {1u, 2u, 3u, 4u}) {
    SCOPED_TRACE(seed);
    expect_same_at_once(program_of(seed, false));
    expect_same_at_once(program_of(seed, true));
  }
}

TEST(Context, EqualFramesGiveEqualPicturesWhateverCameBetween) {
  for (const bool floating : {false, true}) {
    const plan::Program program = program_of(7, floating);
    const Extent size{31, 18};
    const auto context =
        context_for(LoadedProgram::load(program, supported_isas().front()), size, {.workers = 2});
    ASSERT_TRUE(context);
    ThreadTeam team = team_of(2);
    constexpr unsigned kDifferent = 5;
    std::vector<Image> pictures, first;
    for (unsigned i = 0; i < kDifferent; ++i) {
      pictures.push_back(noise_picture(size, program.channels, 8, i));
      first.push_back(run_program(program, pictures.back(), {supported_isas().front(), 1, 8}));
    }
    Image result = result_for(program, size, 8);
    for (unsigned frame = 0; frame < 200; ++frame) {
      const unsigned which = frame * frame % kDifferent;
      ASSERT_TRUE(context->run(pictures[which], result, team, kNeverStop));
      ASSERT_EQ(result, first[which]) << "frame " << frame;
    }
    EXPECT_NE(first[0], first[1]) << "equal results of unequal pictures show nothing";
  }
}

TEST(Context, RunAllocatesNothing) {
  for (unsigned seed = 20; seed < 40; ++seed)
    expect_runs_without_allocating(program_of(seed, seed % 2 == 0), {15, 12}, {.workers = 2}, seed);
}

TEST(Context, RefusesPicturesThatItIsNotBoundTo) {
  const plan::Program program = program_of(3, false);
  const int channels = program.channels, other_channels = 4 - channels;
  const Extent size{16, 12};
  const auto context = context_for(LoadedProgram::load(program, Isa::kScalar), size, {.workers = 1});
  ASSERT_TRUE(context);
  ThreadTeam team = team_of(1);
  const Image picture = noise_picture(size, channels, 8, 1);
  Image result = result_for(program, size, 8);
  const auto run = [&](const Image& from, Image& to) { return context->run(from, to, team, kNeverStop); };
  EXPECT_TRUE(run(picture, result));
  expect_refused(run(noise_picture({15, 12}, channels, 8, 1), result), ErrorKind::kUsage);
  expect_refused(run(noise_picture({16, 13}, channels, 8, 1), result), ErrorKind::kUsage);
  expect_refused(run(noise_picture(size, channels, 16, 1), result), ErrorKind::kUsage);
  expect_refused(run(noise_picture(size, other_channels, 8, 1), result), ErrorKind::kUsage);
  Image deep = result_for(program, size, 16), wide = result_for(program, {17, 12}, 8);
  Image grey =
      noise_picture({size.width_px * program.scale, size.height_px * program.scale}, other_channels, 8, 1);
  expect_refused(run(picture, deep), ErrorKind::kUsage);
  expect_refused(run(picture, wide), ErrorKind::kUsage);
  expect_refused(run(picture, grey), ErrorKind::kUsage);
  ThreadTeam large = team_of(2);
  expect_refused(context->run(picture, result, large, kNeverStop), ErrorKind::kUsage);
}

TEST(Context, StopsWhenProgressSaysSoAndRunsAgain) {
  const plan::Program program = program_of(11, false);
  const Extent size{16, 12};
  const auto context = context_for(LoadedProgram::load(program, Isa::kScalar), size, {.workers = 1});
  ASSERT_TRUE(context);
  ThreadTeam team = team_of(1);
  const Image picture = noise_picture(size, program.channels, 8, 1);
  Image result = result_for(program, size, 8);
  int calls = 0;
  expect_refused(context->run(picture, result, team, [&](double) { return ++calls < 2; }),
                 ErrorKind::kInterrupted);
  EXPECT_EQ(calls, 2) << "it went on";
  ASSERT_TRUE(context->run(picture, result, team, kNeverStop));
  EXPECT_EQ(result, run_program(program, picture, {Isa::kScalar, 1, 8}));
}

TEST(Context, ProgressRisesToOne) {
  const plan::Program program = program_of(11, false);
  const Extent size{16, 12};
  const auto context = context_for(LoadedProgram::load(program, Isa::kScalar), size, {.workers = 1});
  ASSERT_TRUE(context);
  ThreadTeam team = team_of(1);
  Image result = result_for(program, size, 8);
  double last = 0;
  ASSERT_TRUE(context->run(noise_picture(size, program.channels, 8, 1), result, team, [&](double done) {
    EXPECT_GE(done, last);
    last = done;
    return true;
  }));
  EXPECT_DOUBLE_EQ(last, 1);
}

TEST(Context, CapturedRangesHoldWhatThePictureNeeds) {
  plan::Program program = program_of(5, true);
  const Extent size{16, 12};
  const auto context = context_for(LoadedProgram::load(program, supported_isas().front()), size,
                                   {.workers = 2, .capture_ranges = true});
  ASSERT_TRUE(context);
  ThreadTeam team = team_of(2);
  const Image picture = noise_picture(size, program.channels, 8, 1);
  Image result = result_for(program, size, 8);
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(context->run(picture, result, team, kNeverStop));
  const std::span<const Range> ranges = context->ranges();
  ASSERT_EQ(ranges.size(), program.tensors.size());
  for (std::size_t i = plan::kOutputTensor; i < ranges.size(); ++i)
    EXPECT_LE(ranges[i].low, ranges[i].high) << program.tensors[i].name;
}

TEST(Context, MacsAreThoseOfTheGrid) {
  const plan::Program program = program_of(5, false);
  const auto context = context_for(LoadedProgram::load(program, Isa::kScalar), {16, 12}, {.workers = 1});
  ASSERT_TRUE(context);
  EXPECT_EQ(context->macs(0), program.operations[0].macs_per_pixel * 16 * 12);
  EXPECT_GT(context->macs(0), 0);
}

TEST(Context, ArenaIsWhatMemoryBytesSays) {
  for (unsigned seed = 0; seed < 5; ++seed) {
    const plan::Program program = program_of(seed, false);
    const auto context = context_for(LoadedProgram::load(program, Isa::kScalar), {16, 12}, {.workers = 1});
    ASSERT_TRUE(context);
    const auto bytes = Context::memory_bytes(program, {16, 12}, 8);
    ASSERT_TRUE(bytes);
    EXPECT_EQ(context->arena_bytes(), *bytes);
  }
}

}  // namespace
}  // namespace nawq::codec
