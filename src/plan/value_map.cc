#include "plan/value_map.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace nawq::plan {
namespace {

Quantization quantization(const graph::CodeFormat& format) {
  return {format.bits == 8 ? Format::kCode8 : Format::kCode16, format.scale, format.zero_point};
}

}  // namespace

bool is_channel_concat(const graph::Node& node) {
  const auto* concat = node.as<graph::Concat>();
  return concat && concat->axis == 1;
}

ValueMap::ValueMap(const graph::Graph& graph, const graph::Graph& larger, const graph::Recipe* recipe,
                   Program& program)
    : graph_(graph),
      larger_(larger),
      recipe_(recipe),
      program_(program),
      readers_(graph.values.size()),
      placed_in_concats_(graph.values.size()) {
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    for (const graph::ValueId value : graph.nodes[i].inputs)
      if (value != graph::kNoValue) readers_[static_cast<std::size_t>(value)].push_back(static_cast<int>(i));
  tensors_[graph.input] = {kInputTensor};
  tensors_[graph.output] = {kOutputTensor};
  views_[graph.input] = {graph.input, 0};
}

std::optional<int> ValueMap::only_reader(graph::ValueId value) const {
  const auto& readers = readers_[static_cast<std::size_t>(value)];
  if (value == graph_.output || readers.size() != 1) return std::nullopt;
  return readers.front();
}

bool ValueMap::is_vector(graph::ValueId value) const {
  const auto flat = [](const graph::Shape& shape) {
    return shape.size() == 4 && shape[0] == 1 && shape[2] == 1 && shape[3] == 1;
  };
  return flat(graph_.shape(value)) && flat(larger_.shape(value));
}

std::int32_t ValueMap::add_vector(graph::ValueId value) {
  const auto index = static_cast<std::int32_t>(program_.vector_sizes.size());
  program_.vector_sizes.push_back(channels(value));
  vectors_[value] = index;
  return index;
}

std::int32_t ValueMap::vector(graph::ValueId value) const {
  const auto found = vectors_.find(value);
  return found == vectors_.end() ? -1 : found->second;
}

const std::vector<graph::CodeFormat>* ValueMap::formats(graph::ValueId value) const {
  if (!recipe_) return nullptr;
  const auto found = recipe_->tensors.find(graph_.value(value).name);
  return found == recipe_->tensors.end() ? nullptr : &found->second;
}

bool ValueMap::is_rounded(graph::ValueId value) const { return formats(value) != nullptr; }

bool ValueMap::is_written_otherwise(graph::ValueId value) const {
  const auto* own = formats(value);
  if (!own || value == graph_.output) return own != nullptr;
  const bool is_kept = graph_.is_rounded(value);
  return recipe_->dre.empty() && std::ranges::any_of(targets(value), [&](const Part& part) {
           const auto* there = formats(part.whole);
           return part.whole == graph_.output || (is_kept && there && *there != *own);
         });
}

bool ValueMap::can_view(graph::ValueId value, graph::ValueId whole) const {
  const auto* own = formats(value);
  const auto view = views_.find(whole);
  const auto* there = formats(view == views_.end() ? whole : view->second.whole);
  return !own || (there && *there == *own) || (whole == graph_.input && !there && is_pictures_own(*own));
}

// Codes that the picture has already.
bool ValueMap::is_pictures_own(const std::vector<graph::CodeFormat>& formats) const {
  const graph::CodeFormat& format = formats.front();
  const double white = double{format.scale} * ((1 << format.bits) - 1);
  return formats.size() == 1 && format.zero_point == 0 &&
         std::abs(white - double{program_.input_range}) <= 1e-6 * double{program_.input_range};
}

Result<Quantization> ValueMap::only_format(graph::ValueId value) const {
  const std::string& name = graph_.value(value).name;
  const auto found = recipe_->tensors.find(name);
  if (found == recipe_->tensors.end() || found->second.size() != 1)
    return fail(ErrorKind::kModel, concat("tensor '", name, "' needs exactly one quantization"));
  return quantization(found->second.front());
}

