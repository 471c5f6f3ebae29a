// Importer and reference against the outputs of PyTorch, network by network. With NAWQSR_WRITE_OUTPUTS=DIR
// our outputs are kept as DIR/NAME.npy for other judges.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "onnx/model.h"
#include "reference/run.h"
#include "tests/golden/npy.h"

namespace nawq::golden {
namespace {

namespace fs = std::filesystem;

fs::path shared_folder() {
  const char* set = std::getenv("NAWQSR_SHARED");
  return set ? fs::path(set) : fs::path("../shared");
}

// The default network's float form is part of the repository; the others are third parties' and are not.
fs::path model_file(const std::string& name) {
  const fs::path own = fs::path("models") / (name + "_float.onnx");
  return fs::exists(own) ? own : shared_folder() / "models" / (name + ".onnx");
}

float input_range(const onnx::ModelInfo& info) {
  const auto found = info.metadata.find("input_range");
  return found != info.metadata.end() && found->second == "255" ? 255.0f : 1.0f;
}

// [H,W,3] of 0..255 to [1,3,H,W] of 0..range.
graph::Tensor picture_tensor(const Array& picture, float range) {
  const std::int64_t pixels = picture.shape[0] * picture.shape[1];
  std::vector<float> values;
  for (std::int64_t c = 0; c < 3; ++c)
    for (std::int64_t i = 0; i < pixels; ++i)
      values.push_back(picture.values[static_cast<std::size_t>(i * 3 + c)] * range / 255.0f);
  return graph::float_tensor({1, 3, picture.shape[0], picture.shape[1]}, std::move(values));
}

void keep_output(const std::string& name, const graph::Tensor& output) {
  const char* folder = std::getenv("NAWQSR_WRITE_OUTPUTS");
  if (!folder) return;
  const fs::path file = fs::path(folder) / (name + ".npy");
  EXPECT_TRUE(write_npy(file.string(), {{output.shape.begin() + 1, output.shape.end()}, output.floats}))
      << file;
}

class GoldenTest : public testing::TestWithParam<const char*> {};

TEST_P(GoldenTest, OutputIsPyTorchsToOneTenThousandthOfTheRange) {
  const std::string name = GetParam();
  const fs::path folder = shared_folder() / "golden";
  if (!fs::exists(folder)) GTEST_SKIP() << folder << " is absent: set NAWQSR_SHARED to the shared data";
  const auto input = read_npy((folder / (name + ".lr.npy")).string());
  const auto expected = read_npy((folder / (name + ".sr.npy")).string());
  ASSERT_TRUE(input && input->shape.size() == 3 && input->shape[2] == 3);
  ASSERT_TRUE(expected && expected->shape.size() == 3);

  const auto model = onnx::Model::load(model_file(name));
  ASSERT_TRUE(model) << model.error().message;
  const auto graph = model->at_size(input->shape[1], input->shape[0]);
  ASSERT_TRUE(graph) << graph.error().message;
  auto team = ThreadTeam::create(2);
  ASSERT_TRUE(team);
  const float range = input_range(model->info());
  const auto output = reference::run(*graph, picture_tensor(*input, range), *team);
  ASSERT_TRUE(output) << output.error().message;
  keep_output(name, *output);

  ASSERT_EQ(output->shape, (graph::Shape{1, expected->shape[0], expected->shape[1], expected->shape[2]}));
  float worst = 0;
  for (std::size_t i = 0; i < expected->values.size(); ++i) {
    ASSERT_TRUE(std::isfinite(output->floats[i])) << "element " << i;
    worst = std::max(worst, std::fabs(output->floats[i] - expected->values[i]));
  }
  EXPECT_LE(worst, 1e-4f * range);
  RecordProperty("worst_share_of_range", std::to_string(worst / range));
}

INSTANTIATE_TEST_SUITE_P(Networks, GoldenTest,
                         testing::Values("tpsr_x4", "imdn_x2", "imdn_x3", "imdn_x4", "xlsr_x3", "rfdn_x4",
                                         "realesr_animevideov3_x4", "tiny_x4"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace nawq::golden
