// Pixel shuffles written by operators on at most four dimensions: the same picture, and recognised when read.
#include <gtest/gtest.h>

#include <algorithm>

#include "graph/passes/tiny_graph_test.h"
#include "onnx/export.h"
#include "onnx/model.h"

namespace nawq::onnx {
namespace {

using namespace graph;

const ExportInfo kFourDims{.program_version = {}, .four_dims = true};

// A convolution and a pixel shuffle.
Graph network(std::int64_t height, std::int64_t width, std::int64_t channels, DepthToSpace shuffle) {
  TinyGraph net({1, channels, height, width});
  const std::int64_t wide = channels * shuffle.block * shuffle.block;
  const ValueId weights = net.constant("w", {wide, channels, 1, 1});
  const ValueId conv = net.add("wide", Conv{}, {net.x, weights});
  net.add("y", shuffle, {conv});
  return net.graph;
}

Graph read_back(const std::string& bytes, const Graph& like) {
  const Shape& size = like.shape(like.input);
  const auto model = Model::parse(std::as_bytes(std::span(bytes)), "written.onnx");
  if (!model) {
    ADD_FAILURE() << model.error().message;
    return {};
  }
  auto graph = model->at_size(size[3], size[2]);
  if (!graph) ADD_FAILURE() << graph.error().message;
  return graph ? std::move(*graph) : Graph{};
}

const DepthToSpace* only_shuffle(const Graph& graph) {
  const DepthToSpace* found = nullptr;
  for (const Node& node : graph.nodes)
    if (const auto* shuffle = node.as<DepthToSpace>()) found = found ? nullptr : shuffle;
  return found;
}

void expect_the_same(const std::string& bytes, const Graph& wanted, const DepthToSpace& shuffle) {
  Graph read = read_back(bytes, wanted);
  ASSERT_FALSE(read.nodes.empty());
  EXPECT_FALSE(only_shuffle(read));
  for (const Value& value : read.values) EXPECT_LE(value.shape.size(), 4u) << value.name;
  expect_same_output(wanted, read, kExact);
  ASSERT_TRUE(run_passes(read));
  ASSERT_EQ(read.nodes.size(), 2u) << dump(read);
  const DepthToSpace* found = only_shuffle(read);
  ASSERT_TRUE(found) << dump(read);
  EXPECT_EQ(found->block, shuffle.block);
  EXPECT_EQ(found->order, shuffle.order);
}

TEST(ExportShuffle, InFourDimensionsMakesTheSamePictureAndIsRecognised) {
  for (const std::int64_t channels : {1, 3})
    for (const std::int64_t block : {2, 3})
      for (const ShuffleOrder order : {ShuffleOrder::kCrd, ShuffleOrder::kDcr}) {
        // Of one channel both orders are the same.
        const DepthToSpace shuffle{block, channels == 1 ? ShuffleOrder::kCrd : order};
        SCOPED_TRACE(testing::Message() << channels << " channels, block " << block);
        const Graph small = network(3, 5, channels, shuffle), large = network(7, 6, channels, shuffle);
        const auto any_size = export_qdq(small, large, {}, kFourDims);
        ASSERT_TRUE(any_size.has_value()) << any_size.error().message;
        expect_the_same(*any_size, small, shuffle);
        expect_the_same(*any_size, large, shuffle);
        const auto one_size = export_qdq(small, small, {}, kFourDims);
        ASSERT_TRUE(one_size.has_value()) << one_size.error().message;
        expect_the_same(*one_size, small, shuffle);
        EXPECT_EQ(read_back(*any_size, small).nodes.size(),
                  read_back(*one_size, small).nodes.size() + static_cast<std::size_t>(channels));
      }
}

TEST(ExportShuffle, MoreThanFourDimensionsElsewhereAreRefused) {
  TinyGraph net({1, 3, 4, 4});
  const ValueId deep = net.add("deep", Reshape{{1, 3, 2, 2, 4}}, {net.x});
  net.add("y", Reshape{{1, 3, 4, 4}}, {deep});
  const auto refused = export_qdq(net.graph, net.graph, {}, kFourDims);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message,
            "node 'deep' (Reshape): its result [1,3,2,2,4] has more than 4 dimensions");
  EXPECT_TRUE(export_qdq(net.graph, net.graph, {}, {}).has_value());
}

}  // namespace
}  // namespace nawq::onnx
