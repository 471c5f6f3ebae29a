#include "session/model_library.h"

#include <cstdlib>
#include <fstream>

#include "session/tiny_network_test.h"

namespace nawq::session {
namespace {

namespace fs = std::filesystem;

class ModelLibrary : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "nawqsr-library-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }

  void TearDown() override {
    unsetenv("NAWQSR_MODEL_PATH");
    std::error_code error;
    fs::remove_all(folder_, error);
  }

  void add(const std::string& file, float factor = 2) {
    fs::create_directories((folder_ / file).parent_path());
    std::ofstream(folder_ / file, std::ios::binary) << enlarger(factor).bytes();
  }

  void search(const std::string& folders) { setenv("NAWQSR_MODEL_PATH", folders.c_str(), 1); }

  Result<Network> open_model(const ModelRequest& request) { return open_network(request, team_); }

  fs::path folder_;
  ThreadTeam team_ = two_threads();
};

std::vector<std::string> names() {
  std::vector<std::string> list;
  for (const KnownModel& model : known_models()) list.push_back(model.name);
  return list;
}

TEST_F(ModelLibrary, WithoutAnythingStatedTheFirstEmbeddedNetworkIsOpened) {
  ASSERT_FALSE(known_models().empty());
  EXPECT_TRUE(known_models()[0].path.empty());
  const auto network = open_model({});
  ASSERT_TRUE(network) << network.error().message;
  EXPECT_EQ(network->info().name, known_models()[0].name);
}

TEST_F(ModelLibrary, FoldersOfTheVariableComeInTheirOrderAndFilesByName) {
  add("one/z.onnx");
  add("one/b.onnx");
  add("one/readme.txt");
  add("two/a.onnx");
  const std::size_t embedded = names().size();
  search((folder_ / "one").string() + "::" + (folder_ / "gone").string() + ":" + (folder_ / "two").string() +
         ":");
  const auto found = names();
  EXPECT_EQ(std::vector(found.begin() + static_cast<std::ptrdiff_t>(embedded), found.end()),
            (std::vector<std::string>{"b", "z", "a"}));
}

TEST_F(ModelLibrary, NamesFindFilesAndTheScaleChoosesInAFamily) {
  add("net_x2.onnx", 2);
  add("net_x3.onnx", 3);
  search(folder_.string());
  EXPECT_EQ(open_model({.name = "net_x3"})->info().scale, 3);
  EXPECT_EQ(open_model({.name = "net", .scale = 2})->info().scale, 2);
  EXPECT_EQ(open_model({.name = "net", .scale = 3})->info().scale, 3);
  expect_failure(open_model({.name = "net"}), ErrorKind::kModel, "no model named 'net'");
  expect_failure(open_model({.name = "net", .scale = 4}), ErrorKind::kModel, "net_x2, net_x3");
}

TEST_F(ModelLibrary, FilesAreOpenedByPathAndCalledAfterIt) {
  add("my.net.onnx", 3);
  const auto network = open_model({.path = folder_ / "my.net.onnx"});
  ASSERT_TRUE(network) << network.error().message;
  EXPECT_EQ(network->info().name, "my.net");
  expect_failure(open_model({.path = folder_ / "gone.onnx"}), ErrorKind::kModel, "gone.onnx");
  expect_failure(open_model({.path = folder_}), ErrorKind::kModel, folder_.filename().string());
}

}  // namespace
}  // namespace nawq::session
