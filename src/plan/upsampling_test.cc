#include "plan/upsampling.h"

#include <gtest/gtest.h>

#include "codec/context.h"

namespace nawq::plan {
namespace {

// One 1x1 convolution to 12 channels, shuffled by 2.
Program shuffler() {
  Program program;
  program.name = "shuffler";
  program.scale = 2;
  program.tensors = {{"in", 3, {}}, {"out", 3, {}}};
  Operation& operation = program.operations.emplace_back();
  operation.name = "conv";
  operation.channels = 12;
  operation.macs_per_pixel = 36;
  Convolution conv;
  conv.src = {kInputTensor, 0, 3};
  for (int i = 0; i < 36; ++i) conv.weights.push_back(i % 4 == 0 ? 0.9f : 0.02f * static_cast<float>(i % 3));
  conv.bias.assign(12, 0.01f);
  operation.kind = conv;
  operation.runs = {{0, 6, kOutputTensor, 0, 2, 0}, {6, 6, kOutputTensor, 0, 2, 1}};
  return program;
}

Image upscale(const Program& program, const Image& picture) {
  const Isa isa = supported_isas().front();
  auto team = ThreadTeam::create(2);
  auto context = codec::Context::create(codec::LoadedProgram::load(program, isa),
                                        {picture.width_px(), picture.height_px()}, {.workers = 2});
  EXPECT_TRUE(context) << (context ? "" : context.error().message);
  Image result = *Image::create(picture.width_px() * 2, picture.height_px() * 2, 3, 8);
  if (!context) return result;
  EXPECT_TRUE((*context)->run(picture, result, *team, [](double) { return true; }));
  return result;
}

Image gradient() {
  Image picture = *Image::create(9, 5, 3, 8);
  for (std::int64_t y = 0; y < 5; ++y)
    for (std::int64_t x = 0; x < 9; ++x)
      for (int c = 0; c < 3; ++c) picture.set_sample(x, y, c, static_cast<int>(x * 20 + y * 10 + c * 5));
  return picture;
}

TEST(Upsampling, EveryMappingGivesTheSamePicture) {
  const Image expected = upscale(shuffler(), gradient());
  EXPECT_GT(expected.sample(17, 9, 0), 0);
  for (const Upsampling mapping : {Upsampling::k4d, Upsampling::k6d}) {
    const auto program = with_upsampling(shuffler(), mapping);
    ASSERT_TRUE(program) << program.error().message;
    EXPECT_EQ(upscale(*program, gradient()), expected);
  }
}

TEST(Upsampling, EachMappingTakesMoreMemoryThanTheOneBefore) {
  std::int64_t before = 0;
  for (const Upsampling mapping : {Upsampling::kStore, Upsampling::k4d, Upsampling::k6d}) {
    const std::int64_t bytes =
        *codec::Context::memory_bytes(*with_upsampling(shuffler(), mapping), {64, 48}, 8);
    EXPECT_GT(bytes, before);
    before = bytes;
  }
}

TEST(Upsampling, AProgramWithoutAShuffleIsRefused) {
  Program program = shuffler();
  program.scale = 1;
  program.operations[0].channels = 3;
  std::get_if<Convolution>(&program.operations[0].kind)->weights.resize(9);
  std::get_if<Convolution>(&program.operations[0].kind)->bias.resize(3);
  program.operations[0].runs = {{0, 3, kOutputTensor, 0, 1, 0}};
  const auto refused = with_upsampling(program, Upsampling::k4d);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kUsage);
}

}  // namespace
}  // namespace nawq::plan
