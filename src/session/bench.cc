#include "session/bench.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "codec/context.h"
#include "kernels/dispatch.h"
#include "kernels/peak/peak.h"
#include "session/engine.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

double median(std::vector<double> times) {
  std::ranges::sort(times);
  const std::size_t middle = times.size() / 2;
  return times.size() % 2 == 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
}

// The best of 20 runs of a few milliseconds each.
double measure_peak(kernels::Format unit, Isa isa, ThreadTeam& team) {
  constexpr int kRuns = 20;
  constexpr std::int64_t kRounds = 400000;
  const kernels::PeakKernel& kernel = kernels::find_kernel(kernels::peak_kernels(), unit, isa);
  std::vector<std::int64_t> macs(static_cast<std::size_t>(team.size()));
  double best = 0;
  for (int run = 0; run < kRuns; ++run) {
    const auto begin = Clock::now();
    team.parallel_for(team.size(), [&](std::int64_t index, int) {
      kernel.run({kRounds, &macs[static_cast<std::size_t>(index)]});
    });
    double total = 0;
    for (const std::int64_t part : macs) total += static_cast<double>(part);
    best = std::max(best, total / milliseconds_since(begin) / 1e6);
  }
  return best;
}

double peak_of(const MachinePeaks& peaks, int wordlength) {
  return wordlength == 8 ? peaks.a8 : wordlength == 16 ? peaks.a16 : peaks.f32;
}

bool converts_only(const plan::Operation& operation) {
  return std::holds_alternative<plan::Pointwise>(operation.kind) && operation.steps.size() == 1 &&
         operation.steps[0].kind == plan::StepKind::kResidual;
}

// Per layer, and what the layers take at the machine's peaks, in milliseconds.
double describe_layers(const codec::Context& context, const std::vector<std::vector<double>>& times_us,
                       BenchResult& result) {
  double ideal_ms = 0;
  const auto& operations = context.program().operations;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    LayerTime layer{.name = operations[i].name,
                    .kind = kind_name(operations[i]),
                    .wordlength = operations[i].wordlength,
                    .macs = context.macs(i),
                    .converts_only = converts_only(operations[i]),
                    .median_us = median(times_us[i])};
    const double gmac = static_cast<double>(layer.macs) / 1e9, peak = peak_of(result.peaks, layer.wordlength);
    if (layer.macs > 0 && layer.median_us > 0 && layer.kind != std::string("vector")) {
      layer.gmac_per_s = gmac / layer.median_us * 1e6;
      layer.peak_fraction = layer.gmac_per_s / peak;
      ideal_ms += gmac / peak * 1e3;
    }
    result.gmac += gmac;
    result.layers_ms += layer.median_us / 1e3;
    result.layers.push_back(std::move(layer));
  }
  return ideal_ms;
}

Result<BenchResult> run(const plan::Program& program, const BenchOptions& options, Isa isa, ThreadTeam& team,
                        Progress progress) {
  BenchResult result;
  NAWQ_TRY(result.picture, accepted_size(program, options.picture));
  const Extent size = result.picture;
  NAWQ_TRY(const Image picture, bench_picture(size, program.channels));
  NAWQ_TRY(Image out, Image::create(size.width_px * program.scale, size.height_px * program.scale,
                                    program.channels, picture.bits()));
  const auto begin = Clock::now();
  const auto loaded = codec::LoadedProgram::load(program, isa);
  NAWQ_TRY(const auto context, codec::Context::create(loaded, {size.width_px, size.height_px},
                                                      {.in_bits = picture.bits(),
                                                       .out_bits = picture.bits(),
                                                       .workers = team.size(),
                                                       .measure_time = true}));
  result.bind_ms = milliseconds_since(begin);
  result.weights_bytes = loaded->weights_bytes();
  result.activation_bytes = context->arena_bytes();
  const auto go_on = [](double) { return true; };
  NAWQ_CHECK(context->run(picture, out, team, go_on));  // pages are touched, caches filled

  std::vector<double> times_ms, between_layers_ms;
  std::vector<std::vector<double>> layer_times_us(program.operations.size());
  for (int i = 0; i < options.runs; ++i) {
    const auto run_begin = Clock::now();
    NAWQ_CHECK(context->run(picture, out, team, go_on));
    times_ms.push_back(milliseconds_since(run_begin));
    between_layers_ms.push_back(times_ms.back());
    for (std::size_t layer = 0; layer < layer_times_us.size(); ++layer) {
      layer_times_us[layer].push_back(context->operation_times_us()[layer]);
      between_layers_ms.back() -= layer_times_us[layer].back() / 1e3;
    }
    if (!progress(static_cast<double>(i + 1) / options.runs)) return fail(ErrorKind::kInterrupted, "stopped");
  }
  result.peaks = measure_peaks(isa, team);
  result.median_ms = median(times_ms);
  result.between_layers_ms = median(between_layers_ms);
  result.min_ms = *std::ranges::min_element(times_ms);
  const double ideal_ms = describe_layers(*context, layer_times_us, result);
  result.gmac_per_s = result.gmac / result.median_ms * 1e3;
  result.peak_fraction = ideal_ms / result.median_ms;
  return result;
}

}  // namespace

MachinePeaks measure_peaks(Isa isa, ThreadTeam& team) {
  return {measure_peak(kernels::Format::kCode8, isa, team), measure_peak(kernels::Format::kCode16, isa, team),
          measure_peak(kernels::Format::kFloat, isa, team)};
}

const char* kind_name(const plan::Operation& operation) {
  const plan::OperationKind& kind = operation.kind;
  if (std::get_if<plan::Convolution>(&kind)) return "conv";
  if (std::get_if<plan::Pointwise>(&kind)) return "pointwise";
  if (std::get_if<plan::Pooling>(&kind)) return "pool";
  if (std::get_if<plan::Resampling>(&kind)) return "resize";
  if (std::get_if<plan::Statistics>(&kind)) return "statistics";
  return "vector";
}

Result<Image> bench_picture(Extent size, int channels) {
  NAWQ_TRY(Image picture, Image::create(size.width_px, size.height_px, channels, channels == 1 ? 16 : 8));
  std::uint32_t noise = 1;
  for (std::int64_t y = 0; y < size.height_px; ++y)
    for (std::int64_t x = 0; x < size.width_px; ++x)
      for (int c = 0; c < channels; ++c) {
        noise = noise * 1664525 + 1013904223;
        const std::int64_t gradient = (x * 2 + y * (c + 1)) % 192, edge = (x / 13 + y / 17) % 3 == 0 ? 40 : 0;
        const auto sample = static_cast<int>(gradient + edge + (noise >> 27));
        picture.set_sample(x, y, c, std::min(sample, 255) * (picture.max_sample() / 255));
      }
  return picture;
}

Result<BenchResult> bench(const plan::Program& program, const BenchOptions& options, Isa isa,
                          ThreadTeam& team, Progress progress) {
  return within_memory([&] { return run(program, options, isa, team, progress); });
}

}  // namespace nawq::session
