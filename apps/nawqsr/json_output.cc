#include "nawqsr/json_output.h"

#include <cstdio>

namespace nawq::cli {

bool print(const std::string& text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
}

}  // namespace nawq::cli
