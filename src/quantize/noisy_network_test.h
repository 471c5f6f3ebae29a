// Owns: networks for tests of searches: layers that each add noise, without anything being run.
#pragma once

#include <cmath>
#include <utility>

#include "quantize/draws.h"
#include "quantize/search.h"

namespace nawq::quantize {

// Layer 0 reads the picture; the others follow one another and are searched.
inline std::vector<Layer> chain_of(const std::vector<std::int64_t>& macs) {
  std::vector<Layer> layers{{.name = "first", .op = "Conv", .macs = 10, .reads_picture = true}};
  for (std::size_t i = 0; i < macs.size(); ++i) {
    layers.back().readers = {layers.size()};
    layers.push_back(
        {.name = "layer" + std::string(1, static_cast<char>('a' + i)), .op = "Conv", .macs = macs[i]});
    layers.back().outputs = 100;
    layers.back().searched = true;
  }
  return layers;
}

// Pictures against which the float network has 30 and 34 dB; noise of searched layers at 8 bits adds to the
// error, and a part of it to what it is off from the original.
class NoisyNetwork : public Evaluator {
 public:
  explicit NoisyNetwork(std::vector<double> noise) : noise_(std::move(noise)) {}

  Result<Score> evaluate(const Assignment& assignment, std::optional<Needed> needed) override {
    if (interrupted_after >= 0 && evaluations >= interrupted_after)
      return fail(ErrorKind::kInterrupted, "interrupted");
    ++evaluations;
    Score score = score_of(assignment);
    if (stops_early && needed && value_of(score, needed->metric) < needed->value)
      return Score{.psnr_db = score.picture_psnr_db[0], .complete = false};
    return score;
  }
  double work() const override { return static_cast<double>(evaluations); }

  // Assignments have the layer that reads the picture in front.
  Score score_of(const Assignment& assignment) const {
    double error = base_error;
    int eights = 0;
    for (std::size_t i = 0; i < noise_.size(); ++i) {
      if (assignment[i + 1].bits != 8) continue;
      error += assignment[i + 1].dre ? noise_[i] * dre_factor : noise_[i];
      ++eights;
    }
    error += interaction * eights * (eights - 1);
    if (eights > 1) error += (error - base_error) * jitter * (2 * drawn_for(assignment) - 1);
    Score score{.ssim = 0.9 - error / 1000, .error = error};
    for (const double float_db : {30.0, 34.0}) {
      const double mse = 65025 / std::pow(10, float_db / 10) + error * (1 + cross);
      score.picture_psnr_db.push_back(10 * std::log10(65025 / mse));
      score.picture_error.push_back(error);
      score.psnr_db += score.picture_psnr_db.back() / 2;
    }
    return score;
  }

  // `jitter`: the share by which the error of a mix is off from the sum, at most; another for every mix.
  double base_error = 0.001, cross = 0, interaction = 0, jitter = 0, dre_factor = 0.5;
  bool stops_early = false;
  std::int64_t interrupted_after = -1, evaluations = 0;

 private:
  static double drawn_for(const Assignment& assignment) {
    std::uint64_t bits = 1;
    for (const LayerChoice& choice : assignment) bits = bits * 4 + (choice.bits == 8) + 2 * choice.dre;
    return Draws(bits).unit();
  }

  std::vector<double> noise_;
};

inline constexpr double kFloatPsnrDb = 32;

inline Assignment with_bits(const std::vector<int>& bits) {
  Assignment assignment{{.bits = 8}};
  for (const int b : bits) assignment.push_back({.bits = b});
  return assignment;
}

inline constexpr auto keep_going = [](double, const MeasuredPoint&) { return true; };

}  // namespace nawq::quantize
