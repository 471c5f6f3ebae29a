#include "codec/snapshot.h"

#include <gtest/gtest.h>

#include <vector>

#include "codec/run_program_test.h"
#include "plan/prefix_keys.h"
#include "plan/random_program_test.h"

namespace nawq::codec {
namespace {

plan::Program program_of(unsigned seed) {
  std::mt19937 random(seed);
  return plan::random_program(random, seed % 2 == 0);
}

struct Recorded {
  Image result;
  std::vector<Snapshot> saved;  // before every operation but the first
};

Recorded run_and_save(const plan::Program& program, const Image& picture, Isa isa) {
  const Extent size{picture.width_px(), picture.height_px()};
  const auto context =
      context_for(LoadedProgram::load(program, isa), size, {.in_bits = picture.bits(), .out_bits = 16});
  Recorded run{result_for(program, size, 16), {}};
  ThreadTeam team = team_of(1);
  const auto save = [&](std::size_t next) {
    if (next > 0 && next < program.operations.size()) run.saved.push_back(context->save(next));
    return true;
  };
  EXPECT_TRUE(context->run_from(nullptr, picture, run.result, team, save));
  return run;
}

Image run_on(const plan::Program& program, const Image& picture, const Snapshot& from, int threads) {
  const Extent size{picture.width_px(), picture.height_px()};
  const auto context = context_for(LoadedProgram::load(program, supported_isas().front()), size,
                                   {.in_bits = picture.bits(), .out_bits = 16, .workers = threads});
  Image result = result_for(program, size, 16);
  ThreadTeam team = team_of(threads);
  EXPECT_TRUE(context->run_from(&from, picture, result, team, [](std::size_t) { return true; }));
  return result;
}

TEST(Snapshot, GivesTheSamePictureFromEveryOperationOn) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    const plan::Program program = program_of(seed);
    const Extent size = find_sizes(program, {24, 13}) ? Extent{24, 13} : smallest_picture(program);
    const Image picture = noise_picture(size, program.channels, 8, seed);
    const Recorded run = run_and_save(program, picture, supported_isas().front());
    ASSERT_EQ(run.result, run_program(program, picture, {supported_isas().front(), 1, 16}));
    for (const Snapshot& saved : run.saved) {
      SCOPED_TRACE(saved.next);
      ASSERT_EQ(run_on(program, picture, saved, 2), run.result);
    }
  }
}

// The last convolution gets another bias.
bool change_end(plan::Program& program, std::size_t& changed) {
  for (std::size_t i = program.operations.size(); i-- > 1;)
    if (auto* conv = std::get_if<plan::Convolution>(&program.operations[i].kind)) {
      conv->bias.front() += program.input_range / 2;
      changed = i;
      return true;
    }
  return false;
}

TEST(Snapshot, ServesAnotherProgramThatBeginsAlike) {
  int served = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    const plan::Program program = program_of(seed);
    plan::Program other = program;
    std::size_t changed = 0;
    if (!change_end(other, changed)) continue;
    const auto keys = plan::prefix_keys(program), other_keys = plan::prefix_keys(other);
    ASSERT_EQ(keys[changed], other_keys[changed]);
    ASSERT_NE(keys[changed + 1], other_keys[changed + 1]);
    ASSERT_NE(keys.back(), other_keys.back());
    const Extent size = find_sizes(program, {24, 13}) ? Extent{24, 13} : smallest_picture(program);
    const Image picture = noise_picture(size, program.channels, 8, seed);
    const Recorded run = run_and_save(program, picture, supported_isas().front());
    ASSERT_EQ(run_on(other, picture, run.saved[changed - 1], 1),
              run_program(other, picture, {supported_isas().front(), 1, 16}));
    ++served;
  }
  EXPECT_GT(served, 20);
}

TEST(Snapshot, ServesOnlyProgramsWhoseLaterReadsItHas) {
  const plan::Program program = program_of(3);
  const Extent size = find_sizes(program, {24, 13}) ? Extent{24, 13} : smallest_picture(program);
  const Image picture = noise_picture(size, program.channels, 8, 3);
  Recorded run = run_and_save(program, picture, supported_isas().front());
  ASSERT_FALSE(run.saved.empty());
  for (Snapshot& saved : run.saved) {
    EXPECT_TRUE(saved.serves(program)) << saved.next;
    ASSERT_FALSE(saved.tensors.empty());
    saved.tensors.pop_back();  // as if the program that left it had not read it any more
    EXPECT_FALSE(saved.serves(program)) << saved.next;
  }
}

TEST(Snapshot, KeysDoNotLookAtTheNumbersOfTensors) {
  plan::Program program = program_of(3), renumbered = program;
  const auto last = static_cast<std::int32_t>(program.tensors.size());
  renumbered.tensors.emplace_back();  // that nobody reads or writes
  EXPECT_EQ(plan::prefix_keys(program), plan::prefix_keys(renumbered));
  EXPECT_EQ(plan::prefix_keys(program).size(), program.operations.size() + 1);
  renumbered.tensors[static_cast<std::size_t>(last) - 1].name += "'";
  EXPECT_NE(plan::prefix_keys(program).back(), plan::prefix_keys(renumbered).back());
}

TEST(Snapshot, ThePictureIsThereBeforeTheFirstOperation) {
  plan::Program program = program_of(4);
  ASSERT_TRUE(program.floating);
  const Extent size = find_sizes(program, {24, 13}) ? Extent{24, 13} : smallest_picture(program);
  const Image picture = noise_picture(size, program.channels, 8, 1);
  const auto context = context_for(LoadedProgram::load(program, Isa::kScalar), size, {});
  Image result = result_for(program, size, 8);
  ThreadTeam team = team_of(1);
  float seen = -1;
  ASSERT_TRUE(context->run_from(nullptr, picture, result, team, [&](std::size_t next) {
    const TensorView tensor = context->tensor(plan::kInputTensor, next);
    seen = *reinterpret_cast<const float*>(tensor.pixels);
    return false;
  }));
  const int channel = program.bgr && program.channels == 3 ? 2 : 0;
  EXPECT_NEAR(seen, program.input_range * static_cast<float>(picture.sample(0, 0, channel)) / 255.0f, 1e-4f);
}

TEST(Snapshot, EndsWhereItIsTold) {
  const plan::Program program = program_of(5);
  const Extent size = find_sizes(program, {24, 13}) ? Extent{24, 13} : smallest_picture(program);
  const Image picture = noise_picture(size, program.channels, 8, 1);
  const auto context = context_for(LoadedProgram::load(program, Isa::kScalar), size, {});
  Image result = result_for(program, size, 8);
  ThreadTeam team = team_of(1);
  std::vector<std::size_t> seen;
  ASSERT_TRUE(context->run_from(nullptr, picture, result, team, [&](std::size_t next) {
    seen.push_back(next);
    return next < 1;
  }));
  EXPECT_EQ(seen, (std::vector<std::size_t>{0, 1}));
}

}  // namespace
}  // namespace nawq::codec
