#include "base/text.h"
#include "graph/graph.h"

namespace nawq::graph {
namespace {

tl::unexpected<Error> broken(std::string_view what) {
  return fail(ErrorKind::kModel, concat("internal: the graph is inconsistent: ", what));
}

class Verifier {
 public:
  explicit Verifier(const Graph& graph) : graph_(graph), made_(graph.values.size(), false) {}

  Status run() {
    NAWQ_CHECK(check_constants());
    NAWQ_CHECK(check_id(graph_.input, "the input"));
    made_[static_cast<std::size_t>(graph_.input)] = true;
    for (const Node& node : graph_.nodes) NAWQ_CHECK(check_node(node));
    NAWQ_CHECK(check_id(graph_.output, "the output"));
    if (!made_[static_cast<std::size_t>(graph_.output)]) return broken("the output is made by no node");
    return {};
  }

 private:
  Status check_id(ValueId id, std::string_view who) {
    if (id < 0 || static_cast<std::size_t>(id) >= graph_.values.size())
      return broken(concat(who, " refers to value ", id, " of ", graph_.values.size()));
    return {};
  }

  Status check_constants() {
    for (std::size_t i = 0; i < graph_.values.size(); ++i) {
      const Value& value = graph_.values[i];
      if (!value.is_constant()) continue;
      made_[i] = true;
      NAWQ_TRY(const std::int64_t count, element_count(value.shape));
      if (value.constant->shape != value.shape || value.constant->size() != count)
        return broken(concat("constant '", value.name, "' holds ", value.constant->size(),
                             " numbers for shape ", to_text(value.shape)));
    }
    return {};
  }

  Status check_node(const Node& node) {
    std::vector<const Value*> operands;
    for (const ValueId id : node.inputs) {
      NAWQ_CHECK(check_id(id, node_text(node)));
      if (!made_[static_cast<std::size_t>(id)])
        return broken(concat(node_text(node), " reads '", graph_.value(id).name, "' before it is made"));
      operands.push_back(&graph_.value(id));
    }
    auto shapes = infer_shapes(node.op, operands);
    if (!shapes) return tl::unexpected<Error>(with_context(shapes.error(), node_text(node)));
    if (shapes->size() != node.outputs.size())
      return broken(concat(node_text(node), " has ", node.outputs.size(), " outputs, not ", shapes->size()));
    for (std::size_t i = 0; i < node.outputs.size(); ++i) NAWQ_CHECK(check_output(node, i, (*shapes)[i]));
    return {};
  }

  Status check_output(const Node& node, std::size_t index, const Shape& inferred) {
    const ValueId id = node.outputs[index];
    NAWQ_CHECK(check_id(id, node_text(node)));
    if (made_[static_cast<std::size_t>(id)])
      return broken(concat(node_text(node), " makes '", graph_.value(id).name, "' a second time"));
    if (graph_.shape(id) != inferred)
      return broken(
          concat(node_text(node), " makes ", to_text(inferred), ", recorded as ", to_text(graph_.shape(id))));
    made_[static_cast<std::size_t>(id)] = true;
    return {};
  }

  const Graph& graph_;
  std::vector<bool> made_;
};

}  // namespace

Status verify(const Graph& graph) { return Verifier(graph).run(); }

}  // namespace nawq::graph
