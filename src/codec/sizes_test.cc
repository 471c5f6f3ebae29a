#include "codec/sizes.h"

#include <gtest/gtest.h>

#include <string>

namespace nawq::codec {
namespace {

plan::Operation convolution(plan::Size2d kernel, plan::Pads2d pads, plan::Size2d stride = {},
                            plan::Size2d dilation = {}) {
  plan::Convolution conv;
  conv.src = {plan::kInputTensor, 0, 3};
  conv.kernel = kernel;
  conv.pads = pads;
  conv.stride = stride;
  conv.dilation = dilation;
  plan::Operation operation;
  operation.name = "conv";
  operation.kind = conv;
  operation.channels = 3;
  return operation;
}

// `operation` brings the picture into tensor 2, a copy of it goes out.
plan::Program program_of(plan::Operation operation, std::int32_t scale = 1) {
  operation.runs = {{0, 3, 2, 0, 1, 0}};
  plan::Operation copy;
  copy.name = "copy";
  copy.kind = plan::Pointwise{};
  copy.channels = 3;
  copy.steps.resize(1);
  copy.steps[0].kind = plan::StepKind::kResidual;
  copy.steps[0].side_tensor = 2;
  copy.steps[0].side_channels = {{0, 0, 0}, {0, 0, 1}, {0, 0, 2}};
  copy.runs = {{0, 3, plan::kOutputTensor, 0, 1, 0}};
  plan::Program program;
  program.name = "tiny";
  program.scale = scale;
  program.tensors = {{"in", 3, {}}, {"out", 3, {}}, {"t", 3, {}}};
  program.operations = {std::move(operation), std::move(copy)};
  return program;
}

void expect_refused(const plan::Program& program, Extent picture, ErrorKind kind, const std::string& part) {
  const auto sizes = find_sizes(program, picture);
  ASSERT_FALSE(sizes);
  EXPECT_EQ(sizes.error().kind, kind);
  EXPECT_NE(sizes.error().message.find(part), std::string::npos) << sizes.error().message;
}

void expect_grid(const plan::Operation& operation, Extent picture, Extent wanted) {
  plan::Program program = program_of(operation);
  // Whether the output has the picture's size is another matter.
  const auto sizes = find_sizes(program, picture);
  if (wanted == picture) {
    ASSERT_TRUE(sizes) << sizes.error().message;
    EXPECT_EQ(sizes->grids[0], wanted);
    EXPECT_EQ(sizes->tensors[2], wanted);
    return;
  }
  ASSERT_FALSE(sizes);
  const std::string made =
      std::to_string(wanted.width_px) + "x" + std::to_string(wanted.height_px) + " of a picture of";
  EXPECT_NE(sizes.error().message.find("makes " + made), std::string::npos) << sizes.error().message;
}

TEST(Sizes, OfWindowsFollowTheirPlaces) {
  expect_grid(convolution({3, 3}, {1, 1, 1, 1}), {20, 11}, {20, 11});
  expect_grid(convolution({3, 5}, {0, 0, 0, 0}), {20, 11}, {16, 9});
  expect_grid(convolution({3, 3}, {1, 1, 1, 1}, {2, 2}), {20, 11}, {10, 6});
  expect_grid(convolution({3, 3}, {0, 0, 0, 0}, {3, 2}), {20, 11}, {9, 3});
  expect_grid(convolution({3, 3}, {0, 0, 0, 0}, {1, 1}, {2, 3}), {20, 11}, {14, 7});
  expect_grid(convolution({3, 3}, {2, 0, 1, 1}), {20, 11}, {19, 12});
}

TEST(Sizes, RefusePicturesBelowAWindow) {
  const plan::Program program = program_of(convolution({7, 9}, {0, 0, 0, 0}));
  for (const Extent picture : {Extent{8, 7}, Extent{9, 6}, Extent{1, 1}})
    expect_refused(program, picture, ErrorKind::kModel, "operation 'conv': the picture is too small");
  expect_refused(program, {9, 7}, ErrorKind::kModel, "makes 1x1 of a picture of 9x7");
}

TEST(Sizes, RefusePicturesOfNoPixels) {
  const plan::Program program = program_of(convolution({1, 1}, {}));
  expect_refused(program, {0, 5}, ErrorKind::kInput, "no pixels");
  expect_refused(program, {5, -1}, ErrorKind::kInput, "no pixels");
}

TEST(Sizes, RefuseAnyButTheFixedSize) {
  plan::Program program = program_of(convolution({1, 1}, {}));
  program.fixed_width_px = 16;
  program.fixed_height_px = 9;
  EXPECT_TRUE(find_sizes(program, {16, 9}));
  expect_refused(program, {9, 16}, ErrorKind::kModel, "takes pictures of 16x9 only");
}

TEST(Sizes, RefuseTensorsThatMeetInUnequalSizes) {
  plan::Program program = program_of(convolution({3, 3}, {1, 1, 1, 1}, {2, 2}));
  plan::StepSpec input = program.operations[1].steps[0];
  input.side_tensor = plan::kInputTensor;
  program.operations[1].steps.push_back(input);
  expect_refused(program, {8, 8}, ErrorKind::kModel, "operation 'copy': tensors of different sizes meet");
  EXPECT_TRUE(find_sizes(program, {1, 1})) << "half of one pixel is one pixel";
}

TEST(Sizes, RefuseATensorOfTwoSizes) {
  plan::Program program = program_of(convolution({3, 3}, {1, 1, 1, 1}));
  plan::Operation half = convolution({1, 1}, {}, {2, 2});
  half.runs = {{0, 3, 2, 0, 1, 0}};
  program.operations.insert(program.operations.begin() + 1, half);
  expect_refused(program, {8, 8}, ErrorKind::kModel, "operation 'conv': a tensor has two sizes");
}

TEST(Sizes, RefuseResultsThatAreNotOfTheScale) {
  expect_refused(program_of(convolution({1, 1}, {}), 2), {8, 6}, ErrorKind::kModel,
                 "makes 8x6 of a picture of 8x6");
}

TEST(Sizes, OfShufflesAreBlocks) {
  plan::Program program = program_of(convolution({1, 1}, {}), 2);
  plan::Operation& shuffle = program.operations[0];
  shuffle.channels = 16;
  shuffle.runs = {{0, 8, 2, 0, 2, 0}, {8, 8, 2, 0, 2, 1}};
  const auto sizes = find_sizes(program, {5, 7});
  ASSERT_TRUE(sizes) << sizes.error().message;
  EXPECT_EQ(sizes->grids[0], (Extent{5, 7}));
  EXPECT_EQ(sizes->tensors[2], (Extent{10, 14}));
  EXPECT_EQ(sizes->grids[1], (Extent{10, 14}));
}

TEST(Sizes, OfCodesMadeFromASourceAreTheSources) {
  plan::Program program = program_of(convolution({3, 3}, {1, 1, 1, 1}));
  program.tensors.push_back({"t", 3, {plan::Format::kCode8, 1, 0}, 2});
  program.operations[1].steps[0].side_tensor = 3;
  const auto sizes = find_sizes(program, {5, 7});
  ASSERT_TRUE(sizes) << sizes.error().message;
  EXPECT_EQ(sizes->tensors[3], (Extent{5, 7}));
  EXPECT_EQ(sizes->grids[1], (Extent{5, 7}));
}

TEST(Sizes, OfGridsInBlocksOfASideTensorAreSmaller) {
  plan::Program program = program_of(convolution({1, 1}, {}));
  plan::Operation& copy = program.operations[1];
  copy.steps[0].side_block = 2;
  copy.channels = 12;
  copy.steps[0].side_channels.assign(12, {1, 1, 0});
  copy.runs = {{0, 6, plan::kOutputTensor, 0, 2, 0}, {6, 6, plan::kOutputTensor, 0, 2, 1}};
  const auto sizes = find_sizes(program, {6, 4});
  ASSERT_TRUE(sizes) << sizes.error().message;
  EXPECT_EQ(sizes->grids[1], (Extent{3, 2}));
  expect_refused(program, {5, 4}, ErrorKind::kModel, "tensors of different sizes meet");
}

plan::Program resized(float scale_h, float scale_w, std::int32_t like) {
  plan::Resampling resize;
  resize.src = {plan::kInputTensor, 0, 3};
  resize.scale_h = scale_h;
  resize.scale_w = scale_w;
  resize.like = like;
  plan::Operation operation;
  operation.name = "resize";
  operation.kind = resize;
  operation.channels = 3;
  return program_of(operation, 2);
}

TEST(Sizes, OfResamplingAreFloorsOfTheScale) {
  EXPECT_TRUE(find_sizes(resized(2, 2, -1), {5, 7}));
  expect_refused(resized(2, 2.3f, -1), {5, 7}, ErrorKind::kModel, "makes 11x14");
  expect_refused(resized(0.1f, 1, -1), {5, 7}, ErrorKind::kModel, "the picture is too small");
  expect_refused(resized(256, 256, -1), {1 << 20, 8}, ErrorKind::kModel, "the picture is too large");
}

TEST(Sizes, OfResamplingLikeATensorAreThatTensors) {
  expect_refused(resized(2, 2, plan::kInputTensor), {5, 7}, ErrorKind::kModel, "makes 5x7");
}

}  // namespace
}  // namespace nawq::codec
