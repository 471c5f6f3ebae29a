// Owns: handing out rows to threads in chunks that are worth a hand-over.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/thread_team.h"
#include "graph/tensor.h"

namespace nawq::reference {

inline std::int64_t volume(const graph::Shape& shape) {
  std::int64_t count = 1;
  for (const std::int64_t dim : shape) count *= dim;
  return count;
}

inline std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

// body(begin, end) over [0, rows); a row costs about `row_length` elements.
template <class Body>
void for_each_chunk(ThreadTeam& team, std::int64_t rows, std::int64_t row_length, Body&& body) {
  constexpr std::int64_t kChunkElements = 16384;
  const std::int64_t chunk =
      std::max<std::int64_t>(1, kChunkElements / std::max<std::int64_t>(1, row_length));
  team.parallel_for(ceil_div(rows, chunk), [&](std::int64_t index, int) {
    body(index * chunk, std::min(rows, (index + 1) * chunk));
  });
}

}  // namespace nawq::reference
