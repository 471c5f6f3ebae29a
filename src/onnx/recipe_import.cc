#include "onnx/recipe_import.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/text.h"
#include "graph/weight_channels.h"
#include "onnx/metadata.h"
#include "onnx/names.h"

namespace nawq::onnx {
namespace {

using graph::CodeFormat;
using graph::WeightCodes;
using ::onnx::TensorProto;

tl::unexpected<Error> refuse_weights(const CodedConstant& coded, std::string_view why) {
  return fail(ErrorKind::kModel, concat("tensor '", coded.name, "': weights ", why));
}

// What a code of the tensor is to become 0.
Result<std::int64_t> centre_of(const CodedConstant& coded) {
  const bool is_signed = coded.stored_type == TensorProto::INT8;
  if (!is_signed && coded.stored_type != TensorProto::UINT8)
    return refuse_weights(coded, "are not 8-bit codes");
  const std::int64_t centre = is_signed ? 0 : 128;
  for (const std::int64_t zero_point : coded.zero_points)
    if (zero_point != centre)
      return refuse_weights(coded, concat("need zero point 0 (or 128 for uint8), not ", zero_point));
  return centre;
}

Result<std::vector<std::int8_t>> centred_codes(const CodedConstant& coded) {
  NAWQ_TRY(const std::int64_t centre, centre_of(coded));
  std::vector<std::int8_t> codes;
  codes.reserve(coded.codes->ints.size());
  for (const std::int64_t code : coded.codes->ints) {
    if (code - centre < -128 || code - centre > 127)
      return refuse_weights(coded, concat("hold code ", code, ", which is none of 8 bits"));
    codes.push_back(static_cast<std::int8_t>(code - centre));
  }
  return codes;
}

template <class Convolution>
Result<WeightCodes> weight_codes(const CodedConstant& coded, const Convolution& op) {
  constexpr std::int64_t kAxis = std::is_same_v<Convolution, graph::ConvTranspose> ? 1 : 0;
  const graph::Shape& shape = coded.codes->shape;
  const graph::WeightChannels channels(op, shape);
  WeightCodes made;
  NAWQ_TRY(made.codes, centred_codes(coded));
  if (coded.scales.size() == 1) {
    made.scales.assign(channels.count(), coded.scales.front());
    return made;
  }
  if (coded.axis != kAxis)
    return refuse_weights(
        coded, concat("have scales along axis ", coded.axis, ": only axis ", kAxis, " is supported"));
  for (std::size_t c = 0; c < channels.count(); ++c)
    made.scales.push_back(coded.scales[c % coded.scales.size()]);  // groups of ConvTranspose share them
  return made;
}

// As the picture's own codes: white is 1 or 255 in the network's numbers.
bool has_white(const CodeFormat& format, double white) {
  const double last_code = (1 << format.bits) - 1;
  return std::abs(double{format.scale} * last_code - white) <= 1e-6 * white;
}

}  // namespace

bool RecipeImport::can_add_format(const Operand& x, const CodeFormat& format) const {
  const auto known = formats_.find(x.value);
  if (known == formats_.end()) return true;
  const auto is_same = [&](const CodeFormat& other) { return other == format; };
  if (std::ranges::any_of(known->second, is_same)) return true;
  if (x.read_bits != 0) return false;
  return std::ranges::none_of(known->second,
                              [&](const CodeFormat& other) { return other.bits == format.bits; });
}

Status RecipeImport::add_format(graph::ValueId value, const CodeFormat& format) {
  std::vector<CodeFormat>& formats = formats_[value];
  for (const CodeFormat& other : formats) {
    if (other == format) return {};
    if (other.bits == format.bits)
      return fail(ErrorKind::kModel, concat("tensor '", graph_.value(value).name, "' has two formats of ",
                                            format.bits, " bits: only one is supported"));
  }
  formats.push_back(format);
  return {};
}

Status RecipeImport::add_node(const graph::Node& node, const Operands& inputs) {
  int bits = 0, picture_bits = 0;
  for (const Operand& input : inputs) {
    if (input.read_bits == 0) continue;
    if (input.value == graph_.input) {
      picture_bits = input.read_bits;
    } else if (bits != 0 && bits != input.read_bits) {
      // Parts of a concatenation are rounded to the format of the whole, whatever they were.
      if (!node.as<graph::Concat>()) other_reads_.push_back({input.value, graph::node_text(node)});
    } else {
      bits = input.read_bits;
    }
  }
  if (bits == 0) bits = picture_bits;
  if (bits != 0) recipe_.wordlengths[node.name] = bits;

  const CodedConstant* coded = inputs.size() > 1 ? inputs[1].coded.get() : nullptr;
  if (!coded) return {};
  if (const auto* conv = node.as<graph::Conv>()) {
    NAWQ_TRY(recipe_.weights[node.name], weight_codes(*coded, *conv));
  } else if (const auto* transposed = node.as<graph::ConvTranspose>()) {
    NAWQ_TRY(recipe_.weights[node.name], weight_codes(*coded, *transposed));
  }
  return {};
}

bool RecipeImport::is_pictures_own(graph::ValueId value, const CodeFormat& format,
                                   const graph::Graph& graph) const {
  if ((value != graph.input && value != graph.output) || format.zero_point != 0) return false;
  const auto stated = info_.metadata.find(kInputRangeKey);
  const bool any = stated == info_.metadata.end();
  return ((any || stated->second == "1") && has_white(format, 1)) ||
         ((any || stated->second == "255") && has_white(format, 255));
}

Status RecipeImport::read_metadata() {
  const auto find = [&](const char* key) -> const std::string* {
    const auto found = info_.metadata.find(key);
    return found == info_.metadata.end() ? nullptr : &found->second;
  };
  const std::string* version = find(kRecipeVersionKey);
  if (version && *version != kRecipeVersion)
    return fail(ErrorKind::kModel, concat("its recipe is of version ", printable(*version), ", not ",
                                          kRecipeVersion, ": it was made by another nawqsr"));
  const std::string* dre = find(kDreKey);
  if (!dre) return {};
  for (std::size_t begin = 0; begin < dre->size();) {
    const std::size_t end = std::min(dre->find('\n', begin), dre->size());
    if (end > begin) recipe_.dre.insert(dre->substr(begin, end - begin));
    begin = end + 1;
  }
  return {};
}

Result<graph::Recipe> RecipeImport::finish(const graph::Graph& graph) {
  NAWQ_CHECK(read_metadata());
  for (const OtherRead& read : other_reads_)
    if (formats_[read.value].size() > 1)
      return fail(ErrorKind::kModel, concat(read.node, ": reads 8-bit and 16-bit codes at once, and tensor '",
                                            graph.value(read.value).name, "' has both: not supported"));
  for (const auto& [value, formats] : formats_)
    for (const CodeFormat& format : formats)
      if (!is_pictures_own(value, format, graph)) recipe_.tensors[graph.value(value).name].push_back(format);
  return std::move(recipe_);
}

}  // namespace nawq::onnx
