#include "plan/resampling.h"

#include <gtest/gtest.h>

#include "plan/planned_graph_test.h"

namespace nawq::plan {
namespace {

Resampling only_resampling(const Program& program) {
  for (const Operation& operation : program.operations)
    if (const auto* found = std::get_if<Resampling>(&operation.kind)) return *found;
  ADD_FAILURE() << "nothing resamples";
  return {};
}

TEST(Resampling, KeepsWhatTheNodeSays) {
  const Program program = planned([](TinyGraph& tiny) {
    graph::Resize op;
    op.mode = graph::ResizeMode::kCubic;
    op.coordinates = graph::CoordinateMode::kAlignCorners;
    op.rounding = graph::NearestRounding::kCeil;
    op.cubic_a = -0.5f;
    op.exclude_outside = true;
    op.scale_h = op.scale_w = 2;
    const graph::Shape& shape = tiny.graph.shape(tiny.x);
    op.size = {2 * shape[2], 2 * shape[3]};
    tiny.add("resize", op, {tiny.x});
  });
  const Resampling made = only_resampling(program);
  EXPECT_EQ(made.mode, ResizeMode::kCubic);
  EXPECT_EQ(made.coordinates, CoordinateMode::kAlignCorners);
  EXPECT_EQ(made.rounding, NearestRounding::kCeil);
  EXPECT_EQ(made.cubic_a, -0.5f);
  EXPECT_TRUE(made.exclude_outside);
  EXPECT_EQ(made.like, -1);
  EXPECT_EQ(made.scale_h, 2);
  EXPECT_EQ(made.src, (View{kInputTensor, 0, 3}));
}

// Resizes the halved picture to what `size` says.
Build resized(const std::function<graph::Extent2d(const graph::Shape& picture)>& size) {
  return [=](TinyGraph& tiny) {
    const ValueId small = tiny.add("half", graph::convolution({1, 1, 1, 1}, 1, {2, 2}),
                                   {tiny.x, tiny.constant("w", {3, 3, 3, 3})});
    const graph::Shape& from = tiny.graph.shape(small);
    graph::Resize op;
    op.mode = graph::ResizeMode::kLinear;
    op.size = size(tiny.graph.shape(tiny.x));
    op.scale_h = static_cast<float>(op.size.h) / static_cast<float>(from[2]);
    op.scale_w = static_cast<float>(op.size.w) / static_cast<float>(from[3]);
    add_conv(tiny, "tail", tiny.add("resize", op, {small}), 3);
  };
}

TEST(Resampling, ToTheSizeOfATensorFollowsThatTensor) {
  const Program program = planned(resized([](const graph::Shape& picture) {
    return graph::Extent2d{picture[2], picture[3]};
  }));
  const Resampling made = only_resampling(program);
  EXPECT_EQ(made.like, kInputTensor);
  EXPECT_EQ(made.src.tensor, 2);
}

TEST(Resampling, ToAnyOtherSizeIsRefused) {
  const Build build = resized([](const graph::Shape& picture) {
    return graph::Extent2d{picture[2] + 3, picture[3] - 1};
  });
  const graph::Graph graph = built(build, 16, 12), larger = built(build, 31, 25);
  PictureFacts facts = facts_of(graph);
  facts.scale = 1;
  expect_refused(make_program(graph, larger, nullptr, facts, {}),
                 "node 'resize' (Resize): what its output size follows from cannot be told");
}

}  // namespace
}  // namespace nawq::plan
