#include "nawqsr/search_memory.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "base/text.h"
#include "media/pending_output.h"

namespace nawq::cli {
namespace {

namespace fs = std::filesystem;

constexpr auto kSaveInterval = std::chrono::seconds(2);

}  // namespace

Status KeptEvaluator::load() {
  std::error_code problem;
  if (!fs::exists(file_, problem)) return {};
  std::ifstream stream(file_, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  if (!stream) return fail(ErrorKind::kOutput, concat(file_, ": cannot be read"));
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
