// Owns: how long each layer takes on this machine at either wordlength, with and without ranges found on
// every picture.
#pragma once

#include <vector>

#include "base/cpu.h"
#include "base/thread_team.h"
#include "image/image.h"
#include "quantize/time_cost.h"
#include "session/prepared_network.h"

namespace nawq::session {

// On a picture of this size, the medians of several runs, in microseconds. A layer that another one's
// operation does takes none.
Result<std::vector<quantize::LayerTimes>> layer_times(const PreparedNetwork& network, const Image& picture,
                                                      Isa isa, ThreadTeam& team);

}  // namespace nawq::session
