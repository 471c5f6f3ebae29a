// `nawqsr compare A B`: how far apart two pictures are.
#include "base/text.h"
#include "image/measures.h"
#include "media/picture.h"
#include "nawqsr/command.h"
#include "nawqsr/json_output.h"
#include "nawqsr/options.h"
#include "nawqsr/run_command.h"

namespace nawq::cli {
namespace {

struct Options {
  std::string a, b;
  std::int64_t border_px = 0;
  RunOptions run;
};

Result<ExitCode> run_compare(const Options& options) {
  NAWQ_TRY(const media::Picture a, media::read_picture(options.a));
  NAWQ_TRY(const media::Picture b, media::read_picture(options.b));
  const auto in_pair = [&](const Error& error) {
    return tl::unexpected<Error>(with_context(error, concat(options.a, " and ", options.b)));
  };
  const auto psnr_db = psnr_rgb_db(a.image, b.image, options.border_px);
  if (!psnr_db) return in_pair(psnr_db.error());
  NAWQ_TRY(const double luma_psnr_db, psnr_y_db(a.image, b.image, options.border_px));
  NAWQ_TRY(const int largest, largest_difference(a.image, b.image));
  const auto ssim = ssim_y(a.image, b.image, options.border_px);
  if (!ssim) return in_pair(ssim.error());
  const bool identical = largest == 0;

  if (options.run.json) {
    const nlohmann::json result{{"psnr_db", finite_or_null(*psnr_db)}, {"psnr_y_db", finite_or_null(luma_psnr_db)},
                                {"ssim", *ssim}, {"ssim_y", *ssim}, {"largest_difference", largest},
                                {"identical", identical}};
    return print(to_line(result)) ? kDone : kOutputFailed;
  }
  const std::string text =
      identical ? std::string("identical\n")
                : concat("PSNR ", fixed(luma_psnr_db, 2), " dB (Y), ", fixed(*psnr_db, 2), " dB (RGB), SSIM ",
                         fixed(*ssim, 4), ", largest difference ", largest, '\n');
  return print(text) ? kDone : kOutputFailed;
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
