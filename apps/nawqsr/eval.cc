// `nawqsr eval MODEL --hr DIR [--lr DIR]`: PSNR and SSIM against the originals.
#include "base/text.h"
#include "nawqsr/command.h"
#include "nawqsr/json_output.h"
#include "nawqsr/open_upscaler.h"
#include "nawqsr/picture_pairs.h"
#include "nawqsr/run_command.h"
#include "session/evaluate.h"

namespace nawq::cli {
namespace {

using nlohmann::json;

struct Options {
  ModelOptions model;
  RunOptions run;
  std::string hr, lr, space = "y";
  std::optional<std::int64_t> border_px, scale;
};

class FolderPairs final : public session::PairSource {
 public:
  static Result<FolderPairs> open(const Options& options, std::int64_t scale, std::int64_t max_memory_bytes) {
    FolderPairs pairs;
    pairs.scale_ = scale;
    pairs.max_memory_bytes_ = max_memory_bytes;
    NAWQ_TRY(pairs.files_, pair_files(options.hr, options.lr, scale));
    return pairs;
  }

  std::int64_t count() const override { return static_cast<std::int64_t>(files_.size()); }

  Result<session::EvaluationPair> read(std::int64_t index) override {
    NAWQ_TRY(session::PicturePair pair,
             read_pair(files_[static_cast<std::size_t>(index)], scale_, max_memory_bytes_));
    return session::EvaluationPair{std::move(pair.name), std::move(pair.original), std::move(pair.small)};
  }

 private:
  std::vector<PairFiles> files_;
  std::int64_t scale_ = 1, max_memory_bytes_ = 0;
};

json to_json(const session::Upscaler& upscaler, const session::Evaluation& result, bool luma) {
  json pictures = json::array();
  for (const session::EvaluationRow& row : result.rows)
    pictures.push_back({{"name", row.name}, {"psnr_db", finite_or_null(row.psnr_db)}, {"ssim", row.ssim}});
  return {{"model", upscaler.name()},
          {"scale", upscaler.scale()},
          {"precision", upscaler.precision()},
          {"images", result.rows.size()},
          {luma ? "psnr_y_db" : "psnr_rgb_db", finite_or_null(result.psnr_db)},
          {luma ? "ssim_y" : "ssim_rgb", result.ssim},
          {"seconds", result.seconds},
          {"pictures", pictures}};
}

Result<ExitCode> run_eval(const Options& options, Console& console) {
  NAWQ_TRY(ThreadTeam team, start_threads(options.run));
  NAWQ_TRY(const std::int64_t max_memory_bytes, memory_limit(options.run));
  NAWQ_TRY(const auto upscaler, open_upscaler(options.model, options.scale, team, console));
  NAWQ_TRY(FolderPairs pairs, FolderPairs::open(options, upscaler->scale(), max_memory_bytes));
  const bool luma = options.space == "y";
  const session::EvaluationOptions evaluation{
      .space = luma ? session::MeasureSpace::kLuma : session::MeasureSpace::kRgb,
      .border_px = options.border_px,
      .max_memory_bytes = max_memory_bytes};
  console.begin("evaluating", pairs.count());
  NAWQ_TRY(const session::Evaluation result,
           session::evaluate(
               *upscaler, pairs, evaluation, [&](const session::EvaluationRow& row, std::int64_t done) {
                 console.finish_step(done - 1, row.name,
                                     concat(fixed(row.psnr_db, 2), " dB, SSIM ", fixed(row.ssim, 4)));
                 return true;
               }));
  console.end();
  const std::string text =
      options.run.json ? to_line(to_json(*upscaler, result, luma))
                       : concat(upscaler->name(), " x", upscaler->scale(), " ", upscaler->precision(),
                                ": PSNR ", fixed(result.psnr_db, 4), " dB, SSIM ", fixed(result.ssim, 6),
                                " (", luma ? "Y" : "RGB", ", mean of ", result.rows.size(), " pictures)\n");
  NAWQ_CHECK(print(text));
  return kDone;
}

}  // namespace

Command add_eval(CLI::App& parent) {
  auto options = std::make_shared<Options>();
  CLI::App* app = parent.add_subcommand("eval", "Measure PSNR and SSIM against original pictures");
  add_model_options(*app, options->model, true);
  add_dre_option(*app, options->model);
  app->add_option("--hr", options->hr, "Folder of originals, read recursively")->required();
  app->add_option("--lr", options->lr,
                  "Folder of small pictures with the same names (default: made by bicubic)");
  app->add_option("-s,--scale", options->scale, "Which network of a family, or the factor of bicubic")
      ->check(CLI::Range(1, 64));
  app->add_option("--space", options->space, "y: luma; rgb: all three channels")
      ->check(CLI::IsMember({"y", "rgb"}));
  app->add_option("--border", options->border_px, "Pixels left out at each side (default: the scale)")
      ->check(CLI::Range(0, 1000));
  add_run_options(*app, options->run);
  app->footer("Example:\n  nawqsr eval imdn_x4.onnx --hr Set5/x4/HR --lr Set5/x4/LR");
  return {app, [options]() -> int {
            Console console(options->run.progress, options->run.verbose);
            return run_command(console, [&](Console& to) { return run_eval(*options, to); });
          }};
}

}  // namespace nawq::cli
