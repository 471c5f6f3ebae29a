#include "nawqsr/prepare_quantization.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <random>

#include "base/text.h"
#include "image/geometry.h"
#include "session/calibration.h"
#include "session/engine_evaluator.h"
#include "session/quantization.h"
#include "session/round_weights.h"

namespace nawq::cli {
namespace {

using Clock = std::chrono::steady_clock;

// Small pictures, or what is cut from their middle, that the search and the weights' rounding look at: work
// and memory stay within bounds whatever the photographs are.
constexpr session::Extent kSearchCut{160, 120}, kWeightsCut{64, 64};
// Ranges come from whole photographs, in pieces no larger than this.
constexpr session::Extent kPiece{512, 512};
constexpr std::size_t kMostWeightsCuts = 24;
// Of what rounding to 8 bits alone leaves: who is closer to an original than that is not measured by it.
constexpr double kRoundingDb = 58.9;
// With fewer pictures than this all of them are for everything.
constexpr std::size_t kFewestToDivide = 8;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// The first `count` become a sample without replacement.
void draw(std::vector<PairFiles>& files, std::size_t count, std::mt19937& random) {
  for (std::size_t i = 0; i < std::min(count, files.size()); ++i)
    std::swap(files[i], files[i + random() % (files.size() - i)]);
}

session::Extent smaller(session::Extent a, session::Extent b) {
  return {std::min(a.width_px, b.width_px), std::min(a.height_px, b.height_px)};
}

// From the middle.
Result<Image> cut(const Image& picture, session::Extent size) {
  const std::int64_t width = std::min(picture.width_px(), size.width_px),
                     height = std::min(picture.height_px(), size.height_px);
  return crop(picture, (picture.width_px() - width) / 2, (picture.height_px() - height) / 2, width, height);
}

Result<session::PicturePair> cut_pair(session::PicturePair pair, session::Extent size, std::int64_t scale) {
  NAWQ_TRY(Image small, cut(pair.small, size));
  if (!pair.original.empty()) {
    const std::int64_t left = (pair.small.width_px() - small.width_px()) / 2 * scale,
                       top = (pair.small.height_px() - small.height_px()) / 2 * scale;
    NAWQ_TRY(pair.original,
             crop(pair.original, left, top, small.width_px() * scale, small.height_px() * scale));
  }
  pair.small = std::move(small);
  return pair;
}

quantize::RangeOptions range_options(std::string_view ranges, double headroom16) {
  using quantize::RangeEstimator;
  quantize::RangeOptions chosen{.headroom16 = headroom16};
  chosen.estimator = ranges == "minmax"       ? RangeEstimator::kMinMax
                     : ranges == "percentile" ? RangeEstimator::kPercentile
                     : ranges == "mse"        ? RangeEstimator::kLeastError
                                              : RangeEstimator::kBlend;
  return chosen;
}

class Preparer {
 public:
  Preparer(const session::Network& network, const PreparationOptions& options, Isa isa, ThreadTeam& team,
           Console& console)
      : network_(network), options_(options), isa_(isa), team_(team), console_(console) {}

  Result<Preparation> prepare(bool with_search) {
    NAWQ_TRY(max_memory_bytes_, memory_limit(options_.run));
    NAWQ_TRY(const PictureChoice choice, choose_pictures(options_, scale()));
    made_.calibration_pictures = static_cast<std::int64_t>(choice.ranges.size());
    made_.has_own_pictures = choice.apart;
    NAWQ_CHECK(calibrate(choice.ranges));
    NAWQ_CHECK(round_weights());
    if (with_search || !candidates_.empty()) NAWQ_CHECK(read_search_pictures(choice.search));
    return std::move(made_);
  }

 private:
  std::int64_t scale() const { return network_.info().scale; }

  Result<session::PicturePair> read(const PairFiles& files) const {
    return read_pair(files, scale(), max_memory_bytes_);
  }

  // What the network takes at once: no more than `size`.
  session::Extent taken(session::Extent size) const {
    return fixed_size_ ? smaller(*fixed_size_, size) : size;
  }

  // In pieces of about one size.
  Status add(session::Calibration& calibration, const Image& small, const PairFiles& files) const {
    const session::Extent most = taken(kPiece);
    const std::int64_t columns = (small.width_px() + most.width_px - 1) / most.width_px,
                       rows = (small.height_px() + most.height_px - 1) / most.height_px;
    for (std::int64_t i = 0; i < columns * rows; ++i) {
      const std::int64_t column = i % columns, row = i / columns;
      const std::int64_t left = small.width_px() * column / columns, top = small.height_px() * row / rows;
      NAWQ_TRY(const Image piece, crop(small, left, top, small.width_px() * (column + 1) / columns - left,
                                       small.height_px() * (row + 1) / rows - top));
      if (auto added = calibration.add(piece); !added)
        return tl::unexpected<Error>(with_context(added.error(), files.name()));
    }
    return {};
  }

