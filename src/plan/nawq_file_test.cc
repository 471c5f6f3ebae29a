#include "plan/nawq_file.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <typeinfo>

#include "plan/check_program.h"
#include "plan/fields.h"
#include "plan/nawq_bytes_test.h"
#include "plan/random_program_test.h"

namespace nawq::plan {
namespace {

using Bytes = std::vector<std::byte>;

// A small file with most kinds of operations in it; of codes, with ranges found at run time.
Bytes small_file(bool floating) {
  Bytes best;
  std::mt19937 random(5);
  for (int i = 0; i < 50; ++i) {
    Bytes bytes = save_program(floating ? random_program(random, true) : random_dre_program(random));
    if (best.empty() || (bytes.size() < best.size() && bytes.size() > 3000)) best = std::move(bytes);
  }
  return best;
}

std::string error_of(const Bytes& bytes) {
  const auto program = load_program(bytes, "net.nawq");
  if (program) return "loaded";
  EXPECT_EQ(program.error().kind, ErrorKind::kModel);
  EXPECT_TRUE(program.error().message.starts_with("net.nawq: ")) << program.error().message;
  return program.error().message;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(NawqFile, LoadingGivesTheSavedProgramAgain) {
  std::mt19937 random(1);
  for (int i = 0; i < 200; ++i) {
    const Program program = i % 4 == 3 ? random_dre_program(random) : random_program(random, i % 2 == 0);
    const auto loaded = load_program(save_program(program), "net.nawq");
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(*loaded, program);
  }
}

// Converts to the type of any field.
struct AnyField {
  template <class T>
  operator T() const;  // NOLINT(google-explicit-constructor)
};

template <class Struct, class... Fields>
constexpr std::size_t count_of_fields() {
  if constexpr (requires { Struct{Fields{}..., AnyField{}}; })
    return count_of_fields<Struct, Fields..., AnyField>();
  else
    return sizeof...(Fields);
}

struct FieldCounter {
  template <class... Fields>
  void operator()(Fields&...) {
    count += sizeof...(Fields);
  }
  std::size_t count = 0;
};

template <class Struct>
void expect_complete() {
  FieldCounter counter;
  Struct held;
  fields(counter, held);
  EXPECT_EQ(counter.count, count_of_fields<Struct>()) << typeid(Struct).name();
}

template <class... Structs>
void expect_all_complete() {
  (expect_complete<Structs>(), ...);
}

TEST(NawqFile, NoFieldOfAnyStructIsForgotten) {
  expect_all_complete<Size2d, Pads2d, Quantization, TensorSpec, View, SideChannel, StepSpec, RunSpec,
                      Convolution, Pointwise, Pooling, Resampling, Statistics, VectorMath, Operation>();
  FieldCounter counter;
  const auto section = [&](std::string_view, auto&& contents) { contents(counter); };
  Program program;
  sections(section, program);
  EXPECT_EQ(counter.count, count_of_fields<Program>());
}

TEST(NawqFile, TheBytesAreLittleEndianBehindTheMagicWord) {
  const Bytes bytes = small_file(false);
  Bytes repaired = bytes;
  std::fill_n(repaired.begin(), kNawqHeaderBytes, std::byte{0});
  repair_header(repaired);
  EXPECT_EQ(bytes, repaired);
}

TEST(NawqFile, WeightCodesAreStoredAsTheyAre) {
  std::mt19937 random(2);
  const Program program = random_program(random, false);
  const auto* convolution = std::get_if<Convolution>(&program.operations.front().kind);
  ASSERT_TRUE(convolution);
  const Bytes bytes = save_program(program);
  const auto codes = std::as_bytes(std::span(convolution->codes));
  EXPECT_NE(std::search(bytes.begin(), bytes.end(), codes.begin(), codes.end()), bytes.end());
}

TEST(NawqFile, EveryTruncationIsRefused) {
  const Bytes bytes = small_file(false);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::string error =
        error_of(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)));
    EXPECT_TRUE(has(error, size < 4 ? "not a .nawq file" : "cut off")) << size << ": " << error;
  }
}

