#include "base/cpu.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/text.h"

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace nawq {
namespace {

struct Entry {
  Isa isa;
  std::string_view name;
  bool (*is_supported)();
};

bool always() { return true; }

#if defined(__x86_64__)
bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
// gcc 12 and clang 16 do not both know "avxvnni". The operating system saves ymm where has_avx2().
bool has_avxvnni() {
  constexpr unsigned kAvxVnniBit = 1u << 4;  // of eax, leaf 7, subleaf 1
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  return has_avx2() && __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) && (eax & kAvxVnniBit);
}
bool has_avx512vnni() {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vnni");
}
#else
bool has_avx2() { return false; }
bool has_avxvnni() { return false; }
bool has_avx512vnni() { return false; }
#endif

#if defined(__aarch64__)
bool has_dotprod() { return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0; }
bool has_i8mm() { return has_dotprod() && (getauxval(AT_HWCAP2) & HWCAP2_I8MM) != 0; }
#else
bool has_dotprod() { return false; }
bool has_i8mm() { return false; }
#endif

// Best first.
constexpr std::array<Entry, 6> kEntries{{{Isa::kNeonI8mm, "neon_i8mm", has_i8mm},
                                         {Isa::kNeonDotprod, "neon_dotprod", has_dotprod},
                                         {Isa::kAvx512Vnni, "avx512vnni", has_avx512vnni},
                                         {Isa::kAvxVnni, "avxvnni", has_avxvnni},
                                         {Isa::kAvx2, "avx2", has_avx2},
                                         {Isa::kScalar, "scalar", always}}};

}  // namespace

std::string_view isa_name(Isa isa) { return std::ranges::find(kEntries, isa, &Entry::isa)->name; }

std::vector<Isa> supported_isas() {
  std::vector<Isa> isas;
  for (const Entry& entry : kEntries)
    if (entry.is_supported()) isas.push_back(entry.isa);
  return isas;
}

Result<Isa> choose_isa() {
  const std::vector<Isa> supported = supported_isas();
  const char* forced = std::getenv("NAWQSR_FORCE_ISA");
  if (!forced || !*forced) return supported.front();

  std::string known;
  for (const Entry& entry : kEntries) known += concat(known.empty() ? "" : ", ", entry.name);
  const auto entry = std::ranges::find(kEntries, std::string_view(forced), &Entry::name);
  if (entry == kEntries.end())
    return fail(ErrorKind::kUsage, concat("NAWQSR_FORCE_ISA='", forced, "' is unknown; known: ", known));
  if (!entry->is_supported())
    return fail(ErrorKind::kUsage, concat("NAWQSR_FORCE_ISA='", forced, "': this machine does not have it"));
  return entry->isa;
}

}  // namespace nawq