int ValueMap::bits_of(std::int32_t tensor) const {
  const Format format = program_.tensors[static_cast<std::size_t>(tensor)].quantization.format;
  return format == Format::kCode8 ? 8 : 16;
}

int ValueMap::wordlength(const graph::Node& node) const {
  if (!recipe_) return 32;
  if (const auto found = recipe_->wordlengths.find(node.name); found != recipe_->wordlengths.end())
    return found->second;
  for (const graph::ValueId value : node.inputs) {
    const auto view = value == graph::kNoValue ? views_.end() : views_.find(value);
    if (view == views_.end()) continue;
    const auto formats = recipe_->tensors.find(graph_.value(view->second.whole).name);
    if (formats != recipe_->tensors.end() && !formats->second.empty()) return formats->second.front().bits;
  }
  return 8;  // it reads the picture
}

Reading ValueMap::reading(const graph::Node& node) const { return {wordlength(node), has_dre(node)}; }

Result<ValueMap::Place> ValueMap::place(graph::ValueId value) const {
  const auto view = views_.find(value);
  const auto stored = view == views_.end() ? tensors_.end() : tensors_.find(view->second.whole);
  if (stored == tensors_.end())
    return fail(ErrorKind::kModel, concat("tensor '", graph_.value(value).name, "' is not stored"));
  return Place{{stored->second.front(), view->second.first_channel, channels(value)},
               &stored->second,
               view->second.whole};
}

Result<View> ValueMap::read(graph::ValueId value, Reading reading) {
  NAWQ_TRY(Place place, this->place(value));
  if (place.view.tensor <= kOutputTensor || program_.floating) return place.view;
  if (reading.dre) {
    place.view.tensor = codes_of_source(place.whole, reading.wordlength);
    return place.view;
  }
  const auto found = std::ranges::find(*place.formats, reading.wordlength,
                                       [this](std::int32_t tensor) { return bits_of(tensor); });
  if (found == place.formats->end())
    return fail(ErrorKind::kModel, concat("tensor '", graph_.value(value).name, "' is not quantized to ",
                                          reading.wordlength, " bits"));
  place.view.tensor = *found;
  return place.view;
}

Result<View> ValueMap::read_any(graph::ValueId value, Reading reading) {
  NAWQ_TRY(const Place place, this->place(value));
  const bool has_one = place.formats->size() == 1 && place.view.tensor > kOutputTensor;
  if (has_one && !program_.floating && !reading.dre) reading.wordlength = bits_of(place.view.tensor);
  return read(value, reading);
}

Result<View> ValueMap::read_first(graph::ValueId value, bool dre) {
  NAWQ_TRY(const std::int32_t first, sized_like(value));
  return read(value, {bits_of(first), dre});
}

Result<std::int32_t> ValueMap::sized_like(graph::ValueId value) const {
  NAWQ_TRY(const Place place, this->place(value));
  return place.view.tensor;
}

// At most one of each wordlength.
std::int32_t ValueMap::codes_of_source(graph::ValueId whole, int bits) {
  const auto [made, is_new] = made_codes_.try_emplace({whole, bits}, -1);
  const Format format = bits == 8 ? Format::kCode8 : Format::kCode16;
  if (is_new) made->second = add_tensor(whole, {format, 1, 0}, sources_.find(whole)->second);
  return made->second;
}

void ValueMap::add_view(graph::ValueId value, graph::ValueId whole, std::int32_t first_channel) {
  const Part& base = views_[whole];
  views_[value] = {base.whole, base.first_channel + first_channel};
}

bool ValueMap::is_stored(graph::ValueId value) const {
  if (value == graph_.output) return true;
  return std::ranges::any_of(readers_[static_cast<std::size_t>(value)], [&](int node) {
    return !is_channel_concat(graph_.nodes[static_cast<std::size_t>(node)]);
  });
}

