#include "nawqsr/model_output.h"

#include <filesystem>

#include "base/text.h"
#include "media/pending_output.h"
#include "nawqsr/input_list.h"

namespace nawq::cli {

Status check_model_output(const std::string& output, std::string_view extension, std::string_view kind,
                          const ModelOptions& model) {
  if (std::filesystem::path(output).extension() != extension)
    return fail(ErrorKind::kUsage, concat(output, ": ", kind, " ends in ", extension));
  NAWQ_CHECK(media::check_output_path(output));
  NAWQ_TRY(const session::ModelRequest request, model_request(model, std::nullopt));
  if (!request.path.empty() && same_file(request.path, output))
    return fail(ErrorKind::kUsage, concat(output, ": is the model itself"));
  return {};
}

}  // namespace nawq::cli
