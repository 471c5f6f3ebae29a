// Owns: what finding a layer's ranges on every picture is expected to cost on this engine.
#pragma once

#include <vector>

#include "session/prepared_network.h"

namespace nawq::session {

// By layer, as a share of a run with all layers at 8 bits: the numbers that the layer reads, each of which is
// written as float32 and made a code, against the network's multiply-accumulates. An estimate, so that the
// same inputs give the same choice on every machine.
std::vector<double> dre_overhead(const PreparedNetwork& network);

}  // namespace nawq::session
