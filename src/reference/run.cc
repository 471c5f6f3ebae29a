#include "reference/run.h"

#include <algorithm>
#include <memory>

#include "base/text.h"
#include "reference/chunks.h"
#include "reference/half.h"
#include "reference/operators.h"

namespace nawq::reference {
namespace {

using graph::Graph;
using graph::Node;
using graph::ValueId;

// For each value, how many nodes of the graph still have to run before nobody reads it: the index after its
// last reader; 0 where it has none. The graph's output has no last reader.
std::vector<std::size_t> ends_of_life(const Graph& graph) {
  std::vector<std::size_t> ends(graph.values.size(), 0);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    for (const ValueId id : graph.nodes[i].inputs) ends[static_cast<std::size_t>(id)] = i + 1;
    for (const ValueId id : graph.nodes[i].outputs) ends[static_cast<std::size_t>(id)] = i + 1;
  }
  ends[static_cast<std::size_t>(graph.output)] = graph.nodes.size() + 1;
  return ends;
}

// Calls body(id) for every value that is computed and not read after node `index`.
template <class Body>
void for_each_dying(const Graph& graph, const std::vector<std::size_t>& ends, std::size_t index,
                    Body&& body) {
  const auto visit = [&](const std::vector<ValueId>& ids) {
    for (auto id = ids.begin(); id != ids.end(); ++id) {
      const bool repeated = std::find(ids.begin(), id, *id) != id;
      const bool computed = *id != graph.input && !graph.value(*id).is_constant();
      if (!repeated && computed && ends[static_cast<std::size_t>(*id)] == index + 1) body(*id);
    }
  };
  visit(graph.nodes[index].inputs);
  visit(graph.nodes[index].outputs);
}

void round_to_half(const Output& output, ThreadTeam& team) {
  constexpr std::int64_t kPiece = 1 << 16;
  const std::int64_t count = volume(output.shape);
  team.parallel_for((count + kPiece - 1) / kPiece, [&](std::int64_t piece, int) {
    const std::int64_t end = std::min(count, (piece + 1) * kPiece);
    for (std::int64_t i = piece * kPiece; i < end; ++i) output.values[i] = nearest_half(output.values[i]);
  });
}

class Walk {
 public:
  Walk(const Graph& graph, const graph::Tensor& input, ThreadTeam& team, Results results)
      : graph_(graph),
        input_(input),
        team_(team),
        results_(results),
        ends_(ends_of_life(graph)),
        computed_(graph.values.size()) {}

  Status run(Progress progress);
  graph::Tensor output() const;

 private:
  Status run_node(std::size_t index);
  const float* values_of(ValueId id) const;

  const Graph& graph_;
  const graph::Tensor& input_;
  ThreadTeam& team_;
  Results results_;
  std::vector<std::size_t> ends_;
  std::vector<std::unique_ptr<float[]>>
      computed_;  // by ValueId; null before it is computed and after its last reader
};

const float* Walk::values_of(ValueId id) const {
  if (id == graph_.input) return input_.floats.data();
  if (const graph::Tensor* constant = graph_.constant(id)) return constant->floats.data();
  return computed_[static_cast<std::size_t>(id)].get();
}

Status Walk::run_node(std::size_t index) {
  const Node& node = graph_.nodes[index];
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  for (const ValueId id : node.inputs) {
    if (graph_.value(id).type != graph::DataType::kFloat)
      return fail(ErrorKind::kModel,
                  concat(node_text(node), ": input '", graph_.value(id).name, "' is not float"));
    inputs.push_back({graph_.shape(id), values_of(id)});
  }
  for (const ValueId id : node.outputs) {
    auto& values = computed_[static_cast<std::size_t>(id)];
    values = std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(volume(graph_.shape(id))));
    outputs.push_back({graph_.shape(id), values.get()});
  }
  graph::visit_op([&](const auto& op) { compute(op, inputs, outputs, team_); }, node.op);
  if (results_ == Results::kHalf)
    for (const Output& output : outputs) round_to_half(output, team_);
  for_each_dying(graph_, ends_, index, [&](ValueId id) { computed_[static_cast<std::size_t>(id)].reset(); });
  return {};
}

Status Walk::run(Progress progress) {
  double total = 0, done = 0;
  for (const Node& node : graph_.nodes) total += static_cast<double>(macs(graph_, node));
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    NAWQ_CHECK(run_node(i));
    done += static_cast<double>(macs(graph_, graph_.nodes[i]));
    const double share =
        total > 0 ? done / total : static_cast<double>(i + 1) / static_cast<double>(graph_.nodes.size());
    if (!progress(share)) return fail(ErrorKind::kInterrupted, "stopped");
  }
  return {};
}

graph::Tensor Walk::output() const {
  const graph::Shape& shape = graph_.shape(graph_.output);
  const float* values = values_of(graph_.output);
  return graph::float_tensor(shape, std::vector<float>(values, values + volume(shape)));
}

std::int64_t bytes_of(const Graph& graph, ValueId id) {
  return volume(graph.shape(id)) * static_cast<std::int64_t>(sizeof(float));
}

}  // namespace

Result<graph::Tensor> run(const Graph& graph, const graph::Tensor& input, ThreadTeam& team, Progress progress,
                          Results results) {
  if (input.type != graph::DataType::kFloat || input.shape != graph.shape(graph.input))
    return fail(ErrorKind::kUsage, concat("the network reads ", graph::to_text(graph.shape(graph.input)),
                                          ", not ", graph::to_text(input.shape)));
  Walk walk(graph, input, team, results);
  NAWQ_CHECK(walk.run(progress));
  return walk.output();
}

Result<graph::Tensor> run(const Graph& graph, const graph::Tensor& input, ThreadTeam& team) {
  return run(graph, input, team, [](double) { return true; });
}

std::int64_t peak_activation_bytes(const Graph& graph) {
  const std::vector<std::size_t> ends = ends_of_life(graph);
  std::int64_t alive = bytes_of(graph, graph.input), peak = alive;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    for (const ValueId id : graph.nodes[i].outputs) alive += bytes_of(graph, id);
    peak = std::max(peak, alive);
    for_each_dying(graph, ends, i, [&](ValueId id) { alive -= bytes_of(graph, id); });
  }
  return std::max(peak, alive + bytes_of(graph, graph.output));  // the copy that run() returns
}

}  // namespace nawq::reference
