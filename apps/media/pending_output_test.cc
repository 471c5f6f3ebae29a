#include "media/pending_output.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include "media/temporary_folder_test.h"

namespace nawq::media {
namespace {

namespace fs = std::filesystem;

using PendingOutputTest = TemporaryFolder;

TEST_F(PendingOutputTest, AppearsWhenItIsCommittedAndNotBefore) {
  auto output = PendingOutput::create(path("a.txt"));
  ASSERT_TRUE(output);
  ASSERT_TRUE(output->write("some "));
  ASSERT_TRUE(output->write("text"));
  EXPECT_FALSE(fs::exists(path("a.txt")));
  ASSERT_TRUE(output->commit());
  EXPECT_EQ(file_bytes(path("a.txt")), "some text");
  EXPECT_EQ(file_count(), 1U);
}

TEST_F(PendingOutputTest, LeavesWhatWasThereUntilItIsCommitted) {
  put_bytes(path("a.txt"), "old");
  auto output = PendingOutput::create(path("a.txt"));
  ASSERT_TRUE(output && output->write("new"));
  EXPECT_EQ(file_bytes(path("a.txt")), "old");
  ASSERT_TRUE(output->commit());
  EXPECT_EQ(file_bytes(path("a.txt")), "new");
}

TEST_F(PendingOutputTest, LeavesNothingWhenItIsDropped) {
  {
    const auto output = PendingOutput::create(path("a.txt"));
    ASSERT_TRUE(output);
    EXPECT_EQ(file_count(), 1U);
  }
  EXPECT_EQ(file_count(), 0U);
}

TEST_F(PendingOutputTest, BelongsToTheLastOneItWasMovedTo) {
  std::optional<PendingOutput> kept;
  {
    auto output = PendingOutput::create(path("a.txt"));
    ASSERT_TRUE(output);
    kept.emplace(std::move(*output));
  }
  EXPECT_TRUE(fs::exists(kept->temporary_path()));
  *kept = *PendingOutput::create(path("b.txt"));
  EXPECT_EQ(file_count(), 1U);
  ASSERT_TRUE(kept->commit());
  EXPECT_TRUE(fs::exists(path("b.txt")));
}

TEST_F(PendingOutputTest, IsRemovedOnRequestUnlessCommitted) {
  auto done = PendingOutput::create(path("done.txt"));
  auto first = PendingOutput::create(path("first.txt")), second = PendingOutput::create(path("second.txt"));
  ASSERT_TRUE(done && first && second && done->commit());
  EXPECT_EQ(file_count(), 3U);
  remove_pending_outputs();
  EXPECT_EQ(file_count(), 1U);
  EXPECT_TRUE(fs::exists(path("done.txt")));
}

TEST_F(PendingOutputTest, KeepsWorkingAfterManyFiles) {
  for (int i = 0; i < 300; ++i) {
    auto output = PendingOutput::create(path("a.txt"));
    ASSERT_TRUE(output && (i % 2 == 0 || output->commit()));
  }
  const auto last = PendingOutput::create(path("b.txt"));
  ASSERT_TRUE(last);
  EXPECT_EQ(file_count(), 2U);
  remove_pending_outputs();
  EXPECT_EQ(file_count(), 1U);
}

// In a child, which is at its end then.
TEST_F(PendingOutputTest, ThreadsThatOpenOutputsLeaveNothingBehindAtTheEnd) {
  const auto end_amid_work = [&] {
    std::atomic<int> made{0};
    for (int i = 0; i < 4; ++i)
      std::thread([&made, name = path(std::string("a") + static_cast<char>('0' + i))] {
        for (;; ++made) {
          auto output = PendingOutput::create(name);
          if (!output || !output->write("x")) _exit(99);
        }
      }).detach();
    while (made < 50) std::this_thread::yield();
    hold_new_outputs();
    remove_pending_outputs();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    _exit(static_cast<int>(file_count()));
  };
  EXPECT_EXIT(end_amid_work(), testing::ExitedWithCode(0), "");
}

TEST_F(PendingOutputTest, FollowsALink) {
  put_bytes(path("target.txt"), "old");
  fs::create_symlink("target.txt", path("link.txt"));
  ASSERT_TRUE(write_text(path("link.txt"), "new"));
  EXPECT_TRUE(fs::is_symlink(path("link.txt")));
  EXPECT_EQ(file_bytes(path("target.txt")), "new");
}

TEST_F(PendingOutputTest, TakesTheLongestNameThatTheFolderTakes) {
  const auto longest = path(std::string(251, 'n') + ".txt");
  ASSERT_TRUE(write_text(longest, "text"));
  EXPECT_EQ(file_bytes(longest), "text");
}

TEST_F(PendingOutputTest, RefusesAFolder) {
  fs::create_directory(path("folder"));
  EXPECT_EQ(PendingOutput::create(path("folder")).error().kind, ErrorKind::kUsage);
  EXPECT_EQ(check_output_path(path("folder")).error().kind, ErrorKind::kUsage);
}

TEST_F(PendingOutputTest, RefusesToReplaceWhatIsNoFile) {
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(PendingOutput::create(path("pipe")).error().kind, ErrorKind::kOutput);
  EXPECT_TRUE(fs::is_fifo(path("pipe")));
}

TEST_F(PendingOutputTest, SaysThatTheFolderIsMissing) {
  const auto status = check_output_path(path("nowhere") / "a.txt");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kOutput);
  EXPECT_NE(status.error().message.find("nowhere does not exist"), std::string::npos)
      << status.error().message;
  EXPECT_EQ(PendingOutput::create(path("nowhere") / "a.txt").error().kind, ErrorKind::kOutput);
}

TEST_F(PendingOutputTest, RefusesAPlaceBelowAFile) {
  put_bytes(path("file"), "x");
  EXPECT_EQ(check_output_path(path("file") / "a.txt").error().kind, ErrorKind::kOutput);
  EXPECT_EQ(PendingOutput::create(path("file") / "a.txt").error().kind, ErrorKind::kOutput);
}

}  // namespace
}  // namespace nawq::media
