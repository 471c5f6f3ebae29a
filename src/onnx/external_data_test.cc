#include "onnx/external_data.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "onnx/model_builder_test.h"

namespace nawq::onnx {
namespace {

namespace fs = std::filesystem;

// A folder "models" with weights in and outside of it.
class ExternalData : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() / ("nawq_external_data_" + std::to_string(::getpid()));
    fs::remove_all(root_);
    folder_ = root_ / "models";
    fs::create_directories(folder_ / "sub");
    const Floats numbers{9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9};  // three that offset skips
    const std::string bytes(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(float));
    for (const fs::path& path : {root_ / "outside.bin", folder_ / "w.bin", folder_ / "sub" / "w.bin"})
      std::ofstream(path, std::ios::binary) << bytes;
  }
  void TearDown() override { fs::remove_all(root_); }

  TestModel model_with(const std::string& location, const std::string& offset = "12",
                       const std::string& length = "36") {
    ::onnx::TensorProto tensor = float_proto("w", {3, 3, 1, 1}, {});
    tensor.set_data_location(::onnx::TensorProto::EXTERNAL);
    const auto add = [&](const char* key, const std::string& value) {
      if (value.empty()) return;
      auto* entry = tensor.add_external_data();
      entry->set_key(key);
      entry->set_value(value);
    };
    add("location", location);
    add("offset", offset);
    add("length", length);
    return beside().tensor(tensor).node("Conv", {"x", "w"}, {"y"});
  }

  Result<Model> load(const TestModel& model) {
    std::ofstream(folder_ / "m.onnx", std::ios::binary) << model.bytes();
    return Model::load(folder_ / "m.onnx");
  }

  void expect_weights(const TestModel& model) {
    const auto loaded = load(model);
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    const auto graph = loaded->at_size(4, 4);
    ASSERT_TRUE(graph.has_value()) << graph.error().message;
    ASSERT_NE(constant_of(*graph, "y", 1), nullptr);
    EXPECT_EQ(constant_of(*graph, "y", 1)->floats, (Floats{1, 2, 3, 4, 5, 6, 7, 8, 9}));
  }

  void expect_refused(const TestModel& model, const std::string& part) {
    const auto loaded = load(model);
    ASSERT_FALSE(loaded.has_value());
    EXPECT_EQ(loaded.error().kind, ErrorKind::kModel);
    EXPECT_NE(loaded.error().message.find(part), std::string::npos) << loaded.error().message;
    EXPECT_EQ(loaded.error().message.find("m.onnx: tensor 'w': "), 0u) << loaded.error().message;
  }

  fs::path root_, folder_;
};

TEST_F(ExternalData, IsReadFromBesideAndBelow) {
  expect_weights(model_with("w.bin"));
  expect_weights(model_with("sub/w.bin"));
  expect_weights(model_with("./sub//w.bin"));
  expect_weights(model_with("w.bin", "12", ""));  // to the end of the file
}

TEST_F(ExternalData, PathsOutOfTheFolderAreRefused) {
  expect_refused(model_with("../outside.bin"), "leaves the model's folder");
  expect_refused(model_with("sub/../../outside.bin"), "leaves the model's folder");
  expect_refused(model_with("sub/../w.bin"), "leaves the model's folder");
  expect_refused(model_with((root_ / "outside.bin").string()), "is an absolute path");
  expect_refused(model_with((folder_ / "w.bin").string()), "is an absolute path");
}

TEST_F(ExternalData, LinksAreRefusedAtAnyComponent) {
  fs::create_symlink(root_ / "outside.bin", folder_ / "link.bin");
  fs::create_symlink(folder_ / "w.bin", folder_ / "inner.bin");
  fs::create_directory_symlink(root_, folder_ / "up");
  fs::create_directory_symlink(folder_ / "sub", folder_ / "alias");
  expect_refused(model_with("link.bin"), "links are not followed");
  expect_refused(model_with("inner.bin"), "links are not followed");
  expect_refused(model_with("up/outside.bin"), "links are not followed");
  expect_refused(model_with("alias/w.bin"), "links are not followed");
}

TEST_F(ExternalData, OnlyRegularFilesAreRead) {
  expect_refused(model_with("sub"), "is a folder");
  expect_refused(model_with("sub/"), "names no file");
  expect_refused(model_with("."), "names no file");
  expect_refused(model_with(""), "names no file");
  expect_refused(model_with("missing.bin"), "cannot be opened");
  expect_refused(model_with(std::string("w.bin\0.txt", 10)), "is no file name");
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  expect_refused(model_with("pipe"), "is not a regular file");
}

TEST_F(ExternalData, ExtentsAreChecked) {
  expect_refused(model_with("w.bin", "16", "36"), "lies outside");
  expect_refused(model_with("w.bin", "9223372036854775807", "36"), "lies outside");
  expect_refused(model_with("w.bin", "12", "9223372036854775807"), "lies outside");
  expect_refused(model_with("w.bin", "0", "36x"), "length='36x'");
  expect_refused(model_with("w.bin", "-12", "36"), "offset='-12'");
  expect_refused(model_with("w.bin", "12", "32"), "gives 32 bytes where the tensor's shape needs 36");
  expect_refused(model_with("w.bin", "", ""), "gives 48 bytes where the tensor's shape needs 36");
}

TEST_F(ExternalData, ModelFilesThatCannotBeReadAreNamed) {
  const auto message = [](const fs::path& path) {
    const auto model = Model::load(path);
    return model ? std::string() : model.error().message;
  };
  EXPECT_EQ(message(folder_), "models: is a folder");
  EXPECT_EQ(message(folder_ / "none.onnx").find("none.onnx: cannot be opened: "), 0u);
  std::ofstream(folder_ / "empty.onnx").flush();
  EXPECT_EQ(message(folder_ / "empty.onnx"), "empty.onnx: is empty");
  EXPECT_EQ(message(folder_ / "w.bin"), "w.bin: is truncated or not an ONNX file");
}

}  // namespace
}  // namespace nawq::onnx
