// Owns: which tensor's range rules the codes that a layer reads.
#pragma once

#include <string>
#include <vector>

#include "session/prepared_network.h"

namespace nawq::session {

// Of each layer the name of the tensor in `ranges8` and `ranges16`; empty for readers of the picture.
std::vector<std::string> read_tensors(const PreparedNetwork& network);

}  // namespace nawq::session
