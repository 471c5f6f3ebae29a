// Owns: reading a small text file whole.
#pragma once

#include <string>

#include "base/result.h"

namespace nawq::cli {

// `kind`, naming the file, where it cannot be read; a folder cannot.
Result<std::string> read_text_file(const std::string& file, ErrorKind kind);

}  // namespace nawq::cli
