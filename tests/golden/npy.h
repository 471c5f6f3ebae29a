// Owns: the part of NumPy's file format that the golden outputs use: version 1, C order, uint8 or float32.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nawq::golden {

struct Array {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

// Empty when the file is missing or holds anything else.
std::optional<Array> read_npy(const std::string& path);

// As little-endian float32. False when the file cannot be written.
bool write_npy(const std::string& path, const Array& array);

}  // namespace nawq::golden
