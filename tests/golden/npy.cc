#include "tests/golden/npy.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

namespace nawq::golden {
namespace {

constexpr std::size_t kPreambleBytes = 10;  // magic, version, length of the header that follows
constexpr char kMagic[] = "\x93NUMPY\x01";

// "'shape': (32, 48, 3)" of a header.
std::optional<std::vector<std::int64_t>> parse_shape(const std::string& header) {
  const std::string key = "'shape': (";
  const std::size_t begin = header.find(key), end = header.find(')');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return {};
  std::istringstream dims(header.substr(begin + key.size(), end - begin - key.size()));
  std::vector<std::int64_t> shape;
  for (std::int64_t dim = 0; dims >> dim; dims.ignore()) shape.push_back(dim);
  return shape;
}

}  // namespace

std::optional<Array> read_npy(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (bytes.size() < kPreambleBytes || bytes.compare(0, 7, kMagic, 7) != 0) return {};
  const std::size_t header_bytes =
      static_cast<unsigned char>(bytes[8]) + 256u * static_cast<unsigned char>(bytes[9]);
  const std::string header = bytes.substr(kPreambleBytes, header_bytes);
  const auto shape = parse_shape(header);
  if (!shape || header.find("'fortran_order': False") == std::string::npos) return {};

  Array array{*shape, {}};
  std::size_t count = 1;
  for (const std::int64_t dim : array.shape) count *= static_cast<std::size_t>(dim);
  const std::string data = bytes.substr(std::min(bytes.size(), kPreambleBytes + header_bytes));
  if (header.find("'|u1'") != std::string::npos && data.size() == count) {
    for (const char value : data)
      array.values.push_back(static_cast<float>(static_cast<unsigned char>(value)));
    return array;
  }
  if (header.find("'<f4'") == std::string::npos || data.size() != count * sizeof(float)) return {};
  array.values.resize(count);
  std::memcpy(array.values.data(), data.data(), data.size());
  return array;
}

bool write_npy(const std::string& path, const Array& array) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
  for (const std::int64_t dim : array.shape) header += std::to_string(dim) + ", ";
  header += "), }";
  header.resize(128 - kPreambleBytes - 1, ' ');  // data begins at a multiple of 64
  header += '\n';
  std::ofstream file(path, std::ios::binary);
  file.write(kMagic, 7).put('\0').put(static_cast<char>(header.size())).put('\0') << header;
  file.write(reinterpret_cast<const char*>(array.values.data()),
             static_cast<std::streamsize>(array.values.size() * sizeof(float)));
  return file.good();
}

}  // namespace nawq::golden
