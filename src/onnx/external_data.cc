#include "onnx/external_data.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <limits>
#include <string_view>
#include <system_error>

#include "base/text.h"
#include "onnx/names.h"

namespace nawq::onnx {
namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int number = -1) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~FileDescriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

struct Extent {
  std::string location;
  std::int64_t offset = 0;
  std::optional<std::int64_t> length;  // absent: to the end of the file
};

std::string reason_text(int error_number) { return std::generic_category().message(error_number); }

Result<std::int64_t> regular_file_bytes(const FileDescriptor& file) {
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return fail(ErrorKind::kModel, reason_text(errno));
  if (S_ISDIR(status.st_mode)) return fail(ErrorKind::kModel, "is a folder");
  if (!S_ISREG(status.st_mode)) return fail(ErrorKind::kModel, "is not a regular file");
  return static_cast<std::int64_t>(status.st_size);
}

Result<std::string> read_part(const FileDescriptor& file, std::int64_t offset, std::int64_t length) {
  std::string bytes(static_cast<std::size_t>(length), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto at = static_cast<off_t>(offset) + static_cast<off_t>(done);
    const ssize_t got = ::pread(file.number(), bytes.data() + done, bytes.size() - done, at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(ErrorKind::kModel, concat("cannot be read: ", reason_text(errno)));
    if (got == 0) return fail(ErrorKind::kModel, "became shorter while it was read");
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

Result<std::int64_t> parse_size(std::string_view key, const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0)
    return fail(ErrorKind::kModel, concat("external data has ", key, "='", printable(text), "'"));
  return value;
}

Result<Extent> external_extent(const ::onnx::TensorProto& tensor) {
  Extent extent;
  for (const auto& entry : tensor.external_data()) {
    if (entry.key() == "location") extent.location = entry.value();
    if (entry.key() == "offset") {
      NAWQ_TRY(extent.offset, parse_size("offset", entry.value()));
    }
    if (entry.key() == "length") {
      NAWQ_TRY(extent.length, parse_size("length", entry.value()));
    }
  }
  return extent;
}

// Splits "weights/a.bin" into its components, refusing whatever could leave the folder.
Result<std::vector<std::string>> safe_components(const std::string& location) {
  const auto refuse = [&](const char* why) {
    return fail(ErrorKind::kModel, concat("external data at '", printable(location), "' ", why));
  };
  if (location.empty()) return refuse("names no file");
  if (location.front() == '/')
    return refuse("is an absolute path: only files below the model's folder are read");
  if (location.find('\0') != std::string::npos) return refuse("is no file name");
  std::vector<std::string> components;
  for (std::size_t begin = 0; begin <= location.size();) {
    const std::size_t end = std::min(location.find('/', begin), location.size());
    const std::string component = location.substr(begin, end - begin);
    if (component == "..") return refuse("leaves the model's folder");
    if (!component.empty() && component != ".") components.push_back(component);
    begin = end + 1;
  }
  if (components.empty() || location.back() == '/') return refuse("names no file");
  return components;
}

Result<FileDescriptor> open_below(const std::filesystem::path& folder, const std::string& location) {
  NAWQ_TRY(const std::vector<std::string> components, safe_components(location));
  FileDescriptor at(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (std::size_t i = 0; at.is_open() && i < components.size(); ++i) {
    const int kind =
        i + 1 < components.size() ? O_DIRECTORY : O_NONBLOCK;  // a named pipe must not block the open
    at = FileDescriptor(
        ::openat(at.number(), components[i].c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | kind));
  }
  if (!at.is_open()) {
    const bool is_link = errno == ELOOP || errno == ENOTDIR;
    return fail(ErrorKind::kModel, concat("external data at '", printable(location), "' cannot be opened: ",
                                          reason_text(errno), is_link ? " (links are not followed)" : ""));
  }
  return at;
}

}  // namespace

Result<std::string> read_model_file(const std::filesystem::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) return fail(ErrorKind::kModel, concat("cannot be opened: ", reason_text(errno)));
  NAWQ_TRY(const std::int64_t bytes, regular_file_bytes(file));
  if (bytes > std::numeric_limits<std::int32_t>::max())
    return fail(ErrorKind::kModel,
                concat("is ", bytes_text(static_cast<double>(bytes)),
                       " long; an ONNX file is at most 2 GiB, larger weights lie beside it"));
  return read_part(file, 0, bytes);
}

Result<std::string> read_external_data(const ::onnx::TensorProto& tensor, std::int64_t needed_bytes,
                                       const std::optional<std::filesystem::path>& folder) {
  if (!folder) return fail(ErrorKind::kModel, "external data is refused: the model was read from memory");
  NAWQ_TRY(const Extent extent, external_extent(tensor));
  NAWQ_TRY(const FileDescriptor file, open_below(*folder, extent.location));
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorKind::kModel, concat("external data at '", printable(extent.location), "' ", why));
  };
  auto bytes = regular_file_bytes(file);
  if (!bytes) return refuse(std::move(bytes.error().message));
  if (extent.offset > *bytes || extent.length.value_or(0) > *bytes - extent.offset)
    return refuse(concat("is ", *bytes, " bytes long: offset=", extent.offset,
                         ", length=", extent.length.value_or(0), " lies outside"));
  const std::int64_t length = extent.length.value_or(*bytes - extent.offset);
  if (length != needed_bytes)
    return refuse(concat("gives ", length, " bytes where the tensor's shape needs ", needed_bytes));
  return read_part(file, extent.offset, length);
}

}  // namespace nawq::onnx
