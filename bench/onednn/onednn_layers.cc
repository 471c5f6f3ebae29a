// onednn_layers MODEL: every 8-bit convolution of a network beside oneDNN's of the same shape, in turn. Ours
// are timed while the network runs on a picture, with all that is fused into them; oneDNN's run one after the
// other on two buffers, one being read and one written, so that both find their input where the layer before
// left it.
#include <omp.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>

#include <CLI/CLI.hpp>
#include <oneapi/dnnl/dnnl.hpp>

#include "base/cpu.h"
#include "base/text.h"
#include "base/thread_team.h"
#include "codec/context.h"
#include "onednn/bind_threads.h"
#include "onednn/onednn_convolution.h"
#include "onednn/report.h"
#include "session/bench.h"
#include "session/model_library.h"
#include "session/plan_model.h"

namespace nawq::bench {
namespace {

using Clock = std::chrono::steady_clock;

// The helpers of either side wait for work actively before they sleep; OpenMP's for some milliseconds.
constexpr auto kPause = std::chrono::milliseconds(20);

struct Options {
  std::string model;
  int width_px = 320, height_px = 180;
  int threads = usable_cpus();
  int rounds = 15, runs = 3;
  bool bare = false;
};

double us_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
}

struct Ours {
  static Result<Ours> create(const plan::Program& program, const Options& options, Isa isa,
                             ThreadTeam& team) {
    const codec::Extent size{options.width_px, options.height_px};
    NAWQ_TRY(Image picture, session::bench_picture({size.width_px, size.height_px}, program.channels));
    NAWQ_TRY(Image result, Image::create(size.width_px * program.scale, size.height_px * program.scale,
                                         program.channels, picture.bits()));
    NAWQ_TRY(auto context, codec::Context::create(codec::LoadedProgram::load(program, isa), size,
                                                  {.in_bits = picture.bits(),
                                                   .out_bits = picture.bits(),
                                                   .workers = team.size(),
                                                   .measure_time = true}));
    return Ours{std::move(picture), std::move(result), std::move(context), &team};
  }

  // Times of all operations of the network.
  Result<std::vector<double>> run() {
    NAWQ_CHECK(context->run(picture, result, *team, [](double) { return true; }));
    const auto times = context->operation_times_us();
    return std::vector<double>(times.begin(), times.end());
  }

  Image picture, result;
  std::unique_ptr<codec::Context> context;
  ThreadTeam* team;
};

struct Theirs {
  static Result<Theirs> create(const std::vector<LayerShape>& shapes) {
    Theirs made;
    std::size_t bytes = 0;
    for (const LayerShape& shape : shapes) {
      NAWQ_TRY(OnednnConvolution layer, OnednnConvolution::create(shape));
      bytes = std::max({bytes, layer.src_bytes(), layer.dst_bytes()});
      made.layers.push_back(std::move(layer));
    }
    for (auto& buffer : made.buffers) buffer = noise(bytes);
    return made;
  }

  std::vector<double> run() {
    std::vector<double> times_us;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const auto begin = Clock::now();
      layers[i].run(buffers[i % 2].data(), buffers[(i + 1) % 2].data());
      times_us.push_back(us_since(begin));
    }
    return times_us;
  }

  // Aligned as oneDNN would do it.
  struct alignas(64) Line {
    unsigned char bytes[64]{};
  };

  static std::vector<Line> noise(std::size_t bytes) {
    std::vector<Line> lines(bytes / sizeof(Line) + 1);
    std::uint32_t state = 1;
    for (Line& line : lines)
      for (unsigned char& byte : line.bytes) {
        state = state * 1664525 + 1013904223;
        byte = static_cast<unsigned char>(state >> 24);
      }
    return lines;
  }

  std::vector<OnednnConvolution> layers;
  std::vector<Line> buffers[2];
};

// By layer, the median of some runs; the first, which fills caches, does not count.
template <class Run>
Result<std::vector<double>> burst(int runs, Run&& run) {
  std::vector<std::vector<double>> by_layer;
  for (int i = 0; i <= runs; ++i) {
    NAWQ_TRY(const std::vector<double> times_us, run());
    by_layer.resize(times_us.size());
    for (std::size_t layer = 0; i > 0 && layer < times_us.size(); ++layer)
      by_layer[layer].push_back(times_us[layer]);
  }
  std::vector<double> medians;
  for (auto& times_us : by_layer) medians.push_back(median(std::move(times_us)));
  return medians;
}