std::vector<ValueMap::Part> ValueMap::targets(graph::ValueId value) const {
  std::vector<Part> found;
  if (is_stored(value)) found.push_back({value, 0});
  std::vector<int> nodes = readers_[static_cast<std::size_t>(value)];
  nodes.erase(std::ranges::unique(nodes).begin(), nodes.end());
  for (const int index : nodes) {
    const graph::Node& node = graph_.nodes[static_cast<std::size_t>(index)];
    if (!is_channel_concat(node)) continue;
    std::int32_t first = 0;
    for (const graph::ValueId input : node.inputs) {
      if (input == value)
        for (const Part& part : targets(node.outputs[0]))
          found.push_back({part.whole, part.first_channel + first});
      first += channels(input);
    }
  }
  return found;
}

std::int32_t ValueMap::add_tensor(graph::ValueId value, const Quantization& format, std::int32_t source) {
  const std::string& name = graph_.value(value).name;
  program_.tensors.push_back(
      {value == graph_.input ? concat(name, ".codes") : name, channels(value), format, source});
  return static_cast<std::int32_t>(program_.tensors.size()) - 1;
}

// Those that turn out to have no reader are dropped in the end.
Result<std::vector<std::int32_t>> ValueMap::tensors(graph::ValueId value) {
  std::vector<std::int32_t>& made = tensors_[value];
  if (made.empty() && !recipe_) made.push_back(add_tensor(value, {}, -1));
  if (made.empty()) {
    const std::string& name = graph_.value(value).name;
    const auto formats = recipe_->tensors.find(name);
    if (formats == recipe_->tensors.end() || formats->second.empty())
      return fail(ErrorKind::kModel, concat("tensor '", name, "' is not quantized"));
    for (const graph::CodeFormat& format : formats->second)
      made.push_back(add_tensor(value, quantization(format), -1));
    if (!recipe_->dre.empty()) sources_[value] = add_tensor(value, {}, -1);
  }
  std::vector<std::int32_t> all = made;
  if (const auto source = sources_.find(value); source != sources_.end()) all.push_back(source->second);
  return all;
}

Status ValueMap::write(graph::ValueId value, std::int32_t first_channel, std::int32_t block,
                       std::vector<RunSpec>& runs) {
  const std::vector<Part> parts = block > 1 ? std::vector<Part>{{value, 0}} : targets(value);
  for (const Part& part : parts) {
    NAWQ_TRY(const std::vector<std::int32_t> places, tensors(part.whole));
    const std::int32_t value_channels = channels(value);
    for (std::int32_t dy = 0; dy < block; ++dy)
      for (const std::int32_t tensor : places) {
        const std::int32_t pixel =
            block == 1 || tensor == kOutputTensor ? value_channels : padded_channels(value_channels);
        runs.push_back(
            {first_channel + dy * block * pixel, block * pixel, tensor, part.first_channel, block, dy});
      }
  }
  if (block == 1) placed_in_concats_[static_cast<std::size_t>(value)] = true;
  views_[value] = {value, 0};
  return {};
}

std::vector<std::pair<graph::ValueId, std::int32_t>> ValueMap::missing_parts(
    const graph::Node& concat) const {
  std::vector<std::pair<graph::ValueId, std::int32_t>> missing;
  std::int32_t first = 0;
  for (const graph::ValueId input : concat.inputs) {
    if (!placed_in_concats_[static_cast<std::size_t>(input)]) missing.emplace_back(input, first);
    first += channels(input);
  }
  return missing;
}

Status ValueMap::write_part(graph::ValueId concat_value, std::int32_t concat_channel, std::int32_t channels,
                            std::vector<RunSpec>& runs) {
  for (const Part& part : targets(concat_value)) {
    NAWQ_TRY(const std::vector<std::int32_t> places, tensors(part.whole));
    for (const std::int32_t tensor : places)
      runs.push_back({0, channels, tensor, part.first_channel + concat_channel, 1, 0});
  }
  return {};
}

void ValueMap::finish_concat(graph::ValueId value) {
  placed_in_concats_[static_cast<std::size_t>(value)] = true;
  views_[value] = {value, 0};
}

}  // namespace nawq::plan
