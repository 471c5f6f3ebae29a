#include "codec/layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "codec/run_program_test.h"
#include "plan/random_program_test.h"

namespace nawq::codec {
namespace {

// The tensors that an operation reads or writes.
std::vector<std::int32_t> touched(const plan::Operation& operation) {
  std::vector<std::int32_t> tensors;
  if (const auto* conv = std::get_if<plan::Convolution>(&operation.kind)) tensors.push_back(conv->src.tensor);
  if (const auto* pool = std::get_if<plan::Pooling>(&operation.kind)) tensors.push_back(pool->src.tensor);
  if (const auto* resize = std::get_if<plan::Resampling>(&operation.kind))
    tensors.push_back(resize->src.tensor);
  if (const auto* mean = std::get_if<plan::Statistics>(&operation.kind)) tensors.push_back(mean->src.tensor);
  for (const plan::StepSpec& step : operation.steps)
    if (step.side_tensor >= 0) tensors.push_back(step.side_tensor);
  for (const plan::RunSpec& run : operation.runs) tensors.push_back(run.tensor);
  return tensors;
}

struct Held {
  std::int64_t begin = 0, end = 0;         // bytes, borders and slack included
  std::size_t first = SIZE_MAX, last = 0;  // operations
};

Layout untiled_layout(const plan::Program& program, const Sizes& sizes, int in_bits, int out_bits) {
  const TilePlan plan = whole_plan(program, sizes.tensors[plan::kInputTensor]);
  return lay_out(program, sizes, plan, survey_tiles(program, sizes, plan), in_bits, out_bits);
}

Held room_of(const plan::Program& program, const Layout& layout, std::int32_t index) {
  const TensorLayout& tensor = layout.tensors[static_cast<std::size_t>(index)];
  Held held;
  held.begin = layout.places.front()[static_cast<std::size_t>(index)];
  held.end = held.begin + kSlackBytes +
             (tensor.border.top + tensor.size.height_px + tensor.border.bottom) * tensor.row_bytes;
  if (index == plan::kInputTensor) held.first = 0;
  for (std::size_t i = 0; i < program.operations.size(); ++i)
    if (std::ranges::count(touched(program.operations[i]), index) > 0) {
      held.first = std::min(held.first, i);
      held.last = i;
    }
  return held;
}

void expect_apart(const plan::Program& program, const Layout& layout) {
  std::vector<Held> rooms;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < layout.tensors.size(); ++i) {
    if (i == plan::kOutputTensor) continue;
    const Held room = room_of(program, layout, static_cast<std::int32_t>(i));
    ASSERT_GE(room.begin, 0) << i;
    ASSERT_LE(room.end, layout.bytes) << i;
    sum += room.end - room.begin + 64;
    for (const Held& other : rooms) {
      const bool meet = room.first <= other.last && other.first <= room.last;
      EXPECT_FALSE(meet && room.begin < other.end && other.begin < room.end)
          << program.tensors[i].name << " lies on another tensor";
    }
    rooms.push_back(room);
  }
  EXPECT_LE(layout.bytes, sum);
}

TEST(Layout, TensorsAliveAtOnceDoNotOverlap) {
  for (unsigned seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const plan::Program program = plan::random_program(random, seed % 3 == 0);
    const Extent picture{static_cast<std::int64_t>(3 + seed % 40), static_cast<std::int64_t>(2 + seed % 17)};
    const auto sizes = find_sizes(program, picture);
    ASSERT_TRUE(sizes) << sizes.error().message;
    expect_apart(program, untiled_layout(program, *sizes, seed % 2 == 0 ? 8 : 16, 8));
  }
}

// Windows look at pixels that lie in the border, and at no others.
TEST(Layout, BordersHoldWhatWindowsSee) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    const plan::Program program = plan::random_program(random, false);
    const auto sizes = find_sizes(program, {13, 9});
    ASSERT_TRUE(sizes);
    const Layout layout = untiled_layout(program, *sizes, 8, 8);
    for (std::size_t i = 0; i < program.operations.size(); ++i) {
      const auto* conv = std::get_if<plan::Convolution>(&program.operations[i].kind);
      if (!conv) continue;
      const TensorLayout& src = layout.tensors[static_cast<std::size_t>(conv->src.tensor)];
      const Extent grid = sizes->grids[i];
      const std::int64_t bottom =
          (grid.height_px - 1) * conv->stride.h - conv->pads.top + (conv->kernel.h - 1) * conv->dilation.h;
      const std::int64_t right =
          (grid.width_px - 1) * conv->stride.w - conv->pads.left + (conv->kernel.w - 1) * conv->dilation.w;
      EXPECT_GE(src.border.top, conv->pads.top);
      EXPECT_GE(src.border.left, conv->pads.left);
      EXPECT_LT(bottom, src.size.height_px + src.border.bottom) << "seed " << seed;
      EXPECT_LT(right, src.size.width_px + src.border.right) << "seed " << seed;
    }
  }
}

