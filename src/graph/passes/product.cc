#include "graph/passes/product.h"

#include <algorithm>
#include <cmath>

namespace nawq::graph {
namespace {

constexpr std::size_t kMostFactors = 8;
constexpr int kDeepest = 8;

class ProductReader {
 public:
  ProductReader(const Graph& graph, const Links& links, std::span<const ValueId> atoms)
      : graph_(graph), links_(links), atoms_(atoms) {}

  // Multiplies the product by id; false where it grows too large.
  bool read(ValueId id, int depth) {
    if (const auto number = known_number(graph_, id)) {
      product_.number *= *number;
      return true;
    }
    const NodeIndex maker = links_.maker(id);
    const bool is_atom = maker == kNoNode || std::ranges::find(atoms_, id) != atoms_.end();
    if (is_atom || !read_node(graph_.nodes[maker], depth)) product_.factors.push_back(id);
    return !overflow_ && product_.factors.size() <= kMostFactors;
  }

  Product take() {
    std::ranges::sort(product_.factors);
    return std::move(product_);
  }

 private:
  // False where the node is no multiplication.
  bool read_node(const Node& node, int depth) {
    overflow_ |= depth > kDeepest;
    if (overflow_) return true;
    const auto* op = node.as<Binary>();
    return op && read_binary(node, op->kind, depth);
  }

  bool read_binary(const Node& node, BinaryKind kind, int depth) {
    const ValueId left = node.inputs[0], right = node.inputs[1];
    const auto number = known_number(graph_, right);
    if (kind == BinaryKind::kMul) {
      if (read(left, depth + 1)) read(right, depth + 1);
      return true;
    }
    if (kind == BinaryKind::kDiv && number) {
      product_.number /= *number;
      read(left, depth + 1);
      return true;
    }
    if (kind != BinaryKind::kPow || (number != 2.0 && number != 3.0)) return false;
    for (int i = 0; i < static_cast<int>(*number); ++i)
      if (!read(left, depth + 1)) break;
    return true;
  }

  const Graph& graph_;
  const Links& links_;
  std::span<const ValueId> atoms_;
  Product product_;
  bool overflow_ = false;
};

}  // namespace

std::optional<Product> read_product(const Graph& graph, const Links& links, ValueId id,
                                    std::span<const ValueId> atoms) {
  ProductReader reader(graph, links, atoms);
  if (!reader.read(id, 0)) return std::nullopt;
  return reader.take();
}

bool is_product(const Graph& graph, const Links& links, ValueId id, double number,
                std::vector<ValueId> factors) {
  std::ranges::sort(factors);
  const auto product = read_product(graph, links, id, factors);
  // Several constants may have been rounded, and files write sqrt(2/pi) with few digits.
  constexpr double kTolerance = 2e-6;
  return product && product->factors == factors && std::abs(product->number - number) <= kTolerance * number;
}

}  // namespace nawq::graph
