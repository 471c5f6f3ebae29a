#include "graph/passes/tiny_graph_test.h"

namespace nawq::graph {
namespace {

TEST(FoldConstants, ComputesChainsOfConstants) {
  TinyGraph net({1, 2, 3, 4});
  const ValueId row = net.constant("row", {2, 1});
  const ValueId turned = net.add("turned", Transpose{{1, 0}}, {row});
  const ValueId shaped = net.add("shaped", Reshape{{1, 2, 1, 1}}, {turned});
  net.add("y", Binary{BinaryKind::kMul}, {net.x, shaped});
  expect_rewrite(net.graph, fold_constants, R"(input %x [1,2,3,4]
%y [1,2,3,4] = Mul (%x, shaped[1,2,1,1])
output %y
)",
                 kExact);
}

TEST(FoldConstants, LeavesNodesThatReadThePicture) {
  TinyGraph net({1, 2, 3, 4});
  net.add("y", Binary{BinaryKind::kMul}, {net.x, net.constant("c", {1, 2, 1, 1})});
  expect_untouched(net.graph, fold_constants);
}

TEST(FoldConstants, LeavesOperatorsThatAreNotEvaluatedAtLoadTime) {
  TinyGraph net({1, 2, 3, 4});
  const ValueId c = net.constant("c", {1, 2, 3, 4});
  const ValueId mean = net.add("mean", ChannelStatistics{}, {c});
  net.add("y", Binary{BinaryKind::kAdd}, {net.x, mean});
  expect_untouched(net.graph, fold_constants);
}

TEST(FoldConstants, LeavesResultsAsLargeAsPictures) {
  TinyGraph net({1, 1, 8192, 4096});
  const ValueId spread = net.add("spread", Expand{{1, 1, 8192, 4096}}, {net.number("c", 1)});
  net.add("y", Binary{BinaryKind::kAdd}, {net.x, spread});
  expect_untouched(net.graph, fold_constants);
}

}  // namespace
}  // namespace nawq::graph
