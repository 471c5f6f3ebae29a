#include "models/embedded.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

namespace nawq::models {
namespace {

std::vector<char> file_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(EmbeddedModels, EachIsItsFileByteForByte) {
  ASSERT_FALSE(embedded_models().empty());
  for (const EmbeddedModel& model : embedded_models()) {
    const std::vector<char> expected = file_bytes("models/" + std::string(model.name) + ".onnx");
    ASSERT_FALSE(expected.empty()) << model.name;
    ASSERT_EQ(model.onnx.size(), expected.size()) << model.name;
    const auto* bytes = reinterpret_cast<const char*>(model.onnx.data());
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), bytes)) << model.name;
  }
}

TEST(EmbeddedModels, DefaultIsTinyX4) { EXPECT_EQ(embedded_models().front().name, "tiny_x4"); }

TEST(EmbeddedModels, EachHasItsOwnNameAndADescription) {
  std::set<std::string_view> names;
  for (const EmbeddedModel& model : embedded_models()) {
    EXPECT_TRUE(names.insert(model.name).second) << model.name;
    EXPECT_FALSE(model.description.empty()) << model.name;
  }
}

TEST(EmbeddedModels, AreFoundByExactNameOnly) {
  EXPECT_EQ(embedded_model("tiny_x4").data(), embedded_models().front().onnx.data());
  EXPECT_TRUE(embedded_model("tiny").empty());
  EXPECT_TRUE(embedded_model("").empty());
}

}  // namespace
}  // namespace nawq::models
