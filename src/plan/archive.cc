#include "plan/archive.h"

namespace nawq::plan {

void ArchiveReader::fail_with(std::string problem) {
  if (problem_.empty()) problem_ = std::move(problem);
  rest_ = {};
}

std::span<const std::byte> ArchiveReader::take(std::uint64_t count) {
  if (count > rest_.size()) {
    fail_with("ends too early");
    return {};
  }
  const auto bytes = rest_.first(count);
  rest_ = rest_.subspan(count);
  return bytes;
}

void ArchiveReader::read(bool& value) {
  std::uint8_t code = 0;
  read(code);
  if (code > 1) fail_with("holds a flag that is neither 0 nor 1");
  value = code == 1;
}

void ArchiveReader::read(std::string& text) {
  std::uint32_t count = 0;
  read(count);
  const auto bytes = take(count);
  text.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void ArchiveReader::read(OperationKind& kind) {
  std::uint8_t index = 0;
  read(index);
  read_kind(index, kind);
}

}  // namespace nawq::plan
