// rewrite MatMul by a constant -> Conv 1x1 between the Transposes and Reshapes that make its operand a
// picture
//
// x [1,H,W,K], [1,M,K] or [M,K] times W [K,N], or W [N,K] times x [1,K,M] or [K,M]. An Add of one constant
// per output channel that alone reads the product becomes the bias.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "graph/passes/passes.h"
#include "graph/passes/rewrite.h"

namespace nawq::graph {
namespace {

struct Product {
  ValueId data = kNoValue, weights = kNoValue;
  bool weights_are_left = false;
  std::int64_t inputs = 0, outputs = 0, positions = 0;  // K, N, M

  std::size_t channel_axis(std::size_t rank) const { return rank - (weights_are_left ? 2 : 1); }
};

bool has_leading_ones(const Shape& shape, std::size_t kept) {
  return shape.size() >= kept && std::all_of(shape.begin(), shape.end() - static_cast<std::ptrdiff_t>(kept),
                                             [](std::int64_t dim) { return dim == 1; });
}

bool is_nonempty(const Shape& shape) {
  return std::ranges::all_of(shape, [](std::int64_t dim) { return dim > 0; });
}

std::optional<Product> match(const Graph& graph, const Node& node) {
  const bool left = graph.constant(node.inputs[0]) != nullptr;
  const Product product{node.inputs[left ? 1 : 0], node.inputs[left ? 0 : 1], left};
  const Tensor* weights = graph.constant(product.weights);
  if (!weights || graph.constant(product.data) || weights->type != DataType::kFloat) return std::nullopt;

  const Shape& data = graph.shape(product.data);
  const bool picture = !left && data.size() == 4 && data[0] == 1;
  const bool tokens = data.size() <= 3 && has_leading_ones(data, 2);
  const bool fits = (picture || tokens) && has_leading_ones(weights->shape, 2) &&
                    graph.shape(node.outputs[0]).size() == data.size() && is_nonempty(data) &&
                    is_nonempty(weights->shape);
  if (!fits) return std::nullopt;
  Product out = product;
  const std::int64_t rows = weights->shape[weights->shape.size() - 2], columns = weights->shape.back();
  out.inputs = left ? columns : rows;
  out.outputs = left ? rows : columns;
  out.positions = element_count(data).value_or(0) / out.inputs;
  return out;
}

Tensor filters(const Graph& graph, const Product& product) {
  const std::vector<float>& from = graph.constant(product.weights)->floats;
  const auto inputs = static_cast<std::size_t>(product.inputs);
  const auto outputs = static_cast<std::size_t>(product.outputs);
  std::vector<float> to(from.size());
  for (std::size_t o = 0; o < outputs; ++o)
    for (std::size_t i = 0; i < inputs; ++i)
      to[o * inputs + i] = product.weights_are_left ? from[o * inputs + i] : from[i * outputs + o];
  return float_tensor({product.outputs, product.inputs, 1, 1}, std::move(to));
}

struct Bias {
  ValueId constant = kNoValue, sum = kNoValue;
};

// The Add of one number per output channel that alone reads the product.
std::optional<Bias> match_bias(const Graph& graph, const Links& links, const Product& product,
                               ValueId output) {
  const NodeIndex reader = links.only_reader(output);
  const Node* add = reader == kNoNode ? nullptr : &graph.nodes[reader];
  const auto* op = add ? add->as<Binary>() : nullptr;
  if (!op || op->kind != BinaryKind::kAdd) return std::nullopt;
  const Shape& shape = graph.shape(output);
  const ValueId bias = add->inputs[add->inputs[0] == output ? 1 : 0];
  const Tensor* numbers = graph.constant(bias);
  if (!numbers || graph.shape(add->outputs[0]) != shape) return std::nullopt;
  Shape per_channel(shape.size(), 1), padded = numbers->shape;
  per_channel[product.channel_axis(shape.size())] = product.outputs;
  while (padded.size() < shape.size()) padded.insert(padded.begin(), 1);
  return padded == per_channel ? std::optional(Bias{bias, add->outputs[0]}) : std::nullopt;
}

// Inserts nodes one after the other before the MatMul, each reading the one before.
struct Chain {
  Graph& graph;
  NodeIndex position;
  std::string name;  // of the MatMul
  ValueId value;

  // The Conv keeps the MatMul's name; what it makes needs one of its own beside the MatMul's output.
  Status add_conv(const std::vector<ValueId>& constants) {
    NAWQ_CHECK(add("", Conv{}, constants));
    graph.value(value).name = concat(name, ".conv");
    return {};
  }

  Status add(const char* suffix, Op op, std::vector<ValueId> constants = {}) {
    constants.insert(constants.begin(), value);
    NAWQ_TRY(value, insert_node(graph, position, concat(name, suffix), std::move(op), std::move(constants)));
    ++position;
    return {};
  }
};

Shape with_last_two_swapped(Shape shape) {
  std::swap(shape[shape.size() - 2], shape[shape.size() - 1]);
  return shape;
}

Transpose swap_last_two(std::size_t rank) {
  Transpose op;
  for (std::size_t i = 0; i < rank; ++i) op.perm.push_back(static_cast<std::int64_t>(i));
  std::swap(op.perm[rank - 2], op.perm[rank - 1]);
  return op;
}

Status add_conv_on_picture(Chain& chain, const std::vector<ValueId>& constants) {
  NAWQ_CHECK(chain.add(".channels_first", Transpose{{0, 3, 1, 2}}));
  NAWQ_CHECK(chain.add_conv(constants));
  return chain.add(".channels_last", Transpose{{0, 2, 3, 1}});
}

// A single position needs no Transpose: its channels are in order already.
Status add_conv_on_tokens(Chain& chain, const Product& product, const Shape& output,
                          const std::vector<ValueId>& constants) {
  const std::size_t rank = output.size();
  const bool swaps = !product.weights_are_left && product.positions > 1;
  if (swaps) NAWQ_CHECK(chain.add(".channels_first", swap_last_two(rank)));
  NAWQ_CHECK(chain.add(".picture", Reshape{{1, product.inputs, product.positions, 1}}));
  NAWQ_CHECK(chain.add_conv(constants));
  NAWQ_CHECK(chain.add(".tokens", Reshape{swaps ? with_last_two_swapped(output) : output}));
  return swaps ? chain.add(".channels_last", swap_last_two(rank)) : Status{};
}

Result<bool> convert(Graph& graph, const Links& links, NodeIndex index) {
  const Node& node = graph.nodes[index];
  const auto product = node.as<MatMul>() ? match(graph, node) : std::nullopt;
  if (!product) return false;
  const auto bias = match_bias(graph, links, *product, node.outputs[0]);
  const ValueId replaced = bias ? bias->sum : node.outputs[0];
  const Shape output = graph.shape(replaced);

  Chain chain{graph, index, node.name, product->data};
  std::vector<ValueId> constants{
      graph.add_constant(graph.value(product->weights).name, filters(graph, *product))};
  if (bias) {
    const Value& numbers = graph.value(bias->constant);
    constants.push_back(
        graph.add_constant(numbers.name, float_tensor({product->outputs}, numbers.constant->floats)));
  }
  NAWQ_CHECK(output.size() == 4 ? add_conv_on_picture(chain, constants)
                                : add_conv_on_tokens(chain, *product, output, constants));
  replace_uses(graph, replaced, chain.value);
  return true;
}

}  // namespace

Result<int> matmul_to_conv(Graph& graph) { return rewrite_each(graph, convert); }

}  // namespace nawq::graph
