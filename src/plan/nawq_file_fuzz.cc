// Any bytes may be given as a .nawq file: reading them ends in a Program that keeps its promises and would be
// saved as the same bytes, or in an error that says why not. Every input is also read with its header made
// right, so that the checksum does not keep the fuzzer out.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "plan/check_program.h"
#include "plan/nawq_bytes_test.h"
#include "plan/nawq_file.h"
#include "plan/random_program_test.h"

namespace {

void load(std::span<const std::byte> bytes) {
  const auto program = nawq::plan::load_program(bytes, "fuzz.nawq");
  if (!program) {
    if (program.error().message.empty()) __builtin_trap();
    return;
  }
  if (!nawq::plan::check_program(*program)) __builtin_trap();
  if (!std::ranges::equal(nawq::plan::save_program(*program), bytes)) __builtin_trap();
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

// Now and then starts anew with a sound file, so that no corpus is needed.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned seed) {
  std::mt19937 random(seed);
  if (size < nawq::plan::kNawqHeaderBytes || random() % 64 == 0) {
    const auto bytes =
        nawq::plan::save_program(seed % 3 == 0 ? nawq::plan::random_dre_program(random)
                                               : nawq::plan::random_program(random, seed % 3 == 1));
    if (bytes.size() <= most) {
      std::ranges::copy(std::as_bytes(std::span(bytes)), reinterpret_cast<std::byte*>(data));
      return bytes.size();
    }
  }
  return LLVMFuzzerMutate(data, size, most);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = std::as_bytes(std::span(data, size));
  load(input);
  std::vector<std::byte> repaired(input.begin(), input.end());
  nawq::plan::repair_header(repaired);
  load(repaired);
  return 0;
}
