// Whole networks in tiles: every pixel as without them, for any size and order of tiles, any team and
// instruction set, with and without run-time ranges.
#include <algorithm>
#include <filesystem>
#include <string>
#include <tuple>

#include "codec/run_program_test.h"
#include "tests/engine/programs_test.h"

namespace nawq::engine {
namespace {

constexpr std::int64_t kWidthPx = 61, kHeightPx = 47;

enum class Kind { kFloat, kInt8, kA16W8, kInt8Dre, kA16W8Dre };

const char* name_of(Kind kind) {
  static constexpr const char* kNames[] = {"fp32", "int8", "a16w8", "int8_dre", "a16w8_dre"};
  return kNames[static_cast<int>(kind)];
}

plan::Program program_of(const std::string& name, Kind kind, const Image& picture) {
  const session::Network network = open_network(name);
  if (kind == Kind::kFloat) return session::plan_floating(network, {}).value();
  const int bits = kind == Kind::kInt8 || kind == Kind::kInt8Dre ? 8 : 16;
  const bool dre = kind == Kind::kInt8Dre || kind == Kind::kA16W8Dre;
  const graph::Recipe fixed = recipe_for(network, picture, bits);
  const graph::Recipe recipe = dre ? with_run_time_ranges(fixed) : fixed;
  return session::plan_with(network, recipe).value();
}

Image run_tiled(const plan::Program& program, const Image& picture, Isa isa, int threads,
                const codec::Tiling& tiling) {
  const codec::Extent size{picture.width_px(), picture.height_px()};
  const auto context = codec::context_for(codec::LoadedProgram::load(program, isa), size,
                                          {.workers = threads, .tiling = tiling});
  if (!context) return {};
  EXPECT_GT(context->plan().tiles.tiles(), 1);
  Image result = codec::result_for(program, size, 8);
  ThreadTeam team = codec::team_of(threads);
  const Status status = context->run(picture, result, team, codec::kNeverStop);
  EXPECT_TRUE(status) << (status ? "" : status.error().message);
  return result;
}

class TiledNetworks : public testing::TestWithParam<std::tuple<const char*, Kind>> {};

TEST_P(TiledNetworks, GiveThePictureOfOnePiece) {
  const auto [name, kind] = GetParam();
  if (!std::filesystem::exists(model_file(name))) GTEST_SKIP() << model_file(name) << " is absent";
  const Image picture = test_picture(kWidthPx, kHeightPx);
  const plan::Program program = program_of(name, kind, picture);
  const bool has_ranges = std::ranges::any_of(program.operations, &plan::Operation::dre);
  EXPECT_EQ(has_ranges, kind == Kind::kInt8Dre || kind == Kind::kA16W8Dre);
  const Isa best = supported_isas().front();
  const Image whole = codec::run_program(program, picture, {best, 2, 8});
  ASSERT_FALSE(whole.empty());
  EXPECT_EQ(run_tiled(program, picture, best, 2, {.tile_px = 32}), whole);
  EXPECT_EQ(run_tiled(program, picture, best, 3, {.tile_px = 17, .tile_order = 5}), whole);
  const Isa other = supported_isas()[supported_isas().size() > 2 ? 1 : 0];
  EXPECT_EQ(run_tiled(program, picture, other, 1, {.tile_px = 40, .tile_order = 9}), whole);
}

INSTANTIATE_TEST_SUITE_P(All, TiledNetworks,
                         testing::Combine(testing::ValuesIn(kNetworks),
                                          testing::Values(Kind::kFloat, Kind::kInt8, Kind::kA16W8,
                                                          Kind::kInt8Dre, Kind::kA16W8Dre)),
                         [](const auto& tested) {
                           return std::string(std::get<0>(tested.param)) + "_" +
                                  name_of(std::get<1>(tested.param));
                         });

}  // namespace
}  // namespace nawq::engine
