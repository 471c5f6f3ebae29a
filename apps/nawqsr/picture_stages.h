// Owns: the three things that are done with each picture: read, enlarge, write. Each may run on a thread of
// its own, on another picture at the same time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "media/picture.h"
#include "nawqsr/console.h"
#include "nawqsr/flight_memory.h"
#include "nawqsr/job_list.h"
#include "session/picture_size.h"
#include "session/upscaler.h"

namespace nawq::cli {

// What is wanted of every picture.
struct ResultWishes {
  std::optional<std::int64_t> scale;          // nothing: the network's own
  std::optional<session::Extent> size;        // instead of a scale
  std::string depth = "auto";                 // "8", "16", or "auto": as the picture
  std::optional<int> quality;                 // of JPEG and WebP
  std::int64_t max_memory_bytes = INT64_MAX;  // of all pictures in flight together
  std::int64_t tile_px = 0;                   // 0: as large as the memory allows
  bool make_folders = false;                  // for results, when the first one is on its way
};

struct StageTimes {
  double decode_s = 0, upscale_s = 0, encode_s = 0;  // at work, not waiting
  double total_s() const { return decode_s + upscale_s + encode_s; }
};

struct ReadPicture {
  media::Picture picture;
  session::Extent size;  // of the result
  int bits = 8;          // of the result
  StageTimes times;
};

struct EnlargedPicture {
  Image image;
  std::vector<std::string> not_kept;  // of the input (media/picture.h)
  StageTimes times;
};

struct WrittenPicture {
  session::Extent size;
  std::vector<std::string> not_kept;
  StageTimes times;
};

class PictureStages {
 public:
  PictureStages(const ResultWishes& wishes, session::Upscaler& upscaler, Console& console)
      : wishes_(wishes),
        upscaler_(upscaler),
        console_(console),
        memory_(wishes.max_memory_bytes - session::kProgramBytes) {}

  // Sizes are checked before a pixel is decoded; waits where the picture does not fit beside those in flight.
  Result<ReadPicture> read(const Job& job, std::int64_t index);
  Result<EnlargedPicture> enlarge(const Job& job, std::int64_t index, ReadPicture read);
  Result<WrittenPicture> write(const Job& job, EnlargedPicture enlarged) const;
  // The picture, written or failed, is out of the way.
  void leave(std::int64_t index) { memory_.leave(index); }

 private:
  session::UpscaleOptions options(int bits) const;
  session::Extent result_size(session::Extent lr) const;
  Result<int> result_bits(const media::PictureInfo& info, const Job& job) const;
  Status check_size(session::Extent lr, session::Extent size, int bits) const;
  Result<FlightNeed> need(const media::PictureInfo& info, session::Extent size, int bits) const;
  Status make_folder(const std::filesystem::path& folder) const;

  const ResultWishes& wishes_;
  session::Upscaler& upscaler_;
  Console& console_;
  FlightMemory memory_;
  bool has_waited_ = false;
};

}  // namespace nawq::cli
