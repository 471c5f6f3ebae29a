// Owns: what `quantize` and `analyze` do before wordlengths come into it: which photographs are looked at,
// the ranges of tensors, the weights in 8 bits, the pictures on which quality is measured.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "nawqsr/options.h"
#include "nawqsr/picture_pairs.h"
#include "session/prepared_network.h"
#include "session/quantization.h"
#include "session/reference_picture.h"

namespace nawq::cli {

struct PreparationOptions {
  ModelOptions model;
  RunOptions run;
  std::string calibration, small_calibration;  // folders of originals, of small pictures
  int pictures = 0;                            // drawn with the seed; 0: all
  double share = 0;                            // of all of them instead, at least one; 0: no
  int search_pictures = 10;
  unsigned seed = 1;
  std::string weights = "per-channel", rounding = "compensated", ranges = "blend";
  double headroom16 = 2;
  quantize::Metric ranges_metric = quantize::Metric::kPsnr;  // what --ranges auto judges by
  // The search looks at the very pictures that gave the ranges, whole.
  bool same_pictures = false;
};

void add_preparation_options(CLI::App& command, PreparationOptions& options);

// Which pictures are for what.
struct PictureChoice {
  std::vector<PairFiles> ranges, search;
  bool apart = true;  // no picture is in both
};

// kOutput where a folder cannot be read or has no pictures, kUsage where there is no folder.
Result<PictureChoice> choose_pictures(const PreparationOptions& options, std::int64_t scale);

struct Preparation {
  session::PreparedNetwork network;
  std::vector<session::ReferencePicture> pictures;  // for the search
  // Why the originals cannot say what is lost; empty where they can.
  std::string without_originals;
  bool has_own_pictures = true;              // that gave no ranges
  std::map<std::string, double> clip_rates;  // by tensor, on the pictures for the search
  std::int64_t calibration_pictures = 0;
  double calibration_seconds = 0, weights_seconds = 0;
};

// Says how far it is. `with_search`: also what a search needs.
Result<Preparation> prepare_quantization(const session::Network& network, const PreparationOptions& options,
                                         bool with_search, Isa isa, ThreadTeam& team, Console& console);

// The float network that the options name. kUsage where it is quantized already; its notes are said.
Result<session::Network> open_float_network(const ModelOptions& options, ThreadTeam& team, Console& console);

}  // namespace nawq::cli
