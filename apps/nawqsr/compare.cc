// `nawqsr compare A B`: how far apart two pictures are.
#include <algorithm>
#include <optional>

#include "base/text.h"
#include "image/measures.h"
#include "image/ssim.h"
#include "media/picture.h"
#include "nawqsr/command.h"
#include "nawqsr/json_output.h"
#include "nawqsr/measure_memory.h"
#include "nawqsr/options.h"
#include "nawqsr/run_command.h"

namespace nawq::cli {
namespace {

struct Options {
  std::string a, b;
  std::int64_t border_px = 0;
  RunOptions run;
};

struct Difference {
  double psnr_db = 0, psnr_y_db = 0;
  std::optional<double> ssim;  // nothing for pictures below the size of its window
  int largest = 0;
};

Result<Difference> measure(const Image& a, const Image& b, std::int64_t border_px) {
  Difference result;
  NAWQ_TRY(result.psnr_db, psnr_rgb_db(a, b, border_px));
  NAWQ_TRY(result.psnr_y_db, psnr_y_db(a, b, border_px));
  NAWQ_TRY(result.largest, largest_difference(a, b));
  if (std::min(a.width_px(), a.height_px()) - 2 * border_px >= kSsimWindowPx) {
    NAWQ_TRY(result.ssim, ssim_y(a, b, border_px));
  }
  return result;
}

nlohmann::json to_json(const Difference& result) {
  const nlohmann::json ssim = result.ssim ? nlohmann::json(*result.ssim) : nlohmann::json(nullptr);
  return {{"psnr_db", finite_or_null(result.psnr_db)},
          {"psnr_y_db", finite_or_null(result.psnr_y_db)},
          {"ssim", ssim},
          {"ssim_y", ssim},
          {"largest_difference", result.largest},
          {"identical", result.largest == 0}};
}

std::string to_text(const Difference& result) {
  if (result.largest == 0) return "identical\n";
  return concat("PSNR ", fixed(result.psnr_y_db, 2), " dB (Y), ", fixed(result.psnr_db, 2),
                " dB (RGB), SSIM ", result.ssim ? fixed(*result.ssim, 4) : "not defined below 11x11 pixels",
                ", largest difference ", result.largest, '\n');
}

Result<ExitCode> run_compare(const Options& options) {
  NAWQ_TRY(const std::int64_t max_memory_bytes, memory_limit(options.run));
  for (const std::string& path : {options.a, options.b})
    NAWQ_CHECK(check_measure_memory(path, max_memory_bytes));
  NAWQ_TRY(const media::Picture a, media::read_picture(options.a));
  NAWQ_TRY(const media::Picture b, media::read_picture(options.b));
  auto measured = measure(a.image, b.image, options.border_px);
  if (!measured)
    return tl::unexpected<Error>(with_context(measured.error(), concat(options.a, " and ", options.b)));
  NAWQ_CHECK(print(options.run.json ? to_line(to_json(*measured)) : to_text(*measured)));
  return kDone;
}

}  // namespace

Command add_compare(CLI::App& parent) {
  auto options = std::make_shared<Options>();
  CLI::App* app = parent.add_subcommand("compare", "PSNR, SSIM and largest difference of two pictures");
  app->add_option("a", options->a, "Picture")->required();
  app->add_option("b", options->b, "Picture of the same size")->required();
  app->add_option("--border", options->border_px, "Pixels left out at each side")->check(CLI::Range(0, 1000));
  add_run_options(*app, options->run);
  return {app, [options]() -> int {
            Console console(options->run.progress, options->run.verbose);
            return run_command(console, [&](Console&) { return run_compare(*options); });
          }};
}

}  // namespace nawq::cli
