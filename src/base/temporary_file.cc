#include "base/temporary_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "base/text.h"

namespace nawq {
namespace {

tl::unexpected<Error> failure(const char* what, int error) {
  return fail(ErrorKind::kResource, concat("the temporary file for what does not fit in memory cannot be ",
                                           what, ": ", std::strerror(error)));
}

std::string folder() {
  const char* named = std::getenv("TMPDIR");
  return named && *named ? named : "/var/tmp";
}

// Some file systems cannot make files without a name: one that loses it at once.
int open_and_unlink(const std::string& in) {
  std::string name = in + "/nawqsr-XXXXXX";
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor >= 0) ::unlink(name.c_str());
  return descriptor;
}

}  // namespace

Result<TemporaryFile> TemporaryFile::create() {
  const std::string in = folder();
  int descriptor = ::open(in.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0) descriptor = open_and_unlink(in);
  if (descriptor >= 0) return TemporaryFile(descriptor);
  return failure(concat("made in ", in).c_str(), errno);
}

TemporaryFile::TemporaryFile(TemporaryFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

TemporaryFile& TemporaryFile::operator=(TemporaryFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

TemporaryFile::~TemporaryFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status TemporaryFile::write(std::span<const std::byte> bytes, std::int64_t place) const {
  while (!bytes.empty()) {
    const ssize_t done = ::pwrite(descriptor_, bytes.data(), bytes.size(), place);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return failure("written", done < 0 ? errno : ENOSPC);
    bytes = bytes.subspan(static_cast<std::size_t>(done));
    place += done;
  }
  return {};
}

Status TemporaryFile::read(std::span<std::byte> bytes, std::int64_t place) const {
  while (!bytes.empty()) {
    const ssize_t done = ::pread(descriptor_, bytes.data(), bytes.size(), place);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return failure("read", done < 0 ? errno : EIO);
    bytes = bytes.subspan(static_cast<std::size_t>(done));
    place += done;
  }
  return {};
}

}  // namespace nawq
