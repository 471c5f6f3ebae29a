#include <dlfcn.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "base/text.h"
#include "media/picture_backend.h"

namespace nawq::media {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFileName = "nawq_media_vips.so";

// Beside the program, where an installed one has it, and the build tree for programs that lie elsewhere in
// it.
std::vector<fs::path> candidate_folders() {
  std::error_code error;
  std::vector<fs::path> folders;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    folders.push_back(program.parent_path());
    folders.push_back(program.parent_path().parent_path() / "lib" / "nawqsr");
  }
  if (const fs::path built = NAWQ_MEDIA_BUILD_FOLDER; !built.empty()) folders.push_back(built);
  return folders;
}

tl::unexpected<Error> unavailable(const std::string& reason) {
  return fail(ErrorKind::kInput, concat("pictures can be neither read nor written: ", reason));
}

Result<const PictureBackend*> open_library(const fs::path& file) {
  void* library = dlopen(file.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (!library) return unavailable(dlerror());
  using Entry = const PictureBackend* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(library, "nawq_picture_backend"));
  if (!entry) return unavailable(dlerror());
  const PictureBackend* backend = entry();
  NAWQ_CHECK(backend->start());
  return backend;
}

Result<const PictureBackend*> load() {
  std::string searched;
  for (const fs::path& folder : candidate_folders()) {
    const fs::path file = folder / kFileName;
    if (access(file.c_str(), F_OK) == 0) return open_library(file);
    searched += concat(searched.empty() ? "" : ", ", folder.string());
  }
  return unavailable(concat(kFileName, " is not in ", searched));
}

}  // namespace

Result<const PictureBackend*> picture_backend() {
  static const Result<const PictureBackend*> kBackend = load();
  return kBackend;
}

}  // namespace nawq::media