  Status calibrate(const std::vector<PairFiles>& files) {
    const auto begin = Clock::now();
    NAWQ_TRY(session::Calibration calibration, session::Calibration::start(network_, isa_, team_));
    fixed_size_ = calibration.fixed_size();
    console_.begin("calibrating", static_cast<std::int64_t>(files.size()));
    const std::size_t step = (files.size() + kMostWeightsCuts - 1) / kMostWeightsCuts;
    for (std::size_t i = 0; i < files.size(); ++i) {
      NAWQ_TRY(const session::PicturePair pair, read(files[i]));
      NAWQ_CHECK(add(calibration, pair.small, files[i]));
      if (i % step == 0) {
        NAWQ_TRY(Image piece, cut(pair.small, taken(kWeightsCut)));
        cuts_.push_back(std::move(piece));
      }
      console_.finish_step(static_cast<std::int64_t>(i), files[i].name(), "done");
    }
    console_.end();
    if (!options_.same_pictures) NAWQ_CHECK(calibration.add_flat_pictures());
    const quantize::RangeOptions ranges = range_options(options_.ranges, options_.headroom16);
    NAWQ_TRY(made_.network, session::prepare_network(network_, calibration.ranges(8, ranges),
                                                     calibration.ranges(16, ranges)));
    if (options_.ranges == "auto")
      for (const char* estimator : {"blend", "percentile", "mse"})
        candidates_.push_back(
            {estimator, calibration.ranges(8, range_options(estimator, options_.headroom16))});
    made_.calibration_seconds = seconds_since(begin);
    return {};
  }

  Status round_weights() {
    const auto begin = Clock::now();
    console_.begin("rounding weights", 1);
    session::WeightsRequest request{.seed = options_.seed};
    request.options.compensated = options_.rounding == "compensated";
    request.options.scales = options_.weights == "per-tensor" ? quantize::WeightScales::kPerTensor
                                                              : quantize::WeightScales::kPerChannel;
    request.progress = [&](std::size_t done, std::size_t layers, std::string_view name) {
      console_.advance(0, name, static_cast<double>(done) / static_cast<double>(layers));
      return true;
    };
    NAWQ_CHECK(session::round_weights(made_.network, cuts_, request, isa_, team_));
    console_.end();
    made_.weights_seconds = seconds_since(begin);
    return {};
  }

  Status read_search_pictures(const std::vector<PairFiles>& files) {
    std::vector<session::PicturePair> pairs;
    NAWQ_TRY(session::Calibration seen, session::Calibration::start(network_, isa_, team_));
    console_.begin("measuring in float", static_cast<std::int64_t>(files.size()));
    for (std::size_t i = 0; i < files.size(); ++i) {
      NAWQ_TRY(session::PicturePair pair, read(files[i]));
      NAWQ_CHECK(add(seen, pair.small, files[i]));
      const session::Extent whole{pair.small.width_px(), pair.small.height_px()};
      NAWQ_TRY(pair, cut_pair(std::move(pair), taken(options_.same_pictures ? whole : kSearchCut), scale()));
      if (pair.original.empty()) made_.without_originals = "there are no originals";
      pairs.push_back(std::move(pair));
      console_.advance(static_cast<std::int64_t>(i), files[i].name(), 1);
    }
    console_.end();
    NAWQ_TRY(const plan::Program floating, session::plan_floating(network_, {}));
    NAWQ_TRY(made_.pictures, session::reference_pictures(floating, std::move(pairs), isa_, team_));
    if (made_.without_originals.empty()) leave_out_perfect();
    if (!candidates_.empty()) NAWQ_CHECK(choose_ranges());
    made_.clip_rates = quantize::clip_rates(seen.observations(), made_.network.ranges8);
    return {};
  }

  // Those with which all layers at 8 bits are best.
  Status choose_ranges() {
    const quantize::Metric metric =
        made_.without_originals.empty() ? options_.ranges_metric : quantize::Metric::kFidelity;
    std::optional<double> best;
    std::string chosen;
    quantize::Ranges ranges;
    for (Candidate& candidate : candidates_) {
      made_.network.ranges8 = candidate.ranges;
      session::EngineEvaluator engine(made_.network, made_.pictures, isa_, team_,
                                      {.with_ssim = metric == quantize::Metric::kSsim, .cache_bytes = 0});
      quantize::Assignment all8 = uniform_assignment(made_.network, 8);
      settle_followers(made_.network.layers, quantize::Followers::kSixteen, all8);
      NAWQ_TRY(const quantize::Score score, engine.evaluate(all8, {}));
      const double value = value_of(score, metric);
      console_.note(concat("--ranges ", candidate.estimator, ": all layers at 8 bits have ", value));
      if (best && value <= *best) continue;
      best = value;
      chosen = candidate.estimator;
      ranges = std::move(candidate.ranges);
    }
    made_.network.ranges8 = std::move(ranges);
    console_.note(concat("--ranges auto: ", chosen));
    return {};
  }