// Twelve copies in a row, each read by the next only.
plan::Program chain_of_copies() {
  plan::Program program;
  program.tensors = {{"in", 3, {}}, {"out", 3, {}}};
  std::int32_t from = plan::kInputTensor;
  for (int i = 0; i < 12; ++i) {
    plan::Operation copy;
    copy.kind = plan::Pointwise{};
    copy.channels = 3;
    copy.steps.resize(1);
    copy.steps[0].kind = plan::StepKind::kResidual;
    copy.steps[0].side_tensor = from;
    copy.steps[0].side_channels = {{0, 0, 0}, {0, 0, 1}, {0, 0, 2}};
    const bool is_last = i == 11;
    if (!is_last) program.tensors.push_back({"t", 3, {}});
    from = is_last ? plan::kOutputTensor : static_cast<std::int32_t>(program.tensors.size()) - 1;
    copy.runs = {{0, 3, from, 0, 1, 0}};
    program.operations.push_back(copy);
  }
  return program;
}

TEST(Layout, ChainsTakeTheRoomOfTwoTensors) {
  const plan::Program program = chain_of_copies();
  const auto sizes = find_sizes(program, {64, 32});
  ASSERT_TRUE(sizes);
  constexpr std::int64_t kTensorBytes = 64 * 32 * 4 * 4;
  EXPECT_EQ(untiled_layout(program, *sizes, 8, 8).bytes, 2 * (kTensorBytes + kSlackBytes));
}

TEST(Layout, PicturesHaveTheFormatOfTheirDepth) {
  plan::Program program = chain_of_copies();
  program.floating = false;
  program.input_range = 255;
  const auto sizes = find_sizes(program, {6, 4});
  ASSERT_TRUE(sizes);
  const Layout shallow = untiled_layout(program, *sizes, 8, 8),
               deep = untiled_layout(program, *sizes, 16, 16);
  const auto format = [](const Layout& layout, std::size_t tensor) {
    return layout.tensors[tensor].quantization;
  };
  EXPECT_EQ(format(shallow, plan::kInputTensor), (plan::Quantization{plan::Format::kCode8, 1, 0}));
  EXPECT_EQ(format(shallow, plan::kOutputTensor), (plan::Quantization{plan::Format::kCode8, 1, 0}));
  EXPECT_EQ(format(deep, plan::kInputTensor), (plan::Quantization{plan::Format::kCode16, 255.0f / 65535, 0}));
  EXPECT_EQ(format(deep, plan::kOutputTensor),
            (plan::Quantization{plan::Format::kPixel16, 255.0f / 65535, 0}));
  EXPECT_EQ(deep.tensors[plan::kOutputTensor].row_bytes, 6 * 3 * 2) << "pictures have no filling channels";
}

}  // namespace
}  // namespace nawq::codec
