#include "graph/fingerprint.h"

#include <bit>
#include <span>
#include <string_view>

namespace nawq::graph {
namespace {

class Fingerprint {
 public:
  void add(std::span<const std::byte> bytes) {
    for (const std::byte byte : bytes) sum_ = (sum_ ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3;
  }
  void add(std::string_view text) {
    add(std::as_bytes(std::span(text)));
    add(text.size());
  }
  void add(std::uint64_t number) {
    std::byte bytes[sizeof number];
    for (std::byte& byte : bytes) {
      byte = static_cast<std::byte>(number & 0xff);
      number >>= 8;
    }
    add(std::span<const std::byte>(bytes));
  }
  std::uint64_t sum() const { return sum_; }

 private:
  std::uint64_t sum_ = 0xcbf29ce484222325;
};

}  // namespace

std::uint64_t fingerprint(const Graph& graph) {
  Fingerprint made;
  const auto add_operand = [&](ValueId id) {
    const Tensor* tensor = graph.constant(id);
    if (!tensor) return made.add(id == kNoValue ? std::string_view() : graph.value(id).name);
    // Integers are sizes and axes; the numbers of networks are floats.
    for (const float number : tensor->floats)
      made.add(static_cast<std::uint64_t>(std::bit_cast<std::uint32_t>(number)));
  };
  for (const Node& node : graph.nodes) {
    made.add(node.name);
    made.add(op_name(node.op));
    for (const ValueId id : node.inputs) add_operand(id);
    for (const ValueId id : node.outputs) made.add(graph.value(id).name);
  }
  return made.sum();
}

}  // namespace nawq::graph
