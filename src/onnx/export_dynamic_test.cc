// Files whose operators find ranges: how they are built.
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <map>

#include "onnx/export.h"
#include "onnx/model.h"
#include "onnx/recipe_maker_test.h"

namespace nawq::onnx {
namespace {

using graph::Graph;
using graph::Recipe;
using graph::ValueId;

// x -> a -> {b, split -> (c, d)} -> sum, then times a function of d.
Graph network() {
  graph::TinyGraph net({1, 3, 8, 8});
  using namespace graph;
  const auto conv = [&](const char* name, ValueId from, std::int64_t outputs) {
    const std::int64_t inputs = net.graph.shape(from)[1];
    return net.add(name, convolution({0, 0, 0, 0}),
                   {from, net.constant(std::string(name) + ".w", {outputs, inputs, 1, 1}),
                    net.constant(std::string(name) + ".b", {outputs})});
  };
  const ValueId a = conv("a", net.x, 4);
  const ValueId b = conv("b", a, 2);
  const auto pieces = net.graph.add_node("split", Split{1, {2, 2}}, {a}).value();
  const ValueId c = conv("c", pieces[0], 2), d = conv("d", pieces[1], 2);
  const ValueId gate = net.add("gate", Unary{UnaryKind::kSigmoid}, {d});
  const ValueId sum = net.add("sum", Binary{BinaryKind::kAdd}, {b, c});
  conv("end", net.add("last", Binary{BinaryKind::kMul}, {sum, gate}), 3);
  return net.graph;
}

Recipe recipe_of(const Graph& graph, int bits) {
  Recipe recipe = make_recipe(graph, graph, 1, [&](std::size_t) { return bits; });
  for (const ValueId piece : graph.nodes[2].outputs) recipe.tensors.erase(graph.value(piece).name);
  return recipe;
}

class File {
 public:
  explicit File(const std::string& bytes) {
    EXPECT_TRUE(proto_.ParseFromString(bytes));
    for (const auto& node : proto_.graph().node()) {
      ++counts_[node.op_type()];
      for (const std::string& output : node.output()) producers_[output] = &node;
      nodes_[node.name()] = &node;
    }
  }
  int count(const std::string& op_type) const {
    const auto found = counts_.find(op_type);
    return found == counts_.end() ? 0 : found->second;
  }
  const ::onnx::NodeProto& node(const std::string& name) const { return *nodes_.at(name); }
  const ::onnx::NodeProto* producer(const std::string& tensor) const {
    const auto found = producers_.find(tensor);
    return found == producers_.end() ? nullptr : found->second;
  }
  // What makes operand `i` of a node, and what makes operand 0 of that, ...
  std::vector<std::string> chain(const std::string& name, int i, int length) const {
    std::vector<std::string> found;
    const ::onnx::NodeProto* from = producer(node(name).input(i));
    for (; from && length > 0; --length) {
      found.push_back(from->op_type());
      from = producer(from->input(0));
    }
    return found;
  }

