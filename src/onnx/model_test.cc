#include "onnx/model.h"

#include <cstdlib>
#include <filesystem>

#include "onnx/model_builder_test.h"

namespace nawq::onnx {
namespace {

TEST(Model, SaysWhatTheFileSaysOfItself) {
  TestModel model = beside(12);
  model.proto.set_producer_name("pytorch");
  model.proto.set_producer_version("2.1");
  auto* entry = model.proto.add_metadata_props();
  entry->set_key("scale");
  entry->set_value("4");
  const auto parsed = model.parse();
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  const ModelInfo& info = parsed->info();
  EXPECT_EQ(info.name, "test.onnx");
  EXPECT_EQ(info.opset, 12);
  EXPECT_EQ(info.producer, "pytorch 2.1");
  EXPECT_EQ(info.metadata, (std::map<std::string, std::string>{{"scale", "4"}}));
  EXPECT_EQ(info.input_name, "x");
  EXPECT_EQ(info.output_name, "out");
  EXPECT_EQ(info.channels, 3);
  EXPECT_EQ(info.fixed_width_px, 0);
}

TEST(Model, AFixedSizeIsTheOnlyOneTaken) {
  TestModel model;
  model.input("x", {1, 1, 6, 8}).output("out", {1, 1, 6, 8}).node("Relu", {"x"}, {"out"});
  const auto parsed = model.parse();
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->info().fixed_width_px, 8);
  EXPECT_EQ(parsed->info().fixed_height_px, 6);
  EXPECT_TRUE(parsed->at_size(8, 6).has_value());
  const auto other = parsed->at_size(6, 8);
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().message, "test.onnx: takes pictures of 8x6 pixels only, not 6x8 pixels");
  EXPECT_TRUE(parsed->unsupported(6, 8).empty());
}

TEST(Model, WeightsThatOldFilesListAmongTheInputsAreNotInputs) {
  auto model = beside().input("w", {3, 3, 1, 1}).weights("w", {3, 3, 1, 1}).node("Conv", {"x", "w"}, {"y"});
  EXPECT_EQ(error_of(model), "");
}

TEST(Model, NodesOfOneNameStayApartInTheGraph) {
  TestModel model = beside();
  for (const char* output : {"a", "b"}) model.node("Neg", {"x"}, {output});
  for (auto& node : *model.proto.mutable_graph()->mutable_node()) node.set_name("same");
  const auto graph = imported(model);
  ASSERT_EQ(graph.nodes.size(), 3u);
  EXPECT_EQ(graph.nodes[0].name, "same");
  EXPECT_EQ(graph.nodes[1].name, "same~2");
  EXPECT_EQ(graph.nodes[2].name, "same~3");
}

TEST(Model, UnnamedNodesAreCalledByTheirPlaceInTheFile) {
  TestModel model = beside().node("Celu", {"x"}, {"y"});
  for (auto& node : *model.proto.mutable_graph()->mutable_node()) node.clear_name();
  EXPECT_EQ(error_of(model), "test.onnx: node '#1' (Celu): the operator is not supported");
}

TEST(Model, ControlCharactersInNamesDoNotReachMessages) {
  TestModel model = beside().node("Celu", {"x"}, {"y"});
  model.proto.mutable_graph()->mutable_node(1)->set_name("evil\x1b[2Jname\n");
  EXPECT_EQ(error_of(model), "test.onnx: node 'evil?[2Jname?' (Celu): the operator is not supported");
}

TEST(Model, ImpossibleSizesAreRefused) {
  const auto parsed = beside().parse();
  ASSERT_TRUE(parsed.has_value());
  for (const auto& [width_px, height_px] :
       {std::pair<std::int64_t, std::int64_t>{0, 8}, {8, -1}, {INT64_MAX, INT64_MAX}}) {
    const auto graph = parsed->at_size(width_px, height_px);
    ASSERT_FALSE(graph.has_value());
    EXPECT_EQ(graph.error().kind, ErrorKind::kUsage);
  }
}

struct SharedModel {
  const char* file;
  std::int64_t scale;
};

class SharedModels : public testing::TestWithParam<SharedModel> {};

TEST_P(SharedModels, ImportsAtAnySizeWithTheRightOutput) {
  const char* set = std::getenv("NAWQSR_SHARED");
  const std::filesystem::path path =
      std::filesystem::path(set ? set : "../shared") / "models" / GetParam().file;
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not here: set NAWQSR_SHARED";
  const auto model = Model::load(path);
  ASSERT_TRUE(model.has_value()) << model.error().message;
  EXPECT_EQ(model->info().channels, 3);
  EXPECT_EQ(model->info().metadata.at("scale"), std::to_string(GetParam().scale));
  for (const auto& [width_px, height_px] :
       {std::pair<std::int64_t, std::int64_t>{48, 32}, {37, 53}, {320, 180}, {32, 32}}) {
    const auto graph = model->at_size(width_px, height_px);
    ASSERT_TRUE(graph.has_value()) << graph.error().message;
    const Status sound = graph::verify(*graph);
    EXPECT_TRUE(sound.has_value()) << sound.error().message;
    const graph::Shape wanted{1, 3, height_px * GetParam().scale, width_px * GetParam().scale};
    EXPECT_EQ(graph->shape(graph->output), wanted);
    EXPECT_TRUE(model->unsupported(width_px, height_px).empty());
  }
}

INSTANTIATE_TEST_SUITE_P(All, SharedModels,
                         testing::Values(SharedModel{"imdn_x2.onnx", 2}, SharedModel{"imdn_x3.onnx", 3},
                                         SharedModel{"imdn_x4.onnx", 4}, SharedModel{"rfdn_x4.onnx", 4},
                                         SharedModel{"realesr_animevideov3_x4.onnx", 4},
                                         SharedModel{"tpsr_x4.onnx", 4}, SharedModel{"xlsr_x3.onnx", 3},
                                         SharedModel{"ours/tiny_x4.onnx", 4}),
                         [](const auto& test) {
                           std::string name = std::filesystem::path(test.param.file).stem().string();
                           return name;
                         });

}  // namespace
}  // namespace nawq::onnx
