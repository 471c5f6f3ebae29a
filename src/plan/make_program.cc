#include "plan/make_program.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "plan/chain.h"
#include "plan/check_program.h"
#include "plan/convolution.h"
#include "plan/drop_unread.h"
#include "plan/overflow.h"
#include "plan/reads.h"
#include "plan/resampling.h"
#include "plan/value_map.h"
#include "plan/vector_math.h"

namespace nawq::plan {
namespace {

Status check_same_structure(const graph::Graph& graph, const graph::Graph& larger) {
  bool same = graph.nodes.size() == larger.nodes.size();
  for (std::size_t i = 0; same && i < graph.nodes.size(); ++i)
    same = graph.nodes[i].op.index() == larger.nodes[i].op.index() &&
           graph.nodes[i].inputs == larger.nodes[i].inputs;
  if (same) return {};
  return fail(ErrorKind::kModel, "the network's structure depends on the picture's size");
}

constexpr int kPictureWordlength = 8;

class Planner {
 public:
  Planner(const graph::Graph& graph, const graph::Graph& larger, const graph::Recipe* recipe,
          const PlanOptions& options, Program& program)
      : graph_(graph), options_(options), program_(program), values_(graph, larger, recipe, program) {}

  Status plan() {
    if (values_.is_rounded(graph_.input)) NAWQ_CHECK(add_input_codes());
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
      if (!consumed_.contains(static_cast<int>(i))) NAWQ_CHECK(add(graph_.nodes[i]));
    if (!program_.floating) drop_unread(program_);
    number_partitions();
    return {};
  }

 private:
  Status add(const graph::Node& node) {
    if (node.as<graph::ChannelStatistics>()) return add_statistics(node);
    if (values_.is_vector(node.outputs[0]) && reads_vectors(node)) return add_vector(node);
    if (is_channel_concat(node)) return add_concat(node);
    NAWQ_TRY(const bool viewed, add_views(node));
    if (viewed) return {};
    if (node.as<graph::Conv>()) return add_convolution(node, 1);
    if (node.as<graph::ConvTranspose>()) {
      NAWQ_TRY(const std::int64_t block, transposed_block(graph_, node));
      return add_convolution(node, block);
    }
    if (node.as<graph::Pool>()) return add_pooling(node);
    if (node.as<graph::Resize>()) return add_resampling(node);
    return add_pointwise(node);
  }

  bool reads_vectors(const graph::Node& node) const {
    return std::ranges::all_of(node.inputs, [&](graph::ValueId value) {
      return value == graph::kNoValue || graph_.constant(value) || values_.vector(value) >= 0;
    });
  }

  void push(const graph::Node& node, Operation operation) {
    operation.name = node.name;
    program_.operations.push_back(std::move(operation));
  }

  Status add_vector(const graph::Node& node) {
    NAWQ_CHECK(add_vector_math(node, values_, program_));
    return add_vector_rounding(node.outputs[0], values_, program_);
  }

  Status add_statistics(const graph::Node& node) {
    const Reading reading = values_.reading(node);
    NAWQ_TRY(const View src, values_.read(node.inputs[0], reading));
    const bool deviation =
        node.as<graph::ChannelStatistics>()->statistic == graph::ChannelStatistic::kStandardDeviation;
    Operation operation = operation_of(Statistics{src, deviation, values_.add_vector(node.outputs[0])});
    operation.wordlength = reading.wordlength;
    push(node, std::move(operation));
    return add_vector_rounding(node.outputs[0], values_, program_);
  }

  // A picture whose codes the recipe does not take as they are.
  Status add_input_codes() {
    Chain chain(values_, consumed_, options_);
    Operation operation = operation_of(Pointwise{});
    NAWQ_CHECK(chain.begin_conversion(graph_.input, {kPictureWordlength, false}));
    values_.expect_input_codes();
    NAWQ_CHECK(chain.finish(operation));
    operation.name = concat(graph_.value(graph_.input).name, ".codes");
    program_.operations.push_back(std::move(operation));
    return {};
  }

  // Pieces of a stored tensor need no work, unless they have formats of their own.
  Result<bool> add_views(const graph::Node& node) {
    if (node.as<graph::Split>() && node.as<graph::Split>()->axis == 1 && values_.is_ready(node.inputs[0])) {
      std::int32_t first = 0;
      for (const graph::ValueId piece : node.outputs) {
        NAWQ_CHECK(add_piece(node, piece, first));
        first += values_.channels(piece);
      }
      return true;
    }
    const auto* slice = node.as<graph::Slice>();
    if (!slice || !values_.is_ready(node.inputs[0]) || graph_.shape(node.inputs[0]).size() != 4) return false;
    const graph::Shape& in = graph_.shape(node.inputs[0]);
    const bool whole = slice->starts[2] == 0 && slice->starts[3] == 0 && slice->sizes[2] == in[2] &&
                       slice->sizes[3] == in[3] && slice->steps == std::vector<std::int64_t>(4, 1);
    if (!whole) return false;
    NAWQ_CHECK(add_piece(node, node.outputs[0], static_cast<std::int32_t>(slice->starts[1])));
    return true;
  }

  Status add_piece(const graph::Node& node, graph::ValueId piece, std::int32_t first_channel) {
    const bool is_view = values_.can_view(piece, node.inputs[0]);
    values_.add_view(piece, node.inputs[0], first_channel);
    if (is_view) return {};
    Chain chain(values_, consumed_, options_);
    Operation operation = operation_of(Pointwise{});
    NAWQ_CHECK(chain.begin_conversion(piece, values_.reading(node)));
    NAWQ_CHECK(chain.follow());
    NAWQ_CHECK(chain.finish(operation));
    push(node, std::move(operation));
    return {};
  }

