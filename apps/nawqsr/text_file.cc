#include "nawqsr/text_file.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "base/text.h"

namespace nawq::cli {

Result<std::string> read_text_file(const std::string& file, ErrorKind kind) {
  // Reading a folder throws.
  std::error_code problem;
  if (std::filesystem::is_directory(file, problem)) return fail(kind, concat(file, ": is a folder"));
  std::ifstream stream(file, std::ios::binary);
  std::string text;
  if (stream) text.assign(std::istreambuf_iterator<char>(stream), {});
  if (!stream) return fail(kind, concat(file, ": cannot be read"));
  return text;
}

}  // namespace nawq::cli
