// `nawqsr upscale`, also the plain form `nawqsr -i in.png -o out.png -n MODEL -s 4`.
#include <chrono>

#include "base/ordered_pipeline.h"
#include "base/text.h"
#include "nawqsr/command.h"
#include "nawqsr/job_list.h"
#include "nawqsr/json_output.h"
#include "nawqsr/open_upscaler.h"
#include "nawqsr/picture_stages.h"
#include "nawqsr/run_command.h"
#include "nawqsr/upscale_report.h"

namespace nawq::cli {
namespace {

struct Options {
  JobRequest files;
  ModelOptions model;
  RunOptions run;
  ResultWishes wishes;
  std::string size;
  bool one_at_a_time = false;
};

// Decoding and encoding take what the engine leaves of the machine.
constexpr int kNiceness = 5;

Result<ResultWishes> wishes_of(const Options& options) {
  ResultWishes wishes = options.wishes;
  NAWQ_TRY(wishes.max_memory_bytes, memory_limit(options.run));
  if (options.size.empty()) return wishes;
  if (wishes.scale) return fail(ErrorKind::kUsage, "--scale and --size contradict each other: give one");
  NAWQ_TRY(wishes.size, parse_extent(options.size));
  return wishes;
}

// As many results are encoded at once as the engine has threads: PNG takes longer than most networks. One
// thread, or one picture, is no crowd.
int encoders(const Options& options, const JobList& list, const ThreadTeam& team) {
  return options.one_at_a_time || list.jobs.size() < 2 || team.size() < 2 ? 0 : team.size();
}

Result<std::int64_t> run_stages(const JobList& list, PictureStages& stages, UpscaleReport& report,
                                const PipelineOptions& options) {
  const auto job = [&](std::int64_t index) -> const Job& {
    return list.jobs[static_cast<std::size_t>(index)];
  };
  const auto first = [&](std::int64_t index) -> std::optional<Result<ReadPicture>> {
    if (index == static_cast<std::int64_t>(list.jobs.size())) return std::nullopt;
    return stages.read(job(index), index);
  };
  const auto middle = [&](std::int64_t index, ReadPicture&& read) {
    return stages.enlarge(job(index), index, std::move(read));
  };
  const auto last = [&](std::int64_t index, EnlargedPicture&& enlarged) {
    return stages.write(job(index), std::move(enlarged));
  };
  const auto tell = [&](std::int64_t index, Result<WrittenPicture>&& written) {
    stages.leave(index);
    report.add(index, written);
  };
  return OrderedPipeline<ReadPicture, EnlargedPicture, WrittenPicture>(
             {.first = first, .middle = middle, .last = last, .report = tell}, options)
      .run();
}

Status run_jobs(const JobList& list, PictureStages& stages, UpscaleReport& report, int last_threads,
                Console& console) {
  const auto done = run_stages(list, stages, report, {.last_threads = last_threads, .niceness = kNiceness});
  if (done) return {};
  console.note(concat(done.error().message, "; pictures are done one after another"));
  NAWQ_TRY(std::ignore, run_stages(list, stages, report, {.last_threads = 0}));
  return {};
}

Result<ExitCode> run_upscale(const Options& options, Console& console) {
  NAWQ_TRY(ThreadTeam team, start_threads(options.run));
  NAWQ_TRY(ResultWishes wishes, wishes_of(options));
  NAWQ_TRY(const auto upscaler, open_upscaler(options.model, wishes.scale, team, console));
  JobRequest files = options.files;
  files.scale = wishes.scale.value_or(upscaler->scale());
  NAWQ_TRY(const JobList list, list_jobs(files));
  wishes.make_folders = !list.single_file;

  const auto start = std::chrono::steady_clock::now();
  PictureStages stages(wishes, *upscaler, console);
  UpscaleReport report(list, console);
  console.begin("upscaling", static_cast<std::int64_t>(list.jobs.size()));
  NAWQ_CHECK(run_jobs(list, stages, report, encoders(options, list, team), console));
  console.end();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;

  const ExitCode code = report.conclude();
  if (options.run.json) {
    nlohmann::json result = report.to_json(wall.count());
    result.update(
        {{"model", upscaler->name()}, {"scale", upscaler->scale()}, {"precision", upscaler->precision()}});
    NAWQ_CHECK(print(to_line(result)));
  }
  return code;
}

}  // namespace

Command add_upscale(CLI::App& parent) {
  auto options = std::make_shared<Options>();
  CLI::App* app = parent.add_subcommand("upscale", "Upscale pictures and folders of pictures");
  app->add_option("-i,--input", options->files.inputs, "Picture, folder or quoted pattern; repeatable")
      ->required();
  app->add_option("-o,--output", options->files.output,
                  "Picture, folder, or template such as out/{stem}_{scale}x.{ext}")
      ->required();
  add_model_options(*app, options->model, false);
  add_dre_option(*app, options->model);
  app->add_option("-s,--scale", options->wishes.scale,
                  "Factor (default: the network's own; another one resamples afterwards)")
      ->check(CLI::Range(1, 64));
  app->add_option("--size", options->size, "Size of the result, such as 1920x1080; resamples afterwards");
  app->add_option(
         "-t,--tile", options->wishes.tile_px,
         "Side of the tiles that a picture is done in; the result is the same (default: 0, as large as "
         "--max-memory allows)")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1} << 24));
  app->add_option("-f,--format", options->files.format,
                  "Extension of the results in a folder: png, jpg, webp, tif");
  app->add_option("-q,--quality", options->wishes.quality, "JPEG and WebP quality")
      ->check(CLI::Range(1, 100));
  app->add_option("--depth", options->wishes.depth, "Bits a sample: 8, 16, or auto: as the input")
      ->check(CLI::IsMember({"8", "16", "auto"}));
  app->add_flag("-r,--recursive", options->files.recursive, "Descend into folders; their structure is kept");
  app->add_flag("--skip-existing", options->files.skip_existing,
                "Leave results that exist, and do the others");
  app->add_flag("--overwrite", options->files.overwrite, "Replace results that exist in a folder");
  app->add_flag("--one-at-a-time", options->one_at_a_time,
                "Do not read the next pictures and write the last ones beside the network");
  add_run_options(*app, options->run);
  app->footer(
      "Examples:\n"
      "  nawqsr upscale -i cat.png -o cat_x4.png\n"
      "  nawqsr upscale -i photos -o large -r --skip-existing -m imdn_x4.onnx\n"
      "  nawqsr upscale -i a.jpg -i b.jpg -o '{stem}_{scale}x.png'");
  return {app, [options]() -> int {
            Console console(options->run.progress, options->run.verbose);
            return run_command(console, [&](Console& to) { return run_upscale(*options, to); });
          }};
}

}  // namespace nawq::cli
