#include "nawqsr/picture_stages.h"

#include <algorithm>
#include <chrono>
#include <system_error>

#include "base/text.h"
#include "image/bicubic.h"
#include "nawqsr/extension.h"
#include "nawqsr/input_list.h"
#include "session/within_memory.h"

namespace nawq::cli {
namespace {

namespace fs = std::filesystem;

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

template <class T>
Result<T> named(const fs::path& path, Result<T> result) {
  if (!result) return tl::unexpected<Error>(with_context(std::move(result.error()), path.string()));
  return result;
}

}  // namespace

Result<ReadPicture> PictureStages::read(const Job& job, std::int64_t index) {
  return session::within_memory([&]() -> Result<ReadPicture> {
    const Stopwatch looking;
    NAWQ_TRY(const media::PictureInfo info, media::probe_picture(job.input));
    NAWQ_TRY(const int bits, result_bits(info, job));
    const session::Extent lr{info.width_px, info.height_px}, size = result_size(lr);
    NAWQ_CHECK(named(job.input, check_size(lr, size, bits)));
    NAWQ_TRY(const FlightNeed needed, need(info, size, bits));
    StageTimes times{.decode_s = looking.seconds()};
    if (!memory_.enter(index, needed) && !std::exchange(has_waited_, true))
      console_.note(concat(job.input.string(), ": does not fit into ",
                           bytes_text(static_cast<double>(wishes_.max_memory_bytes)),
                           " beside the pictures before it, and waits for them; so may others"));
    const Stopwatch reading;
    NAWQ_TRY(media::Picture picture, media::read_picture(job.input));
    times.decode_s += reading.seconds();
    return ReadPicture{std::move(picture), size, bits, times};
  });
}

Result<EnlargedPicture> PictureStages::enlarge(const Job& job, std::int64_t index, ReadPicture read) {
  return session::within_memory([&]() -> Result<EnlargedPicture> {
    const Stopwatch working;
    const session::Extent size = read.size;
    NAWQ_CHECK(make_folder(job.output.parent_path()));
    NAWQ_CHECK(media::check_writable(job.output, size.width_px, size.height_px));
    NAWQ_TRY(Image image,
             named(job.input, upscaler_.upscale(read.picture.image, options(read.bits), [&](double done) {
               console_.advance(index, job.input.string(), done);
               return true;
             })));
    if (image.width_px() != size.width_px || image.height_px() != size.height_px) {
      NAWQ_TRY(image, bicubic_resize(image, size.width_px, size.height_px));
    }
    read.times.upscale_s = working.seconds();
    return EnlargedPicture{std::move(image), std::move(read.picture.not_kept), read.times};
  });
}

Result<WrittenPicture> PictureStages::write(const Job& job, EnlargedPicture enlarged) const {
  return session::within_memory([&]() -> Result<WrittenPicture> {
    const Stopwatch writing;
    const Image& image = enlarged.image;
    NAWQ_CHECK(media::write_picture(image, job.output, {.quality = wishes_.quality}));
    enlarged.times.encode_s = writing.seconds();
    return WrittenPicture{
        {image.width_px(), image.height_px()}, std::move(enlarged.not_kept), enlarged.times};
  });
}

session::UpscaleOptions PictureStages::options(int bits) const {
  return {.bits = bits,
          .keep_grey = true,
          .max_memory_bytes = wishes_.max_memory_bytes,
          .tile_px = wishes_.tile_px};
}

session::Extent PictureStages::result_size(session::Extent lr) const {
  return wishes_.size ? *wishes_.size : session::scaled(lr, wishes_.scale.value_or(upscaler_.scale()));
}

Result<int> PictureStages::result_bits(const media::PictureInfo& info, const Job& job) const {
  const int most = media::writable_bits(extension_of(job.output));
  if (wishes_.depth == "16" && most == 8)
    return fail(ErrorKind::kUsage,
                concat(job.output.string(), ": this format has no 16-bit samples (--depth 16)"));
  return wishes_.depth != "8" && most == 16 && (info.bits == 16 || wishes_.depth == "16") ? 16 : 8;
}

Status PictureStages::check_size(session::Extent lr, session::Extent size, int bits) const {
  NAWQ_CHECK(upscaler_.check_memory(lr, options(bits)));
  return session::check_resample_memory(session::scaled(lr, upscaler_.scale()), size, options(bits));
}

Result<FlightNeed> PictureStages::need(const media::PictureInfo& info, session::Extent size, int bits) const {
  const session::Extent lr{info.width_px, info.height_px}, native = session::scaled(lr, upscaler_.scale());
  NAWQ_TRY(std::int64_t peak_bytes, upscaler_.memory_bytes(lr, bits));
  if (size != native)
    peak_bytes = std::max(peak_bytes, session::picture_bytes(native, bits) +
                                          session::picture_bytes({native.width_px, size.height_px}, bits) +
                                          session::picture_bytes(size, bits));
  const std::int64_t kept_bytes = session::picture_bytes(lr, info.bits) + session::picture_bytes(size, bits);
  return FlightNeed{kept_bytes, std::max<std::int64_t>(0, peak_bytes - kept_bytes)};
}

Status PictureStages::make_folder(const fs::path& folder) const {
  std::error_code error;
  if (!wishes_.make_folders || folder.empty() || is_folder(folder)) return {};
  fs::create_directories(folder, error);
  if (error) return fail(ErrorKind::kOutput, concat(folder.string(), ": cannot be made: ", error.message()));
  return {};
}

}  // namespace nawq::cli
