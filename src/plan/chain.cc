#include "plan/chain.h"

#include "base/text.h"

namespace nawq::plan {
namespace {

bool is_constant_scalar(const graph::Tensor& tensor) { return tensor.floats.size() == 1; }

std::optional<Function> function_of(graph::UnaryKind kind) {
  switch (kind) {
    case graph::UnaryKind::kSigmoid:
      return Function::kSigmoid;
    case graph::UnaryKind::kTanh:
      return Function::kTanh;
    case graph::UnaryKind::kGelu:
      return Function::kGelu;
    case graph::UnaryKind::kGeluTanh:
      return Function::kGeluTanh;
    case graph::UnaryKind::kHardSigmoid:
      return Function::kHardSigmoid;
    case graph::UnaryKind::kHardSwish:
      return Function::kHardSwish;
    case graph::UnaryKind::kElu:
      return Function::kElu;
    default:
      return std::nullopt;
  }
}

}  // namespace

void Chain::begin(graph::ValueId value, int wordlength, bool may_shuffle) {
  value_ = source_ = value;
  may_shuffle_ = may_shuffle;
  wordlength_ = wordlength;
}

void Chain::begin_shuffled(graph::ValueId value, std::int64_t block, int wordlength) {
  begin(value, wordlength, true);
  block_ = block;
  source_ = graph::kNoValue;
}

Status Chain::begin_copy(graph::ValueId value, const graph::Node& node) {
  NAWQ_CHECK(begin_conversion(value, values_.reading(node)));
  is_final_ = true;
  return {};
}

Status Chain::begin_conversion(graph::ValueId value, Reading reading) {
  begin(value, reading.wordlength, true);
  NAWQ_TRY(const View view, values_.read_any(value, reading));
  PendingStep& step = steps_.emplace_back();
  step.spec.kind = StepKind::kResidual;
  step.side = view;
  return {};
}

Status Chain::begin_pointwise(const graph::Node& node) {
  graph::ValueId first = node.inputs[0];
  if (node.as<graph::Binary>() && !values_.is_ready(first) && values_.is_ready(node.inputs[1]))
    first = node.inputs[1];
  NAWQ_CHECK(begin_copy(first, node));
  const int index = static_cast<int>(&node - values_.graph().nodes.data());
  NAWQ_TRY(const bool taken, take(index));
  if (taken) return {};
  return fail(ErrorKind::kModel, concat(graph::node_text(node), ": the engine has no operation for this"));
}

// For one more step, and the roundings in front of it and of the last result.
bool Chain::has_room() const {
  const std::size_t roundings = (needs_rounding() ? 1u : 0u) + (values_.recipe() ? 1u : 0u);
  return steps_.size() + roundings < static_cast<std::size_t>(kernels::kMostSteps);
}

bool Chain::add_rounding() {
  const auto format = values_.only_format(value_);
  if (!format) return false;
  PendingStep step;
  step.spec.kind = StepKind::kRound;
  step.spec.table_in = *format;
  step.shuffled = block_ > 1;
  steps_.push_back(std::move(step));
  is_final_ = true;
  return true;
}

Status Chain::follow() {
  while (const auto reader = split_ ? std::nullopt : values_.only_reader(value_)) {
    if (options_.separate_functions && !steps_.empty() && steps_.back().spec.kind == StepKind::kFunction)
      break;
    const graph::Node& node = values_.graph().nodes[static_cast<std::size_t>(*reader)];
    const auto* unary = node.as<graph::Unary>();
    const bool is_function = unary && function_of(unary->kind);
    if (is_function && options_.separate_functions) break;
    if (!has_room()) break;
    const bool was_final = is_final_;
    const std::size_t steps = steps_.size();
    if (!is_function && needs_rounding() && (values_.has_dre(node) || !add_rounding())) break;
    NAWQ_TRY(const bool taken, take(*reader));
    if (taken) continue;
    steps_.resize(steps);
    is_final_ = was_final;
    break;
  }
  return {};
}

Result<bool> Chain::take(int node_index) {
  const graph::Node& node = values_.graph().nodes[static_cast<std::size_t>(node_index)];
  bool taken = false;
  if (node.as<graph::Unary>()) {
    NAWQ_TRY(taken, take_unary(node));
  } else if (node.as<graph::Binary>()) {
    NAWQ_TRY(taken, take_binary(node));
  } else {
    taken = take_slope(node) || take_shuffle(node) || take_split(node);
  }
  if (taken) consumed_.insert(node_index);
  return taken;
}

void Chain::add_step(PendingStep step, const graph::Node& node) {
  step.shuffled = block_ > 1;
  steps_.push_back(std::move(step));
  value_ = node.outputs[0];
  is_final_ = false;
}

Result<bool> Chain::take_unary(const graph::Node& node) {
  const auto& unary = *node.as<graph::Unary>();
  PendingStep step;
  switch (unary.kind) {
    case graph::UnaryKind::kRelu:
      step.spec.kind = StepKind::kRelu;
      break;
    case graph::UnaryKind::kLeakyRelu:
      step.spec.kind = StepKind::kSlope;
      step.spec.slopes.assign(static_cast<std::size_t>(values_.channels(value_)), unary.alpha);
      break;
    case graph::UnaryKind::kClip:
      step.spec.kind = StepKind::kClip;
      step.spec.low = unary.alpha;
      step.spec.high = unary.beta;
      break;
    default:
      return take_function(node, unary);
  }
  add_step(std::move(step), node);
  return true;
}

Result<bool> Chain::take_function(const graph::Node& node, const graph::Unary& unary) {
  const auto function = function_of(unary.kind);
  if (!function) return false;
  PendingStep step;
  step.spec.function = *function;
  step.spec.alpha = *function == Function::kHardSwish ? 1.0f / 6.0f : unary.alpha;
  step.spec.beta = *function == Function::kHardSwish ? 0.5f : unary.beta;
  const bool is_table = values_.recipe() && !values_.has_dre(node) && values_.is_rounded(value_) &&
                        values_.is_rounded(node.outputs[0]);
  step.spec.kind = is_table ? StepKind::kTable : StepKind::kFunction;
  if (!is_table && needs_rounding() && !values_.has_dre(node) && !add_rounding()) return false;
  if (is_table) {
    NAWQ_TRY(step.spec.table_in, values_.only_format(value_));
    NAWQ_TRY(step.spec.table_out, values_.only_format(node.outputs[0]));
  }
  add_step(std::move(step), node);
  is_final_ = is_table || values_.has_dre(node);
  return true;
}

bool Chain::take_slope(const graph::Node& node) {
  if (!node.as<graph::PRelu>()) return false;
  const graph::Tensor* slopes = values_.graph().constant(node.inputs[1]);
  const auto channels = static_cast<std::size_t>(values_.channels(value_));
  if (!slopes || (slopes->floats.size() != channels && !is_constant_scalar(*slopes))) return false;
  PendingStep step;
  step.spec.kind = StepKind::kSlope;
  step.spec.slopes = slopes->floats;
  if (is_constant_scalar(*slopes)) step.spec.slopes.assign(channels, slopes->floats[0]);
  add_step(std::move(step), node);
  return true;
}

Result<bool> Chain::take_binary(const graph::Node& node) {
  const graph::BinaryKind kind = node.as<graph::Binary>()->kind;
  if (kind != graph::BinaryKind::kAdd && kind != graph::BinaryKind::kMul) return false;
  const graph::ValueId other = node.inputs[0] == value_ ? node.inputs[1] : node.inputs[0];
  if (values_.graph().constant(other)) return false;
  if (kind == graph::BinaryKind::kMul && values_.is_vector(other)) return take_gate(node, other);
  return take_side(node, other, kind == graph::BinaryKind::kAdd ? StepKind::kResidual : StepKind::kProduct);
}

Result<bool> Chain::take_gate(const graph::Node& node, graph::ValueId gate) {
  PendingStep step;
  step.spec.kind = StepKind::kChannelScale;
  step.spec.vector = values_.vector(gate);
  if (step.spec.vector < 0 || values_.channels(gate) != values_.channels(value_)) return false;
  add_step(std::move(step), node);
  return true;
}

// What a nearest-neighbour enlargement by the shuffle's block enlarges, if only r needs it.
std::optional<graph::ValueId> Chain::upsampled_side(graph::ValueId side) const {
  if (block_ == 1 || !values_.only_reader(side)) return std::nullopt;
  for (const graph::Node& node : values_.graph().nodes) {
    if (node.outputs[0] != side) continue;
    const auto* resize = node.as<graph::Resize>();
    const auto factor = static_cast<float>(block_);
    if (!resize || resize->mode != graph::ResizeMode::kNearest || resize->scale_h != factor ||
        resize->scale_w != factor || !values_.is_ready(node.inputs[0]))
      return std::nullopt;
    // At half pixels no coordinate is a tie, so both roundings to nearest repeat every pixel.
    const bool to_nearest = resize->rounding == graph::NearestRounding::kRoundPreferFloor ||
                            resize->rounding == graph::NearestRounding::kRoundPreferCeil;
    const bool half_pixels = resize->coordinates == graph::CoordinateMode::kHalfPixel ||
                             resize->coordinates == graph::CoordinateMode::kPyTorchHalfPixel;
    const bool repeats = resize->coordinates == graph::CoordinateMode::kAsymmetric
                             ? resize->rounding == graph::NearestRounding::kFloor
                             : half_pixels && to_nearest;
    return repeats && values_.can_view(side, node.inputs[0]) ? std::optional(node.inputs[0]) : std::nullopt;
  }
  return std::nullopt;
}

Result<bool> Chain::take_side(const graph::Node& node, graph::ValueId side, StepKind kind) {
  if (values_.shape(side) != values_.shape(value_)) return false;
  PendingStep step;
  step.spec.kind = kind;
  const auto small = values_.is_ready(side) ? std::nullopt : upsampled_side(side);
  if (!small && !values_.is_ready(side)) return false;
  NAWQ_TRY(step.side, small ? values_.read_first(*small, values_.has_dre(node))
                            : values_.read_any(side, values_.reading(node)));
  step.upsampled = small.has_value();
  if (small) {
    for (std::size_t i = 0; i < values_.graph().nodes.size(); ++i)
      if (values_.graph().nodes[i].outputs[0] == side) consumed_.insert(static_cast<int>(i));
  }
  add_step(std::move(step), node);
  return true;
}

bool Chain::take_shuffle(const graph::Node& node) {
  const auto* shuffle = node.as<graph::DepthToSpace>();
  if (!shuffle || block_ > 1 || !may_shuffle_) return false;
  block_ = shuffle->block;
  order_ = shuffle->order;
  value_ = node.outputs[0];
  is_final_ = false;
  return true;
}

bool Chain::take_split(const graph::Node& node) {
  const auto* split = node.as<graph::Split>();
  if (!split || split->axis != 1 || block_ > 1) return false;
  split_ = &node;
  return true;
}

std::vector<ChannelPlace> Chain::places() const {
  const std::int32_t channels = values_.channels(value_);
  std::vector<ChannelPlace> found;
  if (block_ == 1) {
    for (std::int32_t c = 0; c < channels; ++c) found.push_back({c, 0, 0, c});
    return found;
  }
  const auto block = static_cast<std::int32_t>(block_);
  const std::int32_t pixel = value_ == values_.graph().output ? channels : padded_channels(channels);
  for (std::int32_t dy = 0; dy < block; ++dy)
    for (std::int32_t dx = 0; dx < block; ++dx)
      for (std::int32_t c = 0; c < pixel; ++c) {
        const std::int32_t source = order_ == graph::ShuffleOrder::kCrd && source_ != graph::kNoValue
                                        ? (c * block + dy) * block + dx
                                        : (dy * block + dx) * channels + c;
        found.push_back({c < channels ? source : -1, dy, dx, c < channels ? c : 0});
      }
  return found;
}

StepSpec Chain::placed(const PendingStep& step, const std::vector<ChannelPlace>& places) const {
  StepSpec spec = step.spec;
  const auto channel_of = [&](const ChannelPlace& place) {
    return step.shuffled ? place.channel : place.source < 0 ? 0 : place.source;
  };
  if (spec.kind == StepKind::kSlope) {
    spec.slopes.clear();
    for (const ChannelPlace& place : places)
      spec.slopes.push_back(step.spec.slopes[static_cast<std::size_t>(channel_of(place))]);
  }
  if (spec.kind == StepKind::kChannelScale)
    for (const ChannelPlace& place : places)
      spec.vector_elements.push_back(place.source < 0 ? -1 : channel_of(place));
  if (spec.kind == StepKind::kResidual || spec.kind == StepKind::kProduct) {
    const bool in_block = step.shuffled && !step.upsampled;
    spec.side_tensor = step.side.tensor;
    spec.side_block = in_block ? static_cast<std::int32_t>(block_) : 1;
    for (const ChannelPlace& place : places)
      spec.side_channels.push_back(
          {in_block ? place.dy : 0, in_block ? place.dx : 0, step.side.first_channel + channel_of(place)});
  }
  return spec;
}

Status Chain::finish_steps(Operation& operation) const {
  const std::vector<ChannelPlace> channel_places = places();
  operation.channels = static_cast<std::int32_t>(channel_places.size());
  operation.wordlength = wordlength_;
  for (const PendingStep& step : steps_) operation.steps.push_back(placed(step, channel_places));
  return {};
}

Status Chain::finish(Operation& operation) {
  if (!split_ && needs_rounding() && values_.is_written_otherwise(value_) && !add_rounding())
    return fail(ErrorKind::kModel, concat("tensor '", values_.graph().value(value_).name,
                                          "' is quantized to 8 and 16 bits where one is needed"));
  NAWQ_CHECK(finish_steps(operation));
  if (!split_) return values_.write(value_, 0, static_cast<std::int32_t>(block_), operation.runs);
  std::int32_t first = 0;
  for (const graph::ValueId piece : split_->outputs) {
    NAWQ_CHECK(values_.write(piece, first, 1, operation.runs));
    first += values_.channels(piece);
  }
  return {};
}

Status Chain::finish_part(graph::ValueId concat, std::int32_t channel, Operation& operation) {
  NAWQ_CHECK(finish_steps(operation));
  return values_.write_part(concat, channel, operation.channels, operation.runs);
}

}  // namespace nawq::plan
