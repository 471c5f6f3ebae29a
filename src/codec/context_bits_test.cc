// The same picture, bit by bit, whatever the instruction set and the number of threads.
#include <gtest/gtest.h>

#include <string>

#include "base/text.h"
#include "codec/run_program_test.h"
#include "plan/check_program.h"
#include "plan/random_program_test.h"

namespace nawq::codec {
namespace {

// Programs `first` to `last` of the random ones; sums in scalar code are slow, so pictures are small.
template <class Make>
void expect_same_bits(unsigned first, unsigned last, Make&& make) {
  for (unsigned seed = first; seed < last; ++seed) {
    std::mt19937 random(seed);
    const plan::Program program = make(random);
    ASSERT_TRUE(plan::check_program(program)) << "seed " << seed;
    const Extent sizes[] = {smallest_picture(program), {19, 7}, {5, 23}};
    for (std::size_t i = 0; i < std::size(sizes); ++i) {
      const int in_bits = (seed + i) % 2 == 0 ? 8 : 16, out_bits = (seed + i) % 4 < 2 ? 8 : 16;
      const Image picture = noise_picture(sizes[i], program.channels, in_bits, seed);
      const Image expected = run_program(program, picture, {Isa::kScalar, 1, out_bits});
      ASSERT_FALSE(expected.empty());
      for (const Isa isa : supported_isas())
        for (const int threads : {1, 2, 3}) {
          if (isa == Isa::kScalar && threads != 2) continue;
          ASSERT_EQ(run_program(program, picture, {isa, threads, out_bits}), expected)
              << "seed " << seed << ", " << isa_name(isa) << ", " << threads << " threads, "
              << sizes[i].width_px << "x" << sizes[i].height_px << ", " << in_bits << " to " << out_bits
              << " bits";
        }
    }
  }
}

TEST(ContextBits, OfIntegerProgramsAreEqualOnEveryInstructionSetWithAnyTeam) {
  expect_same_bits(0, 25, [](std::mt19937& random) { return plan::random_program(random, false); });
}

TEST(ContextBits, OfProgramsWithRunTimeRangesAreEqualOnEveryInstructionSetWithAnyTeam) {
  expect_same_bits(0, 25, plan::random_dre_program);
}

TEST(ContextBits, OfFloatingProgramsAreEqualOnEveryInstructionSetWithAnyTeam) {
  expect_same_bits(0, 25, [](std::mt19937& random) { return plan::random_program(random, true); });
}

// Captured ranges choose scales: they have to be as equal as pictures.
TEST(ContextBits, OfCapturedRangesAreEqualOnEveryInstructionSetWithAnyTeam) {
  for (unsigned seed = 100; seed < 115; ++seed) {
    std::mt19937 random(seed);
    const plan::Program program = plan::random_program(random, true);
    const Extent size{18, 11};
    const Image picture = noise_picture(size, program.channels, 8, seed);
    const auto ranges = [&](Isa isa, int threads) {
      const auto context =
          context_for(LoadedProgram::load(program, isa), size, {.workers = threads, .capture_ranges = true});
      Image result = result_for(program, size, 8);
      ThreadTeam team = team_of(threads);
      std::string text;
      if (!context || !context->run(picture, result, team, kNeverStop)) return text;
      for (const Range& range : context->ranges()) text += concat(range.low, "..", range.high, " ");
      return text;
    };
    const std::string expected = ranges(Isa::kScalar, 1);
    ASSERT_FALSE(expected.empty()) << "seed " << seed;
    for (const Isa isa : supported_isas())
      for (const int threads : {1, 3})
        EXPECT_EQ(ranges(isa, threads), expected) << "seed " << seed << ", " << isa_name(isa);
  }
}

}  // namespace
}  // namespace nawq::codec
