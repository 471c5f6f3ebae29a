// Owns: the weights of a float network in 8 bits, layer after layer, each rounded by what it reads behind the
// layers that are rounded already (quantize/round_layer.h).
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/cpu.h"
#include "base/result.h"
#include "base/thread_team.h"
#include "image/image.h"
#include "quantize/round_layer.h"
#include "session/prepared_network.h"

namespace nawq::session {

struct WeightsRequest {
  quantize::WeightOptions options = {};
  std::int64_t windows = 24000;  // of each layer, over all pictures together
  std::uint64_t seed = 1;
  // After each layer; false stops with kInterrupted.
  std::function<bool(std::size_t done, std::size_t layers, std::string_view name)> progress = {};
};

// Fills in `rounded_layers`, and puts weights and biases into the graphs. Wants the ranges for 16-bit
// formats: biases have to fit them. `pictures` are small ones that the network reads; nearest rounding does
// without. kModel, naming the node, for weights that are not finite.
Status round_weights(PreparedNetwork& network, const std::vector<Image>& pictures,
                     const WeightsRequest& request, Isa isa, ThreadTeam& team);

}  // namespace nawq::session
