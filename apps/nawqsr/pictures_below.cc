#include "nawqsr/pictures_below.h"

#include <algorithm>
#include <system_error>

#include "base/text.h"
#include "nawqsr/input_list.h"

namespace nawq::cli {

namespace fs = std::filesystem;

Result<std::vector<fs::path>> pictures_below(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    if (is_picture(*entry)) files.push_back(entry->path());
  if (error) return fail(ErrorKind::kOutput, concat(folder.string(), ": ", error.message()));
  if (files.empty()) return fail(ErrorKind::kOutput, concat(folder.string(), ": holds no pictures"));
  std::ranges::sort(files);
  return files;
}

}  // namespace nawq::cli