 private:
  ::onnx::ModelProto proto_;
  std::map<std::string, int> counts_;
  std::map<std::string, const ::onnx::NodeProto*> producers_, nodes_;
};

using Chain = std::vector<std::string>;

std::string dynamic_bytes(const Recipe& recipe) {
  const Graph graph = network();
  auto bytes = export_dynamic(graph, graph, recipe, {.program_version = "1"});
  EXPECT_TRUE(bytes) << (bytes ? "" : bytes.error().message);
  return bytes.value_or("");
}

TEST(ExportDynamic, EightBitsAreDynamicQuantizeLinear) {
  Recipe recipe = recipe_of(network(), 8);
  recipe.dre = {"b"};
  const File file(dynamic_bytes(recipe));
  EXPECT_EQ(file.count("DynamicQuantizeLinear"), 1);
  EXPECT_EQ(file.chain("b", 0, 3), (Chain{"DequantizeLinear", "DynamicQuantizeLinear", "Conv"}));
  EXPECT_EQ(file.chain("split", 0, 3), (Chain{"DequantizeLinear", "QuantizeLinear", "Conv"}));
  EXPECT_EQ(file.producer(file.node("b").input(2)), nullptr) << "its bias is float";
  EXPECT_EQ(file.producer(file.node("b").input(1))->op_type(), "DequantizeLinear");
}

TEST(ExportDynamic, SixteenBitsAreSpelledOut) {
  Recipe recipe = recipe_of(network(), 16);
  recipe.dre = {"b"};
  const File file(dynamic_bytes(recipe));
  EXPECT_EQ(file.count("DynamicQuantizeLinear"), 0);
  EXPECT_EQ(file.count("ReduceMin"), 1);
  EXPECT_EQ(file.count("ReduceMax"), 1);
  EXPECT_EQ(file.chain("b", 0, 3), (Chain{"DequantizeLinear", "QuantizeLinear", "Conv"}));
  EXPECT_EQ(file.producer(file.producer(file.node("b").input(0))->input(1))->op_type(), "Where");
}

TEST(ExportDynamic, ATensorIsRoundedOnceForAllItsReaders) {
  Recipe recipe = recipe_of(network(), 8);
  recipe.dre = {"b", "split"};
  EXPECT_EQ(File(dynamic_bytes(recipe)).count("DynamicQuantizeLinear"), 1);
  recipe.wordlengths["b"] = 16;
  const File file(dynamic_bytes(recipe));
  EXPECT_EQ(file.count("DynamicQuantizeLinear"), 1);
  EXPECT_EQ(file.count("ReduceMin"), 1);
}

TEST(ExportDynamic, PiecesAreCutFromTheWholeInItsRange) {
  Recipe recipe = recipe_of(network(), 8);
  recipe.dre = {"c"};
  const File file(dynamic_bytes(recipe));
  EXPECT_EQ(file.count("Split"), 2);
  EXPECT_EQ(file.chain("c", 0, 3), (Chain{"Split", "DequantizeLinear", "DynamicQuantizeLinear"}));
  EXPECT_EQ(file.chain("d", 0, 3), (Chain{"Split", "DequantizeLinear", "QuantizeLinear"}));
}

TEST(ExportDynamic, AFunctionOfWhatNothingElseReadsIsNotRoundedBeforeIt) {
  Recipe recipe = recipe_of(network(), 8);
  recipe.dre = {"gate", "last"};
  const File file(dynamic_bytes(recipe));
  EXPECT_EQ(file.chain("gate", 0, 1), Chain{"Conv"});
  EXPECT_EQ(file.chain("last", 1, 1), Chain{"Sigmoid"});
  EXPECT_EQ(file.chain("last", 0, 2), (Chain{"DequantizeLinear", "DynamicQuantizeLinear"}));
}

TEST(ExportDynamic, WithoutSuchLayersItIsTheStaticFile) {
  const Graph graph = network();
  const Recipe recipe = recipe_of(graph, 8);
  const File dynamic(dynamic_bytes(recipe)), fixed(export_qdq(graph, graph, recipe, {}).value());
  for (const char* op_type : {"QuantizeLinear", "DequantizeLinear", "Conv", "Split"})
    EXPECT_EQ(dynamic.count(op_type), fixed.count(op_type)) << op_type;
}

TEST(ExportDynamic, OurImporterRefusesTheFileAndSaysWhatToTake) {
  Recipe recipe = recipe_of(network(), 8);
  recipe.dre = {"b"};
  const std::string bytes = dynamic_bytes(recipe);
  const auto model = Model::parse(std::as_bytes(std::span(bytes)), "d.onnx");
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().kind, ErrorKind::kModel);
  EXPECT_NE(model.error().message.find("d.onnx: finds its ranges with operators of its own"),
            std::string::npos)
      << model.error().message;
}

}  // namespace
}  // namespace nawq::onnx
