#include "media/picture.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/text.h"
#include "image/depth.h"
#include "media/pending_output.h"
#include "media/picture_backend.h"
#include "media/picture_format.h"

namespace nawq::media {
namespace {

namespace fs = std::filesystem;

constexpr int kDefaultQuality = 95;

// A file in memory, for what can only be written to a descriptor.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("nawqsr", MFD_CLOEXEC)) {}
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  int descriptor() const { return descriptor_; }

  Result<std::vector<std::byte>> contents() const {
    struct stat status {};
    if (fstat(descriptor_, &status) != 0) return unreadable();
    std::vector<std::byte> bytes(static_cast<std::size_t>(status.st_size));
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t count =
          pread(descriptor_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
      if (count == 0 || (count < 0 && errno != EINTR)) return unreadable();
      done += count < 0 ? 0 : static_cast<std::size_t>(count);
    }
    return bytes;
  }

 private:
  static tl::unexpected<Error> unreadable() {
    return fail(ErrorKind::kOutput, std::generic_category().message(errno));
  }

  int descriptor_;
};

class InputFile {
 public:
  explicit InputFile(const fs::path& path)
      : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  ~InputFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  int descriptor() const { return descriptor_; }

  // Whether it is open and worth a look.
  Status check() const {
    struct stat status {};
    if (descriptor_ < 0 || fstat(descriptor_, &status) != 0)
      return fail(ErrorKind::kInput,
                  errno == ENOENT ? "no such file" : std::generic_category().message(errno));
    if (S_ISDIR(status.st_mode)) return fail(ErrorKind::kUsage, "is a folder, not a picture");
    if (!S_ISREG(status.st_mode)) return fail(ErrorKind::kInput, "is not a regular file");
    if (status.st_size == 0) return fail(ErrorKind::kInput, "the file is empty");
    return {};
  }

 private:
  int descriptor_;
};

template <class T>
using Decode = Result<T> (*PictureBackend::*)(const EncodedPicture&);

template <class T>
Result<T> decode_file(const fs::path& path, Decode<T> decode) {
  const InputFile file(path);
  if (auto status = file.check(); !status) return tl::unexpected(with_context(status.error(), path.string()));
  NAWQ_TRY(const PictureBackend* backend, picture_backend());
  return (backend->*decode)({.descriptor = file.descriptor()}).map_error([&](const Error& error) {
    return with_context(error, path.string());
  });
}

template <class T>
Result<T> decode_bytes(std::span<const std::byte> bytes, std::string_view name, Decode<T> decode) {
  if (bytes.empty()) return fail(ErrorKind::kInput, concat(name, ": is empty"));
  NAWQ_TRY(const PictureBackend* backend, picture_backend());
  return (backend->*decode)({.bytes = bytes}).map_error([&](const Error& error) {
    return with_context(error, name);
  });
}

Result<int> checked_quality(const WriteOptions& options) {
  const int quality = options.quality.value_or(kDefaultQuality);
  if (quality >= 1 && quality <= 100) return quality;
  return fail(ErrorKind::kUsage, concat("a quality of ", quality, " is not 1 to 100"));
}

Status encode(const Image& image, const WritableFormat& format, int quality, int descriptor) {
  auto backend = picture_backend();
  if (!backend) return fail(ErrorKind::kOutput, backend.error().message);
  if (image.bits() <= format.max_bits) return (*backend)->write(image, format.format, quality, descriptor);
  NAWQ_TRY(const Image shallow, with_bits(image, format.max_bits));
  return (*backend)->write(shallow, format.format, quality, descriptor);
}

Status at_path(const Status& status, const fs::path& path) {
  return status.map_error([&](const Error& error) { return with_context(error, path.string()); });
}

}  // namespace

Result<PictureInfo> probe_picture(const fs::path& path) {
  return decode_file<PictureInfo>(path, &PictureBackend::probe);
}

Result<PictureInfo> probe_picture_bytes(std::span<const std::byte> bytes, std::string_view name) {
  return decode_bytes<PictureInfo>(bytes, name, &PictureBackend::probe);
}

Result<Picture> read_picture(const fs::path& path) {
  return decode_file<Picture>(path, &PictureBackend::read);
}

Result<Picture> read_picture_bytes(std::span<const std::byte> bytes, std::string_view name) {
  return decode_bytes<Picture>(bytes, name, &PictureBackend::read);
}

Status write_picture(const Image& image, const fs::path& path, const WriteOptions& options) {
  NAWQ_TRY(const WritableFormat* format, format_for(path));
  NAWQ_TRY(const int quality, checked_quality(options));
  if (image.empty()) return fail(ErrorKind::kOutput, concat(path.string(), ": the picture is empty"));
  NAWQ_CHECK(at_path(check_format_size(*format, image.width_px(), image.height_px()), path));
  NAWQ_TRY(PendingOutput output, PendingOutput::create(path));
  if (const Status encoded = encode(image, *format, quality, output.descriptor()); !encoded) {
    NAWQ_CHECK(output.write(" "));  // says why where nothing can be written, as libvips does not
    return at_path(encoded, path);
  }
  return output.commit();
}

Result<std::vector<std::byte>> encode_png(const Image& image) {
  if (image.empty()) return fail(ErrorKind::kOutput, "the picture is empty");
  const MemoryFile file;
  if (file.descriptor() < 0) return fail(ErrorKind::kOutput, std::generic_category().message(errno));
  NAWQ_TRY(const WritableFormat* format, format_for("picture.png"));
  NAWQ_CHECK(encode(image, *format, kDefaultQuality, file.descriptor()));
  return file.contents();
}

Status check_writable(const fs::path& path, std::int64_t width_px, std::int64_t height_px) {
  if (std::error_code error; fs::is_directory(path, error))
    return fail(ErrorKind::kUsage, concat(path.string(), ": is a folder"));
  NAWQ_CHECK(check_output_path(path));
  NAWQ_TRY(const WritableFormat* format, format_for(path));
  return at_path(check_format_size(*format, width_px, height_px), path);
}

}  // namespace nawq::media
