#include "nawqsr/encodings.h"

#include <cstdint>

#include "base/text.h"
#include "nawqsr/json_output.h"

namespace nawq::cli {
namespace {

using OrderedJson = nlohmann::ordered_json;
using onnx::TensorEncoding;

// Of the codes counted from 0: below the middle of them for signed ones.
std::int64_t offset_of(const TensorEncoding& tensor) {
  return tensor.is_constant ? -(std::int64_t{1} << (tensor.bits - 1)) : -std::int64_t{tensor.zero_point};
}

OrderedJson numbers(std::span<const float> floats) {
  OrderedJson list = OrderedJson::array();
  for (const float number : floats) list.push_back(double{number});
  return list;
}

OrderedJson entry_1_0_0(const TensorEncoding& tensor) {
  const bool is_by_channel = tensor.is_constant && tensor.scales.size() > 1;
  OrderedJson entry{{"name", tensor.name},
                    {"enc_type", is_by_channel ? "PER_CHANNEL" : "PER_TENSOR"},
                    {"dtype", "INT"},
                    {"bw", tensor.bits},
                    {"is_sym", tensor.is_constant},
                    {"scale", numbers(tensor.scales)}};
  entry["offset"] = OrderedJson::array();
  for (std::size_t i = 0; i < tensor.scales.size(); ++i) entry["offset"].push_back(offset_of(tensor));
  return entry;
}

OrderedJson entry_2_0_0(const TensorEncoding& tensor) {
  OrderedJson entry{{"name", tensor.name},
                    {"output_dtype", concat(tensor.is_constant ? "int" : "uint", tensor.bits)}};
  if (tensor.is_constant) {
    entry["y_scale"] = numbers(tensor.scales);
    entry["axis"] = tensor.axis;
  } else {
    entry["y_scale"] = double{tensor.scales.front()};
    if (tensor.zero_point != 0) entry["y_zero_point"] = tensor.zero_point;
  }
  return entry;
}

std::string text_of(const OrderedJson& object) {
  return object.dump(1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace

std::string encodings_1_0_0(std::span<const TensorEncoding> tensors) {
  OrderedJson activations = OrderedJson::array(), parameters = OrderedJson::array();
  for (const TensorEncoding& tensor : tensors)
    (tensor.is_constant ? parameters : activations).push_back(entry_1_0_0(tensor));
  const OrderedJson arguments{{"activation_bitwidth", 16},
                              {"dtype", "int"},
                              {"is_symmetric", true},
                              {"param_bitwidth", 8},
                              {"per_channel_quantization", true}};
  return text_of({{"version", "1.0.0"},
                  {"activation_encodings", std::move(activations)},
                  {"param_encodings", std::move(parameters)},
                  {"quantizer_args", arguments},
                  {"excluded_layers", OrderedJson::array()}});
}

std::string encodings_2_0_0(std::span<const TensorEncoding> tensors) {
  OrderedJson encodings = OrderedJson::array();
  for (const TensorEncoding& tensor : tensors) encodings.push_back(entry_2_0_0(tensor));
  return text_of({{"version", "2.0.0"}, {"encodings", std::move(encodings)}});
}

}  // namespace nawq::cli
