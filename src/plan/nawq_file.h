// Owns: the bytes of a `.nawq` file: a Program, little-endian, with a checksum. Opens no files.
//   "NAWQ", format version u32, bytes that follow the header u64, their FNV-1a checksum u64
//   sections: tag of 4 letters, bytes u64, fields as in plan/fields.h
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "plan/program.h"

namespace nawq::plan {

std::vector<std::byte> save_program(const Program& program);

// The Program has passed check_program, and save_program would give the same bytes again. kModel errors begin
// with `name`.
Result<Program> load_program(std::span<const std::byte> bytes, std::string_view name);

}  // namespace nawq::plan
