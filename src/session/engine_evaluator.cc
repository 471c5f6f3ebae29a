#include "session/engine_evaluator.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "codec/context.h"
#include "codec/loaded_program.h"
#include "codec/region.h"
#include "plan/prefix_keys.h"
#include "session/within_memory.h"

namespace nawq::session {
namespace {

// Pictures after which a search may give up; the same for every number of threads.
constexpr std::size_t kWavePictures = 4;
// Before which snapshots are kept: operations after each such share of the work.
constexpr double kKeptShare = 1.0 / 16;

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

double metric_of(const PictureScore& score, quantize::Metric metric) {
  return metric == quantize::Metric::kSsim   ? score.ssim
         : metric == quantize::Metric::kPsnr ? score.psnr_db
                                             : 10 * std::log10(255.0 * 255.0 / std::max(score.error, 1e-12));
}

double reference_of(const ReferencePicture& picture, quantize::Metric metric) {
  return metric == quantize::Metric::kSsim   ? picture.float_ssim
         : metric == quantize::Metric::kPsnr ? picture.float_psnr_db
                                             : 0;
}

// Whether what was lost on the first pictures says that all of them together miss what is needed: three
// standard errors beyond it.
bool is_hopeless(const std::vector<ReferencePicture>& pictures, const std::vector<PictureScore>& scores,
                 std::size_t done, const quantize::Needed& needed) {
  if (done < 2 * kWavePictures) return false;
  double reference = 0, sum = 0, squares = 0;
  for (const ReferencePicture& picture : pictures) reference += reference_of(picture, needed.metric);
  reference /= static_cast<double>(pictures.size());
  for (std::size_t i = 0; i < done; ++i) {
    const double lost = reference_of(pictures[i], needed.metric) - metric_of(scores[i], needed.metric);
    sum += lost;
    squares += lost * lost;
  }
  const auto count = static_cast<double>(done);
  const double mean = sum / count, variance = std::max(0.0, squares / count - mean * mean) / (count - 1);
  return mean - 3 * std::sqrt(variance) > reference - needed.value;
}

}  // namespace

// One program on all pictures.
struct EngineEvaluator::Run {
  EngineEvaluator& self;
  std::shared_ptr<const codec::LoadedProgram> loaded;
  std::vector<std::uint64_t> keys;
  std::vector<double> done_before;  // by operation: the share of the work
  struct Worker {
    std::unique_ptr<codec::Context> context;
    Status status;
    double work = 0;
  };
  std::vector<Worker> workers;
  std::vector<PictureScore> scores;

  Run(EngineEvaluator& evaluator, const plan::Program& program)
      : self(evaluator),
        loaded(codec::LoadedProgram::load(program, evaluator.isa_)),
        keys(plan::prefix_keys(program)),
        workers(at(evaluator.team_.size())),
        scores(evaluator.pictures_.size()) {
    weigh_operations();
  }

  // By the multiply-accumulates on the first picture; the shares are the same on all.
  void weigh_operations() {
    const Image& picture = self.pictures_.front().padded;
    const auto sizes = codec::find_sizes(program(), {picture.width_px(), picture.height_px()});
    double sum = 0;
    for (std::size_t i = 0; i < program().operations.size(); ++i) {
      done_before.push_back(sum);
      const auto pixels = sizes ? codec::whole(sizes->grids[i]).pixels() : 1;
      sum += static_cast<double>(program().operations[i].macs_per_pixel) * static_cast<double>(pixels);
    }
    done_before.push_back(sum);
    for (double& share : done_before) share = sum > 0 ? share / sum : 1;
  }

  const plan::Program& program() const { return loaded->program(); }

  Status bind(Worker& worker, const Image& picture) {
    const codec::Extent size{picture.width_px(), picture.height_px()};
    if (worker.context && worker.context->picture() == size) return {};
    worker.context.reset();
    NAWQ_TRY(worker.context,
             codec::Context::create(loaded, size, {.in_bits = picture.bits(), .out_bits = 16}));
    return {};
  }

  // What begins as an earlier program did may begin so again; what is new mostly does not come back.
  bool is_kept(std::size_t next) const {
    if (next == 0 || next + 1 >= done_before.size() || !self.seen_.contains(keys[next])) return false;
    return std::floor(done_before[next] / kKeptShare) > std::floor(done_before[next - 1] / kKeptShare);
  }

