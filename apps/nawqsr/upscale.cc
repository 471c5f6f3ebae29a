// `nawqsr upscale`, also the plain form `nawqsr -i in.png -o out.png -n MODEL -s 4`.
#include <filesystem>
#include <system_error>

#include "base/text.h"
#include "image/bicubic.h"
#include "media/picture.h"
#include "nawqsr/command.h"
#include "nawqsr/extension.h"
#include "nawqsr/input_list.h"
#include "nawqsr/job_list.h"
#include "nawqsr/json_output.h"
#include "nawqsr/open_upscaler.h"
#include "session/within_memory.h"

namespace nawq::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Options {
  JobRequest files;
  ModelOptions model;
  RunOptions run;
  std::optional<std::int64_t> scale;
  std::string size, depth = "auto";
  std::optional<int> quality;
  std::int64_t tile_px = 0;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

class Upscale {
 public:
  Upscale(const Options& options, Console& console) : options_(options), console_(console) {}

  int run() {
    const Status prepared = session::within_memory([&] { return prepare(); });
    if (!prepared) return report_failure(prepared.error());
    const std::int64_t count = static_cast<std::int64_t>(list_.jobs.size());
    console_.begin("upscaling", count);
    for (std::int64_t i = 0; i < count; ++i) run_job(list_.jobs[static_cast<std::size_t>(i)], i);
    console_.end();
    return finish();
  }

 private:
  Status prepare() {
    NAWQ_TRY(team_, start(options_.run));
    NAWQ_TRY(max_memory_bytes_, memory_limit(options_.run));
    if (!options_.size.empty()) {
      if (options_.scale)
        return fail(ErrorKind::kUsage, "--scale and --size contradict each other: give one");
      NAWQ_TRY(wanted_size_, parse_extent(options_.size));
    }
    NAWQ_TRY(upscaler_, open_upscaler(options_.model, options_.scale, *team_, console_));
    JobRequest files = options_.files;
    files.scale = options_.scale.value_or(upscaler_->scale());
    NAWQ_TRY(list_, list_jobs(files));
    return {};
  }

  static Result<std::unique_ptr<ThreadTeam>> start(const RunOptions& run) {
    NAWQ_TRY(ThreadTeam team, start_threads(run));
    return std::make_unique<ThreadTeam>(std::move(team));
  }

  // Folders of results are made when the first result for them is on its way.
  Status make_folder(const fs::path& folder) const {
    std::error_code error;
    if (list_.single_file || folder.empty() || is_folder(folder)) return {};
    fs::create_directories(folder, error);
    if (error)
      return fail(ErrorKind::kOutput, concat(folder.string(), ": cannot be made: ", error.message()));
    return {};
  }

  void run_job(const Job& job, std::int64_t index) {
    const auto start = std::chrono::steady_clock::now();
    const auto size = session::within_memory([&] { return upscale(job, index); });
    if (!size) return note_failure(job, size.error());
    const double seconds = seconds_since(start);
    console_.finish_step(index, job.input.string(),
                         concat(job.output.string(), ", ", size->width_px, "x", size->height_px, ", ",
                                fixed(seconds, 2), " s"));
    done_.push_back({{"input", job.input.string()},
                     {"output", job.output.string()},
                     {"width", size->width_px},
                     {"height", size->height_px},
                     {"seconds", seconds}});
    seconds_ += seconds;
  }

  void note_failure(const Job& job, const Error& error) {
    console_.error(error);
    failed_.push_back({{"input", job.input.string()}, {"error", error.message}});
    worst_ = std::max(worst_, static_cast<int>(exit_code(error.kind)));
  }

  Result<session::Extent> upscale(const Job& job, std::int64_t index) {
    NAWQ_TRY(const media::PictureInfo info, media::probe_picture(job.input));
    NAWQ_TRY(const int bits, result_bits(info, job.output));
    const session::UpscaleOptions upscale{
        .bits = bits, .keep_grey = true, .max_memory_bytes = max_memory_bytes_, .tile_px = options_.tile_px};
    const session::Extent lr{info.width_px, info.height_px}, size = result_size(lr);
    NAWQ_CHECK(named(job.input, check_size(lr, size, upscale)));
    NAWQ_TRY(const media::Picture picture, media::read_picture(job.input));
    NAWQ_CHECK(make_folder(job.output.parent_path()));
    NAWQ_CHECK(media::check_writable(job.output, size.width_px, size.height_px));

    for (const std::string& lost : picture.not_kept)
      console_.warn(concat(job.input.string(), ": ", lost, " is not kept"));
    NAWQ_TRY(Image result, named(job.input, upscaler_->upscale(picture.image, upscale, [&](double done) {
               console_.advance(index, job.input.string(), done);
               return true;
             })));
    if (result.width_px() != size.width_px || result.height_px() != size.height_px) {
      NAWQ_TRY(result, bicubic_resize(result, size.width_px, size.height_px));
    }
    NAWQ_CHECK(media::write_picture(result, job.output, {.quality = options_.quality}));
    return size;
  }

