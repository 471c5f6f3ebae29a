#include "nawqsr/search_memory.h"

#include <filesystem>
#include <system_error>

#include "media/pending_output.h"
#include "nawqsr/text_file.h"

namespace nawq::cli {
namespace {

namespace fs = std::filesystem;

constexpr auto kSaveInterval = std::chrono::seconds(2);

}  // namespace

bool KeptEvaluator::file_exists() const {
  std::error_code problem;
  return fs::exists(file_, problem);
}

Status KeptEvaluator::load() {
  if (!file_exists()) return {};
  NAWQ_TRY(const std::string text, read_text_file(file_, ErrorKind::kOutput));
  if (auto loaded = recorded_.load(text); !loaded)
    return tl::unexpected<Error>(with_context(loaded.error(), file_));
  return {};
}

Result<quantize::Score> KeptEvaluator::evaluate(const quantize::Assignment& assignment,
                                                std::optional<quantize::Needed> needed) {
  auto score = recorded_.evaluate(assignment, needed);
  const auto now = std::chrono::steady_clock::now();
  if (score && now - saved_ < kSaveInterval) return score;
  saved_ = now;
  NAWQ_CHECK(save());
  return score;
}

Status KeptEvaluator::save() { return media::write_text(file_, recorded_.save()); }

void KeptEvaluator::remove_file() {
  std::error_code ignored;
  fs::remove(file_, ignored);
}

}  // namespace nawq::cli
