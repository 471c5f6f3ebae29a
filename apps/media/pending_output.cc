#include "media/pending_output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/text.h"

namespace nawq::media {
namespace {

namespace fs = std::filesystem;

// A signal handler may look at any moment: a slot's path is read only in state kListed and changed only in
// kTaken.
enum SlotState : int { kFree, kTaken, kListed };

struct Slot {
  std::atomic<int> state = kFree;
  char path[PATH_MAX] = {};
};

std::array<Slot, 64> slots;
std::atomic<int> opening = 0;      // threads between listing a path and having its file
std::atomic<bool> ending = false;  // nothing is opened any more
static_assert(std::atomic<int>::is_always_lock_free);

// While it lives this thread opens a file: it takes no signal, so that a handler on any other thread may wait
// for it. Once the program is ending it does not come to life.
class Opening {
 public:
  Opening() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
    for (++opening; ending; ++opening) {
      --opening;
      poll(nullptr, 0, 1000);
    }
  }
  Opening(const Opening&) = delete;
  Opening& operator=(const Opening&) = delete;
  ~Opening() {
    --opening;
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t before_{};
};

// The slot's index; -1 where no slot is free or the path is too long: the file is then only removed by its
// owner.
int list_path(const fs::path& path) {
  const std::string& text = path.native();
  if (text.size() >= PATH_MAX) return -1;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    int expected = kFree;
    if (!slots[i].state.compare_exchange_strong(expected, kTaken)) continue;
    std::memcpy(slots[i].path, text.c_str(), text.size() + 1);
    slots[i].state = kListed;
    return static_cast<int>(i);
  }
  return -1;
}

void unlist_path(int slot) {
  if (slot >= 0) slots[static_cast<std::size_t>(slot)].state = kFree;
}

std::string system_message(int error) { return std::generic_category().message(error); }

tl::unexpected<Error> cannot_write(const fs::path& path, int error) {
  return fail(ErrorKind::kOutput, concat(path.string(), ": cannot be written: ", system_message(error)));
}

fs::path folder_of(const fs::path& path) {
  const fs::path folder = path.parent_path();
  return folder.empty() ? fs::path(".") : folder;
}

// A link that leads to something is followed; one that leads nowhere is itself replaced.
fs::path behind_links(const fs::path& path) {
  std::error_code error;
  if (!fs::is_symlink(path, error)) return path;
  fs::path target = fs::canonical(path, error);
  return error ? path : target;
}

Status check_not_special(const fs::path& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    return cannot_write(path, errno);
  }
  if (S_ISDIR(status.st_mode)) return fail(ErrorKind::kUsage, concat(path.string(), ": is a folder"));
  if (!S_ISREG(status.st_mode))
    return fail(ErrorKind::kOutput, concat(path.string(), ": is not a regular file"));
  return {};
}

// Short, so that it is valid wherever the name it stands for is.
fs::path temporary_name(const fs::path& path) {
  static std::atomic<unsigned> count = 0;
  return path.parent_path() / concat(".nawqsr-", getpid(), "-", count++, ".tmp");
}

}  // namespace

Result<PendingOutput> PendingOutput::create(const fs::path& path) {
  NAWQ_CHECK(check_not_special(path));
  PendingOutput output;
  output.path_ = behind_links(path);
  const Opening signals_wait;
  do {
    unlist_path(output.slot_);
    output.temporary_path_ = temporary_name(output.path_);
    output.slot_ = list_path(output.temporary_path_);
    output.descriptor_ = open(output.temporary_path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (output.descriptor_ < 0 && errno == EEXIST);
  if (output.descriptor_ < 0) return cannot_write(path, errno);
  return output;
}

PendingOutput::PendingOutput(PendingOutput&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_path_(std::move(other.temporary_path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      slot_(std::exchange(other.slot_, -1)) {}

PendingOutput& PendingOutput::operator=(PendingOutput&& other) noexcept {
  if (this == &other) return *this;
  discard();
  path_ = std::move(other.path_);
  temporary_path_ = std::move(other.temporary_path_);
  descriptor_ = std::exchange(other.descriptor_, -1);
  slot_ = std::exchange(other.slot_, -1);
  return *this;
}

PendingOutput::~PendingOutput() { discard(); }

void PendingOutput::discard() {
  if (descriptor_ >= 0) {
    close(descriptor_);
    unlink(temporary_path_.c_str());
  }
  unlist_path(slot_);
  descriptor_ = slot_ = -1;
}

Status PendingOutput::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cannot_write(path_, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Status PendingOutput::commit() {
  const bool closed = close(std::exchange(descriptor_, -1)) == 0;
  const bool renamed = closed && rename(temporary_path_.c_str(), path_.c_str()) == 0;
  const int error = errno;
  if (!renamed) unlink(temporary_path_.c_str());
  unlist_path(std::exchange(slot_, -1));
  if (!renamed) return cannot_write(path_, error);
  return {};
}

Status write_text(const fs::path& path, std::string_view text) {
  NAWQ_TRY(PendingOutput output, PendingOutput::create(path));
  NAWQ_CHECK(output.write(text));
  return output.commit();
}

Status check_output_path(const fs::path& path) {
  NAWQ_CHECK(check_not_special(path));
  const fs::path folder = folder_of(behind_links(path));
  if (access(folder.c_str(), W_OK | X_OK) == 0) return {};
  if (errno == ENOENT)
    return fail(ErrorKind::kOutput,
                concat(path.string(), ": the folder ", folder.string(), " does not exist"));
  return cannot_write(path, errno);
}

void hold_new_outputs() {
  constexpr int kPatienceMs = 1000;  // a file system that hangs must not hold up the end
  ending = true;
  for (int waited_ms = 0; opening > 0 && waited_ms < kPatienceMs; ++waited_ms) poll(nullptr, 0, 1);
}

void remove_pending_outputs() {
  for (const Slot& slot : slots)
    if (slot.state == kListed) unlink(slot.path);
}

}  // namespace nawq::media
