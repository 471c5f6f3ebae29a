// Owns: the pictures on which assignments are measured, with what the float network makes of them.
#pragma once

#include <string>
#include <vector>

#include "base/cpu.h"
#include "base/result.h"
#include "base/thread_team.h"
#include "image/image.h"
#include "image/plane.h"
#include "plan/program.h"
#include "session/network.h"

namespace nawq::session {

// A small picture and its original, if there is one, at the network's scale.
struct PicturePair {
  std::string name;
  Image small;
  Image original;  // empty where there is none
};

struct ReferencePicture {
  std::string name;
  Image padded;            // the small picture, as the network accepts it, in its channels
  Extent size;             // of the result: without what was padded
  Image original;          // empty where there is none
  Image in_float;          // the float network's output, 16 bits
  Plane luma, float_luma;  // of the last two, without the border
  double float_psnr_db = 0, float_ssim = 0;
};

struct PictureScore {
  double psnr_db = 0, ssim = 0;
  double error = 0;  // mean square of luma against the float network's output, in grey levels
};

// `result` is the engine's, 16 bits, as large as the padded picture asks for. SSIM only on request.
Result<PictureScore> score_of(const ReferencePicture& picture, const Image& result, std::int64_t border_px,
                              bool with_ssim);

// Runs a float program on them. Fails (kInput) where an original is not the network's scale times as large.
Result<std::vector<ReferencePicture>> reference_pictures(const plan::Program& floating,
                                                         std::vector<PicturePair> pictures, Isa isa,
                                                         ThreadTeam& team);

}  // namespace nawq::session
