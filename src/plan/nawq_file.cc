#include "plan/nawq_file.h"

#include <algorithm>
#include <string>

#include "base/fnv1a.h"
#include "base/text.h"
#include "plan/archive.h"
#include "plan/check_program.h"

namespace nawq::plan {
namespace {

constexpr std::string_view kMagic = "NAWQ";
constexpr std::uint32_t kVersion = 3;
constexpr std::size_t kHeaderBytes = 24;

struct Header {
  std::uint32_t version = kVersion;
  std::uint64_t body_bytes = 0, checksum = 0;
};

template <class Archive, FieldsOf<Header> T>
void fields(Archive& archive, T& header) {
  archive(header.version, header.body_bytes, header.checksum);
}

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::uint64_t checksum(std::span<const std::byte> bytes) {
  Fnv1a sum;
  sum.add(bytes);
  return sum.sum();
}

void append(std::vector<std::byte>& bytes, std::span<const std::byte> more) {
  for (const std::byte byte : more) bytes.push_back(byte);
}

class SectionWriter {
 public:
  explicit SectionWriter(std::vector<std::byte>& body) : body_(body) {}

  template <class Contents>
  void operator()(std::string_view tag, Contents&& contents) {
    std::vector<std::byte> section;
    ArchiveWriter inner(section), outer(body_);
    contents(inner);
    append(body_, bytes_of(tag));
    outer(std::uint64_t{section.size()});
    append(body_, section);
  }

 private:
  std::vector<std::byte>& body_;
};

class SectionReader {
 public:
  explicit SectionReader(std::span<const std::byte> body) : body_(body) {}

  template <class Contents>
  void operator()(std::string_view tag, Contents&& contents) {
    if (!problem_.empty()) return;
    std::uint64_t size = 0;
    if (!std::ranges::equal(body_.take(tag.size()), bytes_of(tag))) return fail_with(tag, "is missing");
    body_(size);
    ArchiveReader section(body_.take(size));
    if (body_.has_failed()) return fail_with(tag, body_.problem());
    contents(section);
    if (section.has_failed()) return fail_with(tag, section.problem());
    if (section.left() > 0) fail_with(tag, concat("has ", section.left(), " bytes too many"));
  }

  // Empty if every section was read and nothing is left.
  std::string problem() const {
    if (!problem_.empty() || body_.left() == 0) return problem_;
    return concat("has ", body_.left(), " bytes behind its last section");
  }

 private:
  void fail_with(std::string_view tag, std::string_view problem) {
    problem_ = concat("section ", tag, " ", problem);
  }

  ArchiveReader body_;
  std::string problem_;
};

// The bytes behind the header, which is sound.
Result<std::span<const std::byte>> open(std::span<const std::byte> bytes) {
  ArchiveReader reader(bytes);
  Header header;
  if (!std::ranges::equal(reader.take(kMagic.size()), bytes_of(kMagic)))
    return fail(ErrorKind::kModel, "this is not a .nawq file");
  reader(header);
  if (reader.has_failed()) return fail(ErrorKind::kModel, "the file is cut off in its header");
  if (header.version != kVersion)
    return fail(ErrorKind::kModel, concat("version ", header.version,
                                          " of the .nawq format is not supported, ", kVersion, " is"));
  const auto body = bytes.subspan(kHeaderBytes);
  if (body.size() < header.body_bytes)
    return fail(ErrorKind::kModel, concat("the file is cut off: ", bytes.size(), " bytes, ",
                                          header.body_bytes - body.size(), " more are stated"));
  if (body.size() > header.body_bytes)
    return fail(ErrorKind::kModel,
                concat("the file has ", body.size() - header.body_bytes, " bytes too many at its end"));
  if (checksum(body) != header.checksum)
    return fail(ErrorKind::kModel, "the file is damaged: its checksum is wrong");
  return body;
}

Result<Program> read_program(std::span<const std::byte> bytes) {
  NAWQ_TRY(const auto body, open(bytes));
  Program program;
  SectionReader reader(body);
  sections(reader, program);
  if (const std::string problem = reader.problem(); !problem.empty())
    return fail(ErrorKind::kModel, concat("the file is damaged: ", problem));
  NAWQ_CHECK(check_program(program));
  return program;
}

}  // namespace

std::vector<std::byte> save_program(const Program& program) {
  std::vector<std::byte> body;
  SectionWriter writer(body);
  sections(writer, program);
  std::vector<std::byte> bytes;
  append(bytes, bytes_of(kMagic));
  ArchiveWriter archive(bytes);
  archive(Header{kVersion, body.size(), checksum(body)});
  append(bytes, body);
  return bytes;
}

Result<Program> load_program(std::span<const std::byte> bytes, std::string_view name) {
  auto program = read_program(bytes);
  if (!program) return tl::unexpected<Error>(with_context(program.error(), name));
  return program;
}

}  // namespace nawq::plan
