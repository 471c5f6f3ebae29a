// Owns: telling whether scores of an earlier search are those of this one.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "session/prepared_network.h"
#include "session/reference_picture.h"

namespace nawq::session {

// Hashes of everything that scores depend on: the network with its ranges and weights at either wordlength,
// and the pictures.
Result<std::string> search_key(const PreparedNetwork& network, const std::vector<ReferencePicture>& pictures);

}  // namespace nawq::session
