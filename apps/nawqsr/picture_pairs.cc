#include "nawqsr/picture_pairs.h"

#include <map>

#include "base/text.h"
#include "media/picture.h"
#include "nawqsr/measure_memory.h"
#include "nawqsr/pictures_below.h"
#include "session/evaluate.h"

namespace nawq::cli {
namespace {

namespace fs = std::filesystem;

// "baby" for baby.png and for babyx4.png.
std::string pairing_key(const fs::path& file, std::int64_t scale) {
  std::string stem = file.stem().string();
  for (const std::string& suffix :
       {concat("_x", scale), concat("x", scale), std::string("_LR"), std::string("_HR")})
    if (stem.size() > suffix.size() && stem.ends_with(suffix))
      return stem.substr(0, stem.size() - suffix.size());
  return stem;
}

Result<Image> read(const fs::path& file, std::int64_t max_memory_bytes) {
  NAWQ_CHECK(check_measure_memory(file, max_memory_bytes));
  NAWQ_TRY(media::Picture picture, media::read_picture(file));
  return std::move(picture.image);
}

}  // namespace

Result<std::vector<PairFiles>> pair_files(const std::string& original_folder, const std::string& small_folder,
                                          std::int64_t scale) {
  std::vector<fs::path> originals, small;
  if (!original_folder.empty()) {
    NAWQ_TRY(originals, pictures_below(original_folder));
  }
  if (!small_folder.empty()) {
    NAWQ_TRY(small, pictures_below(small_folder));
  }
  std::vector<PairFiles> pairs;
  if (original_folder.empty()) {
    for (fs::path& file : small) pairs.push_back({{}, std::move(file)});
    return pairs;
  }
  std::map<std::string, fs::path> by_key;
  for (const fs::path& file : small) by_key[pairing_key(file, scale)] = file;
  for (fs::path& file : originals) {
    const auto found = by_key.find(pairing_key(file, scale));
    if (!small_folder.empty() && found == by_key.end())
      return fail(ErrorKind::kOutput, concat(file.string(), ": has no partner in ", small_folder));
    pairs.push_back({std::move(file), found == by_key.end() ? fs::path() : found->second});
  }
  return pairs;
}

Result<session::PicturePair> read_pair(const PairFiles& files, std::int64_t scale,
                                       std::int64_t max_memory_bytes) {
  session::EvaluationPair pair{.name = files.name(), .hr = {}, .lr = {}};
  if (!files.small.empty()) {
    NAWQ_TRY(pair.lr, read(files.small, max_memory_bytes));
  }
  if (!files.original.empty()) {
    NAWQ_TRY(pair.hr, read(files.original, max_memory_bytes));
    if (auto matched = session::match_sizes(pair, scale); !matched)
      return tl::unexpected<Error>(with_context(matched.error(), pair.name));
  }
  return session::PicturePair{std::move(pair.name), std::move(*pair.lr), std::move(pair.hr)};
}

}  // namespace nawq::cli
