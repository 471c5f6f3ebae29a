#include "graph/passes/tiny_graph_test.h"

namespace nawq::graph {
namespace {

constexpr ShuffleOrder kEither = ShuffleOrder::kCrd;  // of one channel

TinyGraph of_split(bool in_order) {
  TinyGraph net({1, 8, 3, 3});
  const auto pieces = net.graph.add_node("pieces", Split{1, {4, 4}}, {net.x}).value();
  std::vector<ValueId> planes;
  planes.push_back(net.add("first", DepthToSpace{2, kEither}, {pieces[in_order ? 0 : 1]}));
  planes.push_back(net.add("second", DepthToSpace{2, kEither}, {pieces[in_order ? 1 : 0]}));
  net.add("y", Concat{1}, planes);
  return net;
}

TinyGraph of_slices(std::int64_t distance, std::int64_t step) {
  TinyGraph net({1, 8, 3, 3});
  std::vector<ValueId> planes;
  for (const std::int64_t c : {0, 1}) {
    const ValueId taken = net.add(c == 0 ? "even" : "odd",
                                  Slice{{0, c * distance, 0, 0}, {1, step, 1, 1}, {1, 4, 3, 3}}, {net.x});
    planes.push_back(net.add(c == 0 ? "first" : "second", DepthToSpace{2, kEither}, {taken}));
  }
  net.add("y", Concat{1}, planes);
  return net;
}

TEST(MergePixelShuffles, OfTheChannelsOfASplit) {
  expect_rewrite(of_split(true).graph, merge_pixel_shuffles, R"(input %x [1,8,3,3]
%y [1,2,6,6] = DepthToSpace block 2 crd (%x)
output %y
)",
                 kExact);
}

TEST(MergePixelShuffles, OfSlicesInEitherOrder) {
  expect_rewrite(of_slices(1, 2).graph, merge_pixel_shuffles, R"(input %x [1,8,3,3]
%y [1,2,6,6] = DepthToSpace block 2 dcr (%x)
output %y
)",
                 kExact);
  expect_rewrite(of_slices(4, 1).graph, merge_pixel_shuffles, R"(input %x [1,8,3,3]
%y [1,2,6,6] = DepthToSpace block 2 crd (%x)
output %y
)",
                 kExact);
}

TEST(MergePixelShuffles, LeavesWhatIsNoShuffleOfAll) {
  expect_untouched(of_split(false).graph, merge_pixel_shuffles);
  expect_untouched(of_slices(2, 1).graph, merge_pixel_shuffles);
  TinyGraph sides({1, 4, 3, 3});
  const ValueId plane = sides.add("plane", DepthToSpace{2, kEither}, {sides.x});
  sides.add("y", Concat{1}, {plane, plane});
  expect_untouched(sides.graph, merge_pixel_shuffles);
}

}  // namespace
}  // namespace nawq::graph