  Status run(std::size_t index, Worker& worker, ThreadTeam& alone) {
    const ReferencePicture& picture = self.pictures_[index];
    NAWQ_CHECK(bind(worker, picture.padded));
    const auto found = self.cache_.find(index, std::span(keys).first(keys.size() - 1), program());
    const std::int64_t scale = program().scale;
    NAWQ_TRY(Image result, Image::create(picture.padded.width_px() * scale,
                                         picture.padded.height_px() * scale, program().channels, 16));
    const std::size_t first = found ? found->next : 0;
    NAWQ_CHECK(worker.context->run_from(found.get(), picture.padded, result, alone, [&](std::size_t next) {
      if (next > first && is_kept(next) && !self.cache_.contains(index, keys[next]))
        self.cache_.add(index, keys[next], worker.context->save(next));
      return true;
    }));
    worker.work += 1 - done_before[first];
    NAWQ_TRY(scores[index], score_of(picture, result, scale, self.options_.with_ssim));
    return {};
  }

  Status run_wave(std::size_t begin, std::size_t end) {
    self.team_.parallel_for(static_cast<std::int64_t>(end - begin), [&](std::int64_t i, int index) {
      Worker& worker = workers[at(index)];
      if (worker.status)
        worker.status = within_memory([&] { return run(begin + at(i), worker, self.alone_[at(index)]); });
    });
    for (const Worker& worker : workers)
      if (!worker.status) return worker.status;
    return {};
  }
};

EngineEvaluator::EngineEvaluator(const PreparedNetwork& network,
                                 const std::vector<ReferencePicture>& pictures, Isa isa, ThreadTeam& team,
                                 EvaluatorOptions options)
    : network_(network),
      pictures_(pictures),
      isa_(isa),
      team_(team),
      options_(std::move(options)),
      cache_(options_.cache_bytes) {}

EngineEvaluator::~EngineEvaluator() = default;

Result<quantize::Score> EngineEvaluator::evaluate(const quantize::Assignment& assignment,
                                                  std::optional<quantize::Needed> needed) {
  NAWQ_TRY(const graph::Recipe recipe, network_.recipe(assignment));
  NAWQ_TRY(const plan::Program program, network_.program(recipe));
  return evaluate(program, needed);
}

Result<quantize::Score> EngineEvaluator::evaluate(const plan::Program& program,
                                                  std::optional<quantize::Needed> needed) {
  return within_memory([&]() -> Result<quantize::Score> {
    if (!options_.goes_on()) return fail(ErrorKind::kInterrupted, "stopped");
    while (alone_.size() < at(team_.size())) {
      NAWQ_TRY(ThreadTeam alone, ThreadTeam::create(1));
      alone_.push_back(std::move(alone));
    }
    Run run(*this, program);
    std::size_t done = 0;
    quantize::Score score;
    while (done < pictures_.size() && score.complete) {
      const std::size_t end = needed ? std::min(pictures_.size(), done + kWavePictures) : pictures_.size();
      NAWQ_CHECK(run.run_wave(done, end));
      done = end;
      score.complete =
          done == pictures_.size() || !needed || !is_hopeless(pictures_, run.scores, done, *needed);
    }
    for (std::size_t i = 0; i < done; ++i) {
      score.psnr_db += run.scores[i].psnr_db / static_cast<double>(done);
      score.ssim += run.scores[i].ssim / static_cast<double>(done);
      score.error += run.scores[i].error / static_cast<double>(done);
      score.picture_psnr_db.push_back(run.scores[i].psnr_db);
      score.picture_error.push_back(run.scores[i].error);
    }
    seen_.insert(run.keys.begin(), run.keys.end());
    for (const Run::Worker& worker : run.workers)
      work_ += worker.work / static_cast<double>(pictures_.size());
    return score;
  });
}

quantize::Score EngineEvaluator::reference() const {
  quantize::Score score;
  const auto count = static_cast<double>(pictures_.size());
  for (const ReferencePicture& picture : pictures_) {
    score.psnr_db += picture.float_psnr_db / count;
    score.ssim += picture.float_ssim / count;
    score.picture_psnr_db.push_back(picture.float_psnr_db);
    score.picture_error.push_back(0);
  }
  return score;
}

}  // namespace nawq::session
