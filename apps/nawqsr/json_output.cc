#include "nawqsr/json_output.h"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "base/text.h"

namespace nawq::cli {

Status print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return {};
  return fail(ErrorKind::kOutput, concat("standard output: ", std::generic_category().message(errno)));
}

}  // namespace nawq::cli
