// Owns: calling a function with whatever an OperationKind holds; std::visit may throw.
#pragma once

#include <utility>
#include <variant>

#include "plan/program.h"

namespace nawq::plan {

// `Kind` is OperationKind or const OperationKind. An operation without a kind cannot come about.
template <std::size_t index = 0, class Kind, class Visitor>
decltype(auto) visit_kind(Kind& kind, Visitor&& visitor) {
  if constexpr (index + 1 < std::variant_size_v<OperationKind>) {
    if (auto* held = std::get_if<index>(&kind)) return visitor(*held);
    return visit_kind<index + 1>(kind, std::forward<Visitor>(visitor));
  } else {
    return visitor(*std::get_if<index>(&kind));
  }
}

}  // namespace nawq::plan