  Status check_size(session::Extent lr, session::Extent size, const session::UpscaleOptions& upscale) const {
    NAWQ_CHECK(upscaler_->check_memory(lr, upscale));
    const session::Extent native{lr.width_px * upscaler_->scale(), lr.height_px * upscaler_->scale()};
    return session::check_resample_memory(native, size, upscale);
  }

  template <class T>
  static Result<T> named(const fs::path& path, Result<T> result) {
    if (!result) return tl::unexpected<Error>(with_context(std::move(result.error()), path.string()));
    return result;
  }

  session::Extent result_size(session::Extent lr) const {
    if (wanted_size_.width_px > 0) return wanted_size_;
    const std::int64_t scale = options_.scale.value_or(upscaler_->scale());
    return {lr.width_px * scale, lr.height_px * scale};
  }

  Result<int> result_bits(const media::PictureInfo& info, const fs::path& output) const {
    const int most = media::writable_bits(extension_of(output));
    if (options_.depth == "16" && most == 8)
      return fail(ErrorKind::kUsage,
                  concat(output.string(), ": this format has no 16-bit samples (--depth 16)"));
    return options_.depth != "8" && most == 16 && (info.bits == 16 || options_.depth == "16") ? 16 : 8;
  }

  int finish() {
    for (const json& failure : failed_)
      if (list_.jobs.size() > 1) console_.warn(concat("failed: ", failure["error"].get<std::string>()));
    if (list_.skipped > 0) console_.warn(concat(list_.skipped, " skipped: their outputs exist"));
    if (options_.run.json) {
      const json result{
          {"model", upscaler_->name()}, {"scale", upscaler_->scale()}, {"precision", upscaler_->precision()},
          {"pictures", done_},          {"failed", failed_},           {"skipped", list_.skipped},
          {"seconds", seconds_}};
      if (const Status printed = print(to_line(result)); !printed) return report_failure(printed.error());
    }
    // In a folder one bad file is "an input failed" whatever was wrong with it, unless nothing could be
    // written.
    return list_.jobs.size() > 1 && worst_ != kDone && worst_ != kOutputFailed ? kInputFailed : worst_;
  }

  int report_failure(const Error& error) {
    console_.error(error);
    return exit_code(error.kind);
  }

  const Options& options_;
  Console& console_;
  std::unique_ptr<ThreadTeam> team_;
  std::unique_ptr<session::Upscaler> upscaler_;
  std::int64_t max_memory_bytes_ = 0;
  session::Extent wanted_size_;
  JobList list_;
  json done_ = json::array(), failed_ = json::array();
  double seconds_ = 0;
  int worst_ = kDone;
};

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
  app->add_option("-s,--scale", options->scale,
                  "Factor (default: the network's own; another one resamples afterwards)")
      ->check(CLI::Range(1, 64));
  app->add_option("--size", options->size, "Size of the result, such as 1920x1080; resamples afterwards");
  app->add_option(
         "-t,--tile", options->tile_px,
         "Side of the tiles that a picture is done in; the result is the same (default: 0, as large as "
         "--max-memory allows)")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1} << 24));
  app->add_option("-f,--format", options->files.format,
                  "Extension of the results in a folder: png, jpg, webp, tif");
  app->add_option("-q,--quality", options->quality, "JPEG and WebP quality")->check(CLI::Range(1, 100));
  app->add_option("--depth", options->depth, "Bits a sample: 8, 16, or auto: as the input")
      ->check(CLI::IsMember({"8", "16", "auto"}));
  app->add_flag("-r,--recursive", options->files.recursive, "Descend into folders; their structure is kept");
  app->add_flag("--skip-existing", options->files.skip_existing,
                "Leave results that exist, and do the others");
  app->add_flag("--overwrite", options->files.overwrite, "Replace results that exist in a folder");
  add_run_options(*app, options->run);
  app->footer(
      "Examples:\n"
      "  nawqsr upscale -i cat.png -o cat_x4.png\n"
      "  nawqsr upscale -i photos -o large -r --skip-existing -m imdn_x4.onnx\n"
      "  nawqsr upscale -i a.jpg -i b.jpg -o '{stem}_{scale}x.png'");
  return {app, [options] {
            Console console(options->run.progress, options->run.verbose);
            return Upscale(*options, console).run();
          }};
}

}  // namespace nawq::cli
