// Owns: how fast a program runs on this machine, beside how fast the machine could be.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/cpu.h"
#include "base/result.h"
#include "base/thread_team.h"
#include "plan/program.h"
#include "session/upscaler.h"

namespace nawq::session {

struct BenchOptions {
  Extent picture{320, 180};
  int runs = 20;
};

struct LayerTime {
  std::string name, kind;
  int wordlength = 32;
  std::int64_t macs = 0;
  bool converts_only = false;  // brings a tensor into another format, and nothing else
  double median_us = 0;
  double gmac_per_s = 0, peak_fraction = 0;  // 0 where there are no multiply-accumulates
};

// Of all threads together, in GMAC/s.
struct MachinePeaks {
  double a8 = 0, a16 = 0, f32 = 0;
};

struct BenchResult {
  Extent picture;  // enlarged to what the network accepts
  double median_ms = 0, min_ms = 0;
  double gmac = 0, gmac_per_s = 0;
  MachinePeaks peaks;
  // The time that this mix of layers would take at the peaks of its units, over the median time.
  double peak_fraction = 0;
  double bind_ms = 0;                 // weights packed, memory taken, sizes found
  std::int64_t activation_bytes = 0;  // of all tensors between picture and result
  std::int64_t weights_bytes = 0;     // packed
  double layers_ms = 0;               // the sum of the layers' median times
  double between_layers_ms = 0;       // median, over the runs, of what a run takes beyond its layers
  std::vector<LayerTime> layers;
};

// "conv", "pointwise", "pool", "resize", "statistics", "vector".
const char* kind_name(const plan::Operation& operation);

MachinePeaks measure_peaks(Isa isa, ThreadTeam& team);

// A picture with edges, gradients and noise; the same for everyone.
Result<Image> bench_picture(Extent size, int channels);

Result<BenchResult> bench(const plan::Program& program, const BenchOptions& options, Isa isa,
                          ThreadTeam& team, Progress progress);

}  // namespace nawq::session
