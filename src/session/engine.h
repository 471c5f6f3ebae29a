// Owns: a Program on this machine, run on pictures of any size: contexts are bound when a size is first seen.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/thread_team.h"
#include "codec/context.h"
#include "codec/loaded_program.h"
#include "session/upscaler.h"

namespace nawq::session {

// The smallest size, at least `picture`, that a program takes: larger where the picture is below a window or
// no multiple of the strides.
Result<Extent> accepted_size(const plan::Program& program, Extent picture);

// `notes` are what the user should hear. A floating program is upscaled in float32, the others in integers.
std::unique_ptr<Upscaler> make_engine_upscaler(plan::Program program, Isa isa, std::vector<std::string> notes,
                                               ThreadTeam& team);

// Bytes of the picture, a copy of it and its result.
std::int64_t pictures_bytes(const plan::Program& program, Extent size, int bits);

// How a picture of a size that the program takes is cut, by what its pictures leave of the memory.
codec::Tiling tiling_for(const plan::Program& program, Extent size, const UpscaleOptions& options);

}  // namespace nawq::session
