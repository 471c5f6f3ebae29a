// Owns: loops of nothing but a unit's own multiply-accumulate instruction on registers: how fast a machine
// could be at most, measured where the kernels run.
#pragma once

#include <cstdint>
#include <span>

#include "base/cpu.h"
#include "kernels/enums.h"

namespace nawq::kernels {

struct PeakLoop {
  std::int64_t rounds = 0;
  std::int64_t* macs = nullptr;  // how many multiply-accumulates that was
};

using PeakFunction = void (*)(const PeakLoop& loop);

struct PeakKernel {
  const char* name;  // peak_<unit>_<isa>
  Isa isa;
  Format src;  // of the unit's activations
  PeakFunction run;
};

// Best for each source format first, scalar last.
std::span<const PeakKernel> peak_kernels();

}  // namespace nawq::kernels