  // Flat pictures, or the network's own results: what is lost of an infinite PSNR says nothing.
  void leave_out_perfect() {
    const auto is_perfect = [](const session::ReferencePicture& picture) {
      return picture.float_psnr_db > kRoundingDb;
    };
    if (std::ranges::all_of(made_.pictures, is_perfect)) {
      made_.without_originals = "the float network gives the very originals";
      return;
    }
    for (const session::ReferencePicture& picture : made_.pictures)
      if (is_perfect(picture))
        console_.warn(
            concat(picture.name, ": left out of the search, the float network gives the very original"));
    std::erase_if(made_.pictures, is_perfect);
  }

  const session::Network& network_;
  const PreparationOptions& options_;
  Isa isa_;
  ThreadTeam& team_;
  Console& console_;
  std::int64_t max_memory_bytes_ = 0;
  std::optional<session::Extent> fixed_size_;
  std::vector<Image> cuts_;
  struct Candidate {
    std::string estimator;
    quantize::Ranges ranges;
  };
  std::vector<Candidate> candidates_;  // of --ranges auto
  Preparation made_;
};

}  // namespace

Result<PictureChoice> choose_pictures(const PreparationOptions& options, std::int64_t scale) {
  if (options.calibration.empty() && options.small_calibration.empty())
    return fail(ErrorKind::kUsage, "give a folder of photographs with --calib");
  NAWQ_TRY(std::vector<PairFiles> files, pair_files(options.calibration, options.small_calibration, scale));
  std::mt19937 random(options.seed);
  const auto wanted = options.share > 0
                          ? static_cast<std::size_t>(
                                std::max(1.0, std::floor(options.share * static_cast<double>(files.size()))))
                          : static_cast<std::size_t>(options.pictures);
  if (wanted != 0 && wanted < files.size()) {
    draw(files, wanted, random);
    files.resize(wanted);
  }
  if (options.same_pictures || files.size() < kFewestToDivide) return PictureChoice{files, files, false};
  const std::size_t aside = std::min(static_cast<std::size_t>(options.search_pictures), files.size() / 3);
  draw(files, aside, random);
  PictureChoice choice;
  choice.search.assign(files.begin(), files.begin() + static_cast<std::ptrdiff_t>(aside));
  choice.ranges.assign(files.begin() + static_cast<std::ptrdiff_t>(aside), files.end());
  std::ranges::sort(choice.ranges, {}, &PairFiles::name);
  return choice;
}

Result<Preparation> prepare_quantization(const session::Network& network, const PreparationOptions& options,
                                         bool with_search, Isa isa, ThreadTeam& team, Console& console) {
  return Preparer(network, options, isa, team, console).prepare(with_search);
}

Result<session::Network> open_float_network(const ModelOptions& options, ThreadTeam& team, Console& console) {
  if (!options.precision.empty())
    return fail(ErrorKind::kUsage, "--precision is for running a network, not for quantizing it");
  NAWQ_TRY(const session::ModelRequest request, model_request(options, std::nullopt));
  NAWQ_TRY(session::Network network, session::open_network(request, team));
  for (const std::string& note : network.info().notes) console.warn(concat(network.info().name, ": ", note));
  if (network.model().info().quantized)
    return fail(ErrorKind::kUsage,
                concat(network.info().name, " is quantized already; give the float network"));
  return network;
}

void add_preparation_options(CLI::App& command, PreparationOptions& options) {
  add_model_options(command, options.model, true);
  command.add_option("--calib", options.calibration,
                     "Folder of photographs, read recursively; without --calib-lr they are made small by the "
                     "network's scale");
  command.add_option("--calib-lr", options.small_calibration,
                     "Folder of small pictures: partners of those of --calib by name, or, without --calib, "
                     "by themselves; quality is then measured against the float network's output");
  command
      .add_option("--calib-images", options.pictures, "How many of them, drawn with the seed (default: all)")
      ->check(CLI::Range(1, 1000000));
  command
      .add_option("--search-images", options.search_pictures,
                  "How many of those are kept from the ranges to measure quality on (default: 10, at most a "
                  "third; of fewer than 8 all are for both)")
      ->check(CLI::Range(1, 10000));
  command.add_option("--seed", options.seed, "Of what is drawn (default: 1)");
  command
      .add_option("--weights", options.weights, "A scale for each output channel, or one for a convolution")
      ->check(CLI::IsMember({"per-channel", "per-tensor"}));
  command
      .add_option("--rounding", options.rounding,
                  "Weights: errors of rounding are made up for by other weights, or each to its nearest code")
      ->check(CLI::IsMember({"compensated", "nearest"}));
  command
      .add_option("--ranges", options.ranges,
                  "8-bit ranges: between the pictures' own extremes and those of all (blend), the extremes "
                  "of all (minmax), all but the outermost 0.01 % (percentile), least square error (mse), or "
                  "the best of blend, percentile and mse "
                  "on the pictures that gave none (auto; default: blend)")
      ->check(CLI::IsMember({"blend", "minmax", "percentile", "mse", "auto"}));
  command
      .add_option("--headroom16", options.headroom16,
                  "16-bit ranges are the extremes of all pictures times this (default: 2)")
      ->check(CLI::Range(1.0, 64.0));
  add_run_options(command, options.run);
}

}  // namespace nawq::cli