TEST(NawqFile, BytesBehindTheEndAreRefused) {
  Bytes bytes = small_file(true);
  bytes.insert(bytes.end(), 3, std::byte{0});
  EXPECT_TRUE(has(error_of(bytes), "3 bytes too many at its end"));
  repair_header(bytes);
  EXPECT_TRUE(has(error_of(bytes), "3 bytes behind its last section"));
}

TEST(NawqFile, EveryFlippedBitIsRefused) {
  Bytes bytes = small_file(false);
  ASSERT_TRUE(load_program(bytes, "net.nawq"));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      bytes[i] ^= std::byte{1} << bit;
      EXPECT_FALSE(load_program(bytes, "net.nawq")) << "byte " << i << ", bit " << bit;
      bytes[i] ^= std::byte{1} << bit;
    }
  }
}

TEST(NawqFile, AFlippedBitUnderAFixedChecksumIsRefusedOrASoundProgram) {
  for (const bool floating : {false, true}) {
    Bytes bytes = small_file(floating);
    int refused = 0, sound = 0;
    for (std::size_t i = kNawqHeaderBytes; i < bytes.size(); ++i) {
      const std::byte flip = std::byte{1} << (i % 8);
      bytes[i] ^= flip;
      repair_header(bytes);
      if (const auto program = load_program(bytes, "net.nawq")) {
        ++sound;
        EXPECT_TRUE(check_program(*program));
        EXPECT_EQ(save_program(*program), bytes) << "byte " << i;
      } else {
        ++refused;
        EXPECT_FALSE(program.error().message.empty());
      }
      bytes[i] ^= flip;
    }
    EXPECT_GT(refused, 100);
    EXPECT_GT(sound, 100);
  }
}

TEST(NawqFile, AShorterBodyUnderAFixedChecksumIsRefused) {
  const Bytes bytes = small_file(true);
  for (std::size_t size = kNawqHeaderBytes; size < bytes.size(); ++size) {
    Bytes shorter(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    repair_header(shorter);
    EXPECT_TRUE(has(error_of(shorter), "section")) << size;
  }
}

TEST(NawqFile, AnotherVersionIsNamed) {
  Bytes bytes = small_file(true);
  bytes[4] = std::byte{9};
  EXPECT_TRUE(has(error_of(bytes), "version 9 of the .nawq format is not supported"));
}

TEST(NawqFile, OtherFilesAreNotTakenForOne) {
  const std::string text = "\x89PNG and what follows in a picture";
  const auto bytes = std::as_bytes(std::span(text));
  EXPECT_TRUE(has(error_of(Bytes(bytes.begin(), bytes.end())), "not a .nawq file"));
  EXPECT_TRUE(has(error_of({}), "not a .nawq file"));
}

// A length of 2^60 in any place where a length stands must not be believed.
TEST(NawqFile, ALengthBeyondTheFileIsRefused) {
  const Bytes bytes = small_file(false);
  for (std::size_t i = kNawqHeaderBytes; i + 8 <= bytes.size(); ++i) {
    Bytes damaged = bytes;
    put_little_endian(std::span(damaged).subspan(i, 8), std::uint64_t{1} << 60);
    repair_header(damaged);
    const auto program = load_program(damaged, "net.nawq");
    EXPECT_TRUE(!program || check_program(*program));
  }
  Bytes damaged = bytes;
  put_little_endian(std::span(damaged).subspan(kNawqHeaderBytes + 4, 8), std::uint64_t{1} << 60);
  repair_header(damaged);
  EXPECT_TRUE(has(error_of(damaged), "section PICT ends too early"));
}

TEST(NawqFile, AProgramThatBreaksItsPromisesIsRefused) {
  std::mt19937 random(3);
  Program program = random_program(random, true);
  program.operations.front().runs.clear();
  const Bytes bytes = save_program(program);
  EXPECT_TRUE(has(error_of(bytes), "net.nawq: operation 0 'conv0': no run writes its result"))
      << error_of(bytes);
}

}  // namespace
}  // namespace nawq::plan
