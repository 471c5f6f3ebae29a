#include "base/temporary_file.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

namespace nawq {
namespace {

TEST(TemporaryFile, GivesBackWhatWasWritten) {
  auto file = TemporaryFile::create();
  ASSERT_TRUE(file) << file.error().message;
  const std::vector<std::byte> first(1000, std::byte{7}), second(50, std::byte{9});
  ASSERT_TRUE(file->write(first, 5000000000));
  ASSERT_TRUE(file->write(second, 5000000100));
  std::vector<std::byte> read(1000);
  ASSERT_TRUE(file->read(read, 5000000000));
  EXPECT_EQ(read[99], std::byte{7});
  EXPECT_EQ(read[100], std::byte{9});
  EXPECT_EQ(read[150], std::byte{7});
}

TEST(TemporaryFile, ReadingBeyondItsEndFails) {
  auto file = TemporaryFile::create();
  ASSERT_TRUE(file) << file.error().message;
  std::vector<std::byte> bytes(10);
  ASSERT_TRUE(file->write(bytes, 0));
  const Status status = file->read(bytes, 5);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kResource);
}

TEST(TemporaryFile, LeavesNothingInItsFolder) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "nawqsr_temporary_file_test";
  std::filesystem::create_directories(folder);
  ::setenv("TMPDIR", folder.c_str(), 1);
  {
    auto file = TemporaryFile::create();
    ASSERT_TRUE(file) << file.error().message;
    ASSERT_TRUE(file->write(std::vector<std::byte>(10), 0));
    EXPECT_TRUE(std::filesystem::is_empty(folder));
  }
  std::filesystem::remove_all(folder);
  const auto nowhere = TemporaryFile::create();
  ::unsetenv("TMPDIR");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().kind, ErrorKind::kResource);
  EXPECT_NE(nowhere.error().message.find(folder.string()), std::string::npos) << nowhere.error().message;
}

}  // namespace
}  // namespace nawq