Result<std::vector<LayerTimes>> measure(const std::vector<LayerShape>& shapes, Ours& ours, Theirs& theirs,
                                        const Options& options) {
  std::vector<LayerTimes> layers;
  for (std::size_t i = 0; i < shapes.size(); ++i)
    layers.push_back({.shape = shapes[i],
                      .implementation = theirs.layers[i].implementation(),
                      .channels_last = theirs.layers[i].channels_last(),
                      .ours_us = {},
                      .onednn_us = {}});
  for (int round = 0; round < options.rounds; ++round) {
    NAWQ_TRY(const auto our_us, burst(options.runs, [&] { return ours.run(); }));
    std::this_thread::sleep_for(kPause);
    NAWQ_TRY(const auto their_us,
             burst(options.runs, [&]() -> Result<std::vector<double>> { return theirs.run(); }));
    std::this_thread::sleep_for(kPause);
    for (std::size_t i = 0; i < layers.size(); ++i) {
      layers[i].ours_us.push_back(our_us[shapes[i].operation]);
      layers[i].onednn_us.push_back(their_us[i]);
    }
  }
  return layers;
}

// What is left of a program whose convolutions end with their sums: what it computes is nonsense, what it
// takes says how much of a layer's time is activations and additions.
plan::Program without_steps(plan::Program program) {
  for (plan::Operation& operation : program.operations)
    if (std::get_if<plan::Convolution>(&operation.kind)) operation.steps.clear();
  return program;
}

Result<std::string> report(const Options& options) {
  omp_set_num_threads(options.threads);
  NAWQ_TRY(const Isa isa, choose_isa());
  NAWQ_TRY(ThreadTeam team, ThreadTeam::create(options.threads));
  NAWQ_TRY(session::Model model, session::open_model({.path = options.model}, team));
  NAWQ_TRY(session::PlannedModel planned,
           session::plan_model(std::move(model), session::Precision::kInt8, isa, team));
  const plan::Program program =
      options.bare ? without_steps(std::move(planned.program)) : std::move(planned.program);
  NAWQ_TRY(const auto shapes, convolutions_of(program, {options.width_px, options.height_px}));
  NAWQ_TRY(Ours ours, Ours::create(program, options, isa, team));
  NAWQ_TRY(Theirs theirs, Theirs::create(shapes));
  bind_threads(team);
  NAWQ_TRY(const auto layers, measure(shapes, ours, theirs, options));
  const dnnl::version_t& version = *dnnl::version();
  return concat(program.name, " int8, ", options.bare ? "activations and additions left out, " : "",
                options.width_px, "x", options.height_px, ", ", options.threads, " threads, ", isa_name(isa),
                "; oneDNN ", version.major, ".", version.minor, ".", version.patch, "; medians of ",
                options.rounds, " turns of ", options.runs, " runs\n\n", layer_table(layers));
}

}  // namespace
}  // namespace nawq::bench

int main(int argc, char** argv) {
  nawq::bench::Options options;
  CLI::App app("Every 8-bit convolution of a network beside oneDNN's of the same shape, in turn");
  app.add_option("model", options.model, "Network: an ONNX or .nawq file")->required();
  app.add_option("--width", options.width_px, "Of the picture")
      ->check(CLI::Range(1, 16384))
      ->capture_default_str();
  app.add_option("--height", options.height_px, "Of the picture")
      ->check(CLI::Range(1, 16384))
      ->capture_default_str();
  app.add_option("-j,--threads", options.threads, "Of each side")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  app.add_option("--rounds", options.rounds, "Turns of each side")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  app.add_option("--runs", options.runs, "In a turn")->check(CLI::Range(1, 10000))->capture_default_str();
  app.add_flag("--bare", options.bare, "Without activations and additions, on both sides");
  CLI11_PARSE(app, argc, argv);
  const auto text = nawq::bench::report(options);
  (text ? std::cout : std::cerr) << (text ? *text
                                          : nawq::concat("onednn_layers: ", text.error().message, '\n'));
  return text ? 0 : 1;
}
