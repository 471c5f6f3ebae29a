#include "graph/passes/tiny_graph_test.h"

namespace nawq::graph {
namespace {

struct Padded : TinyGraph {
  Padded() : TinyGraph({1, 2, 5, 6}) {}
  ValueId pad(PadMode mode, float value) {
    return add("pad", Pad{mode, {0, 0, 1, 2}, {0, 0, 3, 0}, value}, {x});
  }
  ValueId conv(ValueId input, Conv op = {}) {
    return add("y", std::move(op), {input, constant("w", {3, 2, 3, 3}), constant("b", {3})});
  }
};

TEST(FoldPadding, MovesZeroPaddingIntoTheConvolution) {
  Padded net;
  net.conv(net.pad(PadMode::kConstant, 0), convolution({1, 1, 1, 1}));
  expect_rewrite(net.graph, fold_padding, R"(input %x [1,2,5,6]
%y [1,3,9,8] = Conv pads 2,3,4,1 (%x, w[3,2,3,3], b[3])
output %y
)",
                 kExact);
}

TEST(FoldPadding, MovesAConstantIntoTheConvolution) {
  Padded net;
  net.conv(net.pad(PadMode::kConstant, 0.75f));
  expect_rewrite(net.graph, fold_padding, R"(input %x [1,2,5,6]
%y [1,3,7,6] = Conv pads 1,2,3,0 padded with a value per channel (%x, w[3,2,3,3], b[3])
output %y
)",
                 kExact);
}

TEST(FoldPadding, JoinsPaddingOfTheSameConstant) {
  Padded net;
  Conv conv = convolution({0, 1, 0, 0});
  conv.pad_values = {0.75f, 0.75f};
  net.conv(net.pad(PadMode::kConstant, 0.75f), conv);
  expect_rewrite(net.graph, fold_padding, R"(input %x [1,2,5,6]
%y [1,3,7,7] = Conv pads 1,3,3,0 padded with a value per channel (%x, w[3,2,3,3], b[3])
output %y
)",
                 kExact);
}

TEST(FoldPadding, JoinsSeveralPadsInARow) {
  Padded net;
  const ValueId first = net.pad(PadMode::kConstant, 0);
  net.conv(net.add("pad2", Pad{PadMode::kConstant, {0, 0, 1, 1}, {0, 0, 1, 1}, 0}, {first}));
  expect_rewrite(net.graph, fold_padding, R"(input %x [1,2,5,6]
%y [1,3,9,8] = Conv pads 2,3,4,1 (%x, w[3,2,3,3], b[3])
output %y
)",
                 kExact);
}

TEST(FoldPadding, LeavesTwoDifferentConstants) {
  Padded net;
  net.conv(net.pad(PadMode::kConstant, 0.75f), convolution({1, 1, 1, 1}));
  expect_untouched(net.graph, fold_padding);
}

TEST(FoldPadding, LeavesReflection) {
  Padded net;
  net.conv(net.pad(PadMode::kReflect, 0));
  expect_untouched(net.graph, fold_padding);
}

TEST(FoldPadding, LeavesCropping) {
  Padded net;
  const ValueId pad = net.add("pad", Pad{PadMode::kConstant, {0, 0, 1, -1}, {0, 0, 1, 1}, 0}, {net.x});
  net.conv(pad);
  expect_untouched(net.graph, fold_padding);
}

TEST(FoldPadding, LeavesPaddingOfChannels) {
  TinyGraph net({1, 1, 5, 6});
  const ValueId pad = net.add("pad", Pad{PadMode::kConstant, {0, 1, 0, 0}, {0, 0, 0, 0}, 0}, {net.x});
  net.add("y", Conv{}, {pad, net.constant("w", {3, 2, 3, 3})});
  expect_untouched(net.graph, fold_padding);
}

TEST(FoldPadding, LeavesPaddingThatAnotherNodeReads) {
  Padded net;
  const ValueId pad = net.pad(PadMode::kConstant, 0);
  const ValueId y = net.add("conv", convolution({1, 1, 1, 1}), {pad, net.constant("w", {2, 2, 3, 3})});
  net.add("sum", Binary{BinaryKind::kAdd}, {y, pad});
  expect_untouched(net.graph, fold_padding);
}

TEST(FoldPadding, LeavesPaddingThatIsTheOutput) {
  Padded net;
  const ValueId pad = net.pad(PadMode::kConstant, 0);
  net.conv(pad);
  net.graph.output = pad;
  expect_untouched(net.graph, fold_padding);
}

}  // namespace
}  // namespace nawq::graph
