// Owns: turning the model options into something that upscales, network or interpolation, and saying what was
// found out.
#pragma once

#include <memory>
#include <optional>

#include "nawqsr/console.h"
#include "nawqsr/options.h"
#include "session/upscaler.h"

namespace nawq::cli {

// `scale` chooses between networks of one family and is the factor of bicubic (4 where absent).
Result<std::unique_ptr<session::Upscaler>> open_upscaler(const ModelOptions& options,
                                                         std::optional<std::int64_t> scale, ThreadTeam& team,
                                                         Console& console);

}  // namespace nawq::cli
