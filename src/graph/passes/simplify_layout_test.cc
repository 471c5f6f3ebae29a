#include <limits>

#include "graph/passes/tiny_graph_test.h"

namespace nawq::graph {
namespace {

const Shape kPicture{1, 2, 3, 5};

TEST(SimplifyLayout, MergesTransposes) {
  TinyGraph net(kPicture);
  const ValueId a = net.add("a", Transpose{{0, 2, 3, 1}}, {net.x});
  const ValueId b = net.add("b", Transpose{{3, 1, 0, 2}}, {a});
  net.add("y", Transpose{{1, 0, 3, 2}}, {b});
  expect_rewrite(net.graph, simplify_layout, R"(input %x [1,2,3,5]
%y [3,2,5,1] = Transpose perm [2,1,3,0] (%x)
output %y
)",
                 kExact);
}

TEST(SimplifyLayout, MergesReshapesAndKeepsOnesThatAreRead) {
  TinyGraph net(kPicture);
  const ValueId a = net.add("a", Reshape{{2, 15}}, {net.x});
  const ValueId b = net.add("b", Reshape{{3, 10}}, {a});
  const ValueId c = net.add("c", Reshape{{1, 30}}, {b});
  net.add("y", MatMul{}, {net.add("d", Reshape{{30, 1}}, {a}), c});
  expect_rewrite(net.graph, simplify_layout, R"(input %x [1,2,3,5]
%c [1,30] = Reshape (%x)
%d [30,1] = Reshape (%x)
%y [30,30] = MatMul (%d, %c)
output %y
)",
                 kExact);
}

TEST(SimplifyLayout, RemovesPairsThatUndoEachOther) {
  TinyGraph net(kPicture);
  const ValueId turned = net.add("turned", Transpose{{0, 2, 3, 1}}, {net.x});
  const ValueId back = net.add("back", Transpose{{0, 3, 1, 2}}, {turned});
  const ValueId flat = net.add("flat", Reshape{{1, 2, 15}}, {back});
  const ValueId unflat = net.add("unflat", Reshape{kPicture}, {flat});
  net.add("y", Unary{UnaryKind::kRelu}, {unflat});
  expect_rewrite(net.graph, simplify_layout, R"(input %x [1,2,3,5]
%y [1,2,3,5] = Relu (%x)
output %y
)",
                 kExact);
}

TEST(SimplifyLayout, RemovesEveryOperatorThatMovesNothing) {
  TinyGraph net(kPicture);
  ValueId y = net.add("relu", Unary{UnaryKind::kRelu}, {net.x});
  y = net.add("transpose", Transpose{{0, 1, 2, 3}}, {y});
  y = net.add("reshape", Reshape{kPicture}, {y});
  y = net.add("expand", Expand{kPicture}, {y});
  y = net.add("slice", Slice{{0, 0, 0, 0}, {1, 1, 1, 1}, kPicture}, {y});
  y = net.add("pad", Pad{PadMode::kReflect, {0, 0, 0, 0}, {0, 0, 0, 0}}, {y});
  y = net.add("concat", Concat{1}, {y});
  y = net.add("split", Split{1, {2}}, {y});
  expect_rewrite(net.graph, simplify_layout, R"(input %x [1,2,3,5]
%split [1,2,3,5] = Relu (%x)
output %split
)",
                 kExact);
}

TEST(SimplifyLayout, ReducesANetworkThatMovesNothingToItsInput) {
  TinyGraph net(kPicture);
  net.add("y", Reshape{kPicture}, {net.x});
  expect_rewrite(net.graph, simplify_layout, R"(input %x [1,2,3,5]
output %x
)",
                 kExact);
}

TEST(SimplifyLayout, TurnsAClipWithoutUpperEndIntoARelu) {
  for (const float high : {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::max()}) {
    TinyGraph net(kPicture);
    net.add("y", Unary{UnaryKind::kClip, 0, high}, {net.x});
    expect_rewrite(net.graph, simplify_layout, R"(input %x [1,2,3,5]
%y [1,2,3,5] = Relu (%x)
output %y
)",
                   kExact);
  }
}

TEST(SimplifyLayout, KeepsATransposeThatIsTheOutputOrReadTwice) {
  TinyGraph net(kPicture);
  const ValueId turned = net.add("turned", Transpose{{0, 2, 3, 1}}, {net.x});
  const ValueId back = net.add("back", Transpose{{0, 3, 1, 2}}, {turned});
  const ValueId shape = net.add("again", Reshape{{1, 3, 5, 2}}, {back});
  net.add("y", Binary{BinaryKind::kAdd}, {turned, shape});
  expect_rewrite(net.graph, simplify_layout, R"(input %x [1,2,3,5]
%turned [1,3,5,2] = Transpose perm [0,2,3,1] (%x)
%again [1,3,5,2] = Reshape (%x)
%y [1,3,5,2] = Add (%turned, %again)
output %y
)",
                 kExact);
}

TEST(SimplifyLayout, LeavesWhatMovesSomething) {
  TinyGraph net({1, 2, 4, 4});
  ValueId y = net.add("transpose", Transpose{{0, 1, 3, 2}}, {net.x});
  y = net.add("slice", Slice{{0, 0, 3, 0}, {1, 1, -1, 1}, {1, 2, 4, 4}}, {y});
  y = net.add("pad", Pad{PadMode::kReflect, {0, 0, 1, 0}, {0, 0, -1, 0}}, {y});
  y = net.add("reshape", Reshape{{1, 4, 2, 4}}, {y});
  y = net.add("expand", Expand{{2, 4, 2, 4}}, {y});
  y = net.add("clip", Unary{UnaryKind::kClip, 0, 1}, {y});
  net.add("y", Concat{0}, {y, y});
  expect_untouched(net.graph, simplify_layout);
}

}  // namespace
}  // namespace nawq::graph
