// Tiles change no pixel, whatever their size, their order, and what becomes of tensors between phases.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "codec/dispatcher.h"
#include "codec/run_program_test.h"
#include "codec/without_allocating_test.h"
#include "plan/random_program_test.h"

namespace nawq::codec {
namespace {

constexpr int kThreads = 2;

// In float32, in codes, in codes with run-time ranges.
plan::Program program_of(unsigned seed) {
  std::mt19937 random(seed);
  return seed % 3 == 0   ? plan::random_program(random, true)
         : seed % 3 == 1 ? plan::random_program(random, false)
                         : plan::random_dre_program(random);
}

Plan plan_of(const plan::Program& program, Extent picture, Extent tile, const std::vector<Keeping>& keeping) {
  Plan plan;
  plan.sizes = find_sizes(program, picture).value();
  plan.tiles = tiled_plan(program, picture, tile, keeping);
  const TileSurvey survey = survey_tiles(program, plan.sizes, plan.tiles);
  plan.layout = lay_out(program, plan.sizes, plan.tiles, survey, 8, 8);
  plan.work = survey.work;
  return plan;
}

Image run_plan(const LoadedProgram& loaded, const Plan& plan, const Image& picture, std::uint32_t order) {
  auto dispatcher = Dispatcher::create(loaded, plan, {.workers = kThreads, .tile_order = order});
  EXPECT_TRUE(dispatcher) << (dispatcher ? "" : dispatcher.error().message);
  if (!dispatcher) return {};
  Image result = result_for(loaded.program(), plan.sizes.tensors[plan::kInputTensor], 8);
  ThreadTeam team = team_of(kThreads);
  const Status status = (*dispatcher)->run(picture, result, team, kNeverStop);
  EXPECT_TRUE(status) << (status ? "" : status.error().message);
  return result;
}

std::vector<Keeping> random_keeping(const plan::Program& program, std::mt19937& random) {
  std::vector<Keeping> keeping;
  for (std::size_t i = 0; i < program.tensors.size(); ++i)
    keeping.push_back(static_cast<Keeping>(random() % 3));
  return keeping;
}

// The keeping of every tensor that crosses a barrier drawn by lot.
void expect_tiles_change_nothing(const plan::Program& program, unsigned seed) {
  std::mt19937 random(seed + 1000);
  Extent size = smallest_picture(program);
  size.width_px += static_cast<std::int64_t>(random() % 40);
  size.height_px += static_cast<std::int64_t>(random() % 40);
  if (!find_sizes(program, size)) return;
  const Image picture = noise_picture(size, program.channels, 8, seed);
  const auto loaded = LoadedProgram::load(program, supported_isas().front());
  const Image whole = run_program(program, picture, {loaded->isa(), kThreads, 8});
  for (int i = 0; i < 3; ++i) {
    Extent tile{1 + static_cast<std::int64_t>(random() % 24), 1 + static_cast<std::int64_t>(random() % 24)};
    if (needs_whole_rows(program)) tile.width_px = size.width_px;
    const std::uint32_t order = i == 0 ? 0 : static_cast<std::uint32_t>(random()) | 1u;
    const Plan plan = plan_of(program, size, tile, random_keeping(program, random));
    ASSERT_EQ(run_plan(*loaded, plan, picture, order), whole)
        << "tile " << tile.width_px << "x" << tile.height_px << " of " << size.width_px << "x"
        << size.height_px << ", order " << order;
  }
}

TEST(Tiles, ChangeNoPixelOfRandomPrograms) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    expect_tiles_change_nothing(program_of(seed), seed);
  }
}

TEST(Tiles, EveryPixelOfATensorBelongsToExactlyOneTile) {
  for (unsigned seed = 0; seed < 30; ++seed) {
    std::mt19937 random(seed);
    const plan::Program program = program_of(seed);
    const Extent picture{41, 37};
    const Plan plan = plan_of(program, picture, {10, 7}, random_keeping(program, random));
    const TileGeometry geometry(program, plan.sizes, plan.tiles);
    for (std::size_t i = 0; i < program.tensors.size(); ++i) {
      std::int64_t pixels = 0;
      for (std::int64_t tile = 0; tile < plan.tiles.tiles(); ++tile)
        pixels += geometry.own(static_cast<std::int32_t>(i), tile).pixels();
      EXPECT_EQ(pixels, whole(plan.sizes.tensors[i]).pixels());
    }
  }
}

TEST(Tiles, RunAllocatesNothing) {
  constexpr Extent kSize{31, 26};
  for (unsigned seed = 0; seed < 12; ++seed) {
    const plan::Program program = program_of(seed);
    if (find_sizes(program, kSize))
      expect_runs_without_allocating(program, kSize,
                                     {.workers = 2, .tiling = {.tile_px = 9, .tile_order = 3}}, seed);
  }
}

// The less memory, the smaller the plan, until none fits; the picture stays the same.
TEST(Tiles, FitTheMemoryThatTheyAreGiven) {
  int tiled = 0, refused = 0;
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    const plan::Program program = program_of(seed);
    const Extent size{120, 90};
    if (!find_sizes(program, size)) continue;
    const Image picture = noise_picture(size, program.channels, 8, seed);
    const auto loaded = LoadedProgram::load(program, supported_isas().front());
    const Image expected = run_program(program, picture, {loaded->isa(), kThreads, 8});
    const std::int64_t all = *Context::memory_bytes(program, size, 8);
    for (const std::int64_t budget : {all - 1, all / 2, all / 4}) {
      auto context = Context::create(loaded, size, {.workers = kThreads, .tiling = {.memory_bytes = budget}});
      if (!context) {
        EXPECT_EQ(context.error().kind, ErrorKind::kResource) << context.error().message;
        ++refused;
        continue;
      }
      ++tiled;
      EXPECT_LE((*context)->arena_bytes(), budget);
      Image result = result_for(program, size, 8);
      ThreadTeam team = team_of(kThreads);
      ASSERT_TRUE((*context)->run(picture, result, team, kNeverStop));
      EXPECT_EQ(result, expected);
    }
  }
  EXPECT_GT(tiled, refused);
}

TEST(Tiles, StopWhenProgressSaysSoAndRunAgain) {
  const plan::Program program = program_of(5);
  const Extent size{60, 50};
  const auto loaded = LoadedProgram::load(program, supported_isas().front());
  const auto context = context_for(loaded, size, {.workers = 2, .tiling = {.tile_px = 16}});
  ASSERT_TRUE(context);
  ThreadTeam team = team_of(2);
  const Image picture = noise_picture(size, program.channels, 8, 1);
  Image result = result_for(program, size, 8);
  int calls = 0;
  const Status stopped = context->run(picture, result, team, [&](double) { return ++calls < 5; });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::kInterrupted);
  EXPECT_EQ(calls, 5);
  double last = 0;
  ASSERT_TRUE(context->run(picture, result, team, [&](double done) {
    EXPECT_GE(done, last);
    last = done;
    return true;
  }));
  EXPECT_NEAR(last, 1, 1e-9);
  EXPECT_EQ(result, run_program(program, picture, {loaded->isa(), 1, 8}));
}

}  // namespace
}  // namespace nawq::codec
