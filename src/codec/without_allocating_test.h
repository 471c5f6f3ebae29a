// Owns: the check that a context allocates nothing once it is made.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>

#include "codec/poisoned_memory_test.h"
#include "codec/run_program_test.h"

namespace nawq::codec {

inline void expect_runs_without_allocating(const plan::Program& program, Extent size,
                                           const ContextOptions& options, std::uint32_t seed) {
  const auto context = context_for(LoadedProgram::load(program, supported_isas().front()), size, options);
  ASSERT_TRUE(context);
  ThreadTeam team = team_of(options.workers);
  const Image picture = noise_picture(size, program.channels, 8, seed);
  Image result = result_for(program, size, 8);
  const std::int64_t before = allocations();
  ASSERT_GT(before, 0) << "allocations are not counted";
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(context->run(picture, result, team, kNeverStop));
  EXPECT_EQ(allocations(), before) << "seed " << seed;
}

}  // namespace nawq::codec