  Status add_concat(const graph::Node& node) {
    for (const auto& [input, first_channel] : values_.missing_parts(node)) {
      Chain chain(values_, consumed_, options_);
      Operation operation = operation_of(Pointwise{});
      NAWQ_CHECK(chain.begin_copy(input, node));
      NAWQ_CHECK(chain.finish_part(node.outputs[0], first_channel, operation));
      push(node, std::move(operation));
    }
    values_.finish_concat(node.outputs[0]);
    return {};
  }

  Status add_convolution(const graph::Node& node, std::int64_t block) {
    const Reading reading = values_.reading(node);
    NAWQ_TRY(const View src, values_.read(node.inputs[0], reading));
    Chain chain(values_, consumed_, options_);
    const auto* conv = node.as<graph::Conv>();
    if (block > 1)
      chain.begin_shuffled(node.outputs[0], block, reading.wordlength);
    else
      chain.begin(node.outputs[0], reading.wordlength, conv && conv->groups == 1);
    NAWQ_CHECK(chain.follow());
    const auto places = chain.places();
    NAWQ_TRY(Convolution made, make_convolution(graph_, node, src, values_.recipe(), places));
    const Format format = src.tensor == kInputTensor
                              ? Format::kCode16
                              : program_.tensors[static_cast<std::size_t>(src.tensor)].quantization.format;
    made.wide_sums = !program_.floating && needs_wide_sums(made, format);
    Operation operation = operation_of(std::move(made));
    const graph::Shape& out = graph_.shape(node.outputs[0]);
    operation.macs_per_pixel = graph::macs(graph_, node) / (out[2] / block * (out[3] / block));
    NAWQ_CHECK(chain.finish(operation));
    push(node, std::move(operation));
    return {};
  }

  // For work that keeps the order of channels: `kind` is complete.
  Status add_simple(const graph::Node& node, OperationKind kind, int wordlength) {
    Chain chain(values_, consumed_, options_);
    chain.begin(node.outputs[0], wordlength, false);
    NAWQ_CHECK(chain.follow());
    Operation operation = operation_of(std::move(kind));
    NAWQ_CHECK(chain.finish(operation));
    push(node, std::move(operation));
    return {};
  }

  Status add_pooling(const graph::Node& node) {
    const auto& op = *node.as<graph::Pool>();
    const Reading reading = values_.reading(node);
    const auto size = [](graph::Extent2d e) {
      return Size2d{static_cast<std::int32_t>(e.h), static_cast<std::int32_t>(e.w)};
    };
    const auto pads = [](graph::Padding2d p) {
      return Pads2d{static_cast<std::int32_t>(p.top), static_cast<std::int32_t>(p.left),
                    static_cast<std::int32_t>(p.bottom), static_cast<std::int32_t>(p.right)};
    };
    Pooling made;
    NAWQ_TRY(made.src, values_.read(node.inputs[0], reading));
    made.kind = op.kind == graph::PoolKind::kMax ? PoolKind::kMax : PoolKind::kAverage;
    made.kernel = size(op.kernel);
    made.stride = size(op.stride);
    made.dilation = size(op.dilation);
    made.pads = pads(op.pads);
    made.counted_pads = pads(op.counted_pads);
    return add_simple(node, made, reading.wordlength);
  }

  Status add_resampling(const graph::Node& node) {
    const Reading reading = values_.reading(node);
    NAWQ_TRY(const View src, values_.read(node.inputs[0], reading));
    NAWQ_TRY(Resampling made, make_resampling(node, src, values_));
    return add_simple(node, made, reading.wordlength);
  }

  Status add_pointwise(const graph::Node& node) {
    Operation operation = operation_of(Pointwise{});
    Chain chain(values_, consumed_, options_);
    NAWQ_CHECK(chain.begin_pointwise(node));
    NAWQ_CHECK(chain.follow());
    NAWQ_CHECK(chain.finish(operation));
    push(node, std::move(operation));
    return {};
  }

  void number_partitions() {
    std::int32_t partition = 0;
    for (std::size_t i = 0; i < program_.operations.size(); ++i) {
      Operation& operation = program_.operations[i];
      operation.dre = reads_run_time_range(program_, operation);
      if (std::holds_alternative<VectorMath>(operation.kind) && i > 0)
        operation.wordlength = program_.operations[i - 1].wordlength;
      if (i > 0 && (program_.operations[i - 1].wordlength != operation.wordlength ||
                    program_.operations[i - 1].dre != operation.dre))
        ++partition;
      operation.partition = partition;
    }
  }

  const graph::Graph& graph_;
  const PlanOptions& options_;
  Program& program_;
  ValueMap values_;
  std::set<int> consumed_;
};

}  // namespace

Result<Program> make_program(const graph::Graph& graph, const graph::Graph& larger,
                             const graph::Recipe* recipe, const PictureFacts& facts,
                             const PlanOptions& options) {
  NAWQ_CHECK(check_same_structure(graph, larger));
  Program program;
  program.name = facts.name;
  program.scale = static_cast<std::int32_t>(facts.scale);
  program.channels = static_cast<std::int32_t>(facts.channels);
  program.bgr = facts.bgr;
  program.input_range = facts.input_range;
  program.floating = recipe == nullptr;
  program.fixed_width_px = static_cast<std::int32_t>(facts.fixed_width_px);
  program.fixed_height_px = static_cast<std::int32_t>(facts.fixed_height_px);
  for (const graph::ValueId picture : {graph.input, graph.output})
    program.tensors.push_back(
        {graph.value(picture).name, static_cast<std::int32_t>(graph.shape(picture)[1]), {}});
  Planner planner(graph, larger, recipe, options, program);
  NAWQ_CHECK(planner.plan());
  NAWQ_CHECK(check_program(program));
  return program;
}

}  // namespace nawq::plan
