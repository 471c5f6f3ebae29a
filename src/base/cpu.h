// Owns: which instruction sets this machine has, and which one the kernels use.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace nawq {

// Worst first of each family; can_run() says which includes which. kScalar runs everywhere and is the judge
// of bits.
enum class Isa { kScalar, kAvx2, kAvxVnni, kAvx512Vnni, kNeonDotprod, kNeonI8mm };

// As NAWQSR_FORCE_ISA spells it: "scalar", "avx2", "avxvnni", "avx512vnni", "neon_dotprod", "neon_i8mm".
std::string_view isa_name(Isa isa);

// What this machine can run, best first; kScalar is always the last.
std::vector<Isa> supported_isas();

// The best of supported_isas(), or the one that NAWQSR_FORCE_ISA names: kUsage when that is unknown or not
// supported.
Result<Isa> choose_isa();

// Whether a machine that runs `machine` runs code compiled for `code` too. Many have AVX-512 VNNI and
// not AVX-VNNI, the same instructions in another encoding.
constexpr bool can_run(Isa machine, Isa code) {
  const bool is_arm = machine >= Isa::kNeonDotprod;
  if (code != Isa::kScalar && (code >= Isa::kNeonDotprod) != is_arm) return false;
  if (machine == Isa::kAvx512Vnni && code == Isa::kAvxVnni) return false;
  return static_cast<int>(code) <= static_cast<int>(machine);
}

}  // namespace nawq
