#include "onnx/tensor_import.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>

#include "base/text.h"
#include "onnx/external_data.h"
#include "onnx/names.h"

namespace nawq::onnx {
namespace {

using graph::DataType;
using graph::Tensor;
using ::onnx::TensorProto;

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");

struct Bfloat16 {
  std::uint16_t bits;
};
struct Half {
  std::uint16_t bits;
};

float widen(float value) { return value; }
float widen(double value) { return static_cast<float>(value); }
float widen(Half value) { return float_from_half(value.bits); }
float widen(Bfloat16 value) { return std::bit_cast<float>(static_cast<std::uint32_t>(value.bits) << 16); }
template <class Integer>
  requires std::integral<Integer>
std::int64_t widen(Integer value) {
  return static_cast<std::int64_t>(value);
}
std::int64_t widen(bool value) { return value ? 1 : 0; }

template <class Stored>
auto decode(std::string_view bytes, std::int64_t count) {
  std::vector<decltype(widen(Stored{}))> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if constexpr (std::is_same_v<Stored, bool>) {  // a byte other than 0 and 1 is no bool in C++
      values[i] = bytes[i] != 0;
    } else {
      Stored stored;
      std::memcpy(&stored, bytes.data() + i * sizeof stored, sizeof stored);
      values[i] = widen(stored);
    }
  }
  return values;
}

void set_values(Tensor& tensor, std::vector<float> values) { tensor.floats = std::move(values); }
void set_values(Tensor& tensor, std::vector<std::int64_t> values) { tensor.ints = std::move(values); }

template <class Stored>
Status read_bytes(Tensor& tensor, std::string_view bytes, std::int64_t count) {
  const std::size_t whole = bytes.size() / sizeof(Stored);
  if (bytes.size() % sizeof(Stored) != 0 || whole != static_cast<std::uint64_t>(count))
    return fail(ErrorKind::kModel,
                concat("holds ", bytes.size(), " bytes where its shape ", graph::to_text(tensor.shape),
                       " needs ", count, " x ", sizeof(Stored)));
  set_values(tensor, decode<Stored>(bytes, count));
  return {};
}

// The typed fields of TensorProto hold the small types widened, so each element is narrowed to Stored first.
template <class Stored, class Field>
Status read_field(Tensor& tensor, const Field& field, std::int64_t count) {
  if (field.size() != count)
    return fail(ErrorKind::kModel, concat("holds ", field.size(), " numbers where its shape ",
                                          graph::to_text(tensor.shape), " needs ", count));
  std::vector<decltype(widen(Stored{}))> values(static_cast<std::size_t>(count));
  std::transform(field.begin(), field.end(), values.begin(), [](auto number) {
    if constexpr (std::is_same_v<Stored, Half> || std::is_same_v<Stored, Bfloat16>) {
      return widen(Stored{static_cast<std::uint16_t>(number)});
    } else {
      return widen(static_cast<Stored>(number));
    }
  });
  set_values(tensor, std::move(values));
  return {};
}

template <class Stored, class Field>
Status read_values(Tensor& tensor, const TensorProto& proto, const Field& field,
                   const std::optional<std::filesystem::path>& folder) {
  NAWQ_TRY(const std::int64_t count, graph::element_count(tensor.shape));
  if (proto.data_location() == TensorProto::EXTERNAL) {
    std::int64_t needed_bytes = 0;
    if (__builtin_mul_overflow(count, std::int64_t{sizeof(Stored)}, &needed_bytes))
      return fail(ErrorKind::kResource, concat("shape ", graph::to_text(tensor.shape), " is too large"));
    NAWQ_TRY(const std::string bytes, read_external_data(proto, needed_bytes, folder));
    return read_bytes<Stored>(tensor, bytes, count);
  }
  if (proto.has_raw_data()) return read_bytes<Stored>(tensor, proto.raw_data(), count);
  return read_field<Stored>(tensor, field, count);
}

Status read_typed(Tensor& tensor, const TensorProto& proto,
                  const std::optional<std::filesystem::path>& folder) {
  const auto& small = proto.int32_data();
  switch (proto.data_type()) {
    case TensorProto::FLOAT:
      return read_values<float>(tensor, proto, proto.float_data(), folder);
    case TensorProto::DOUBLE:
      return read_values<double>(tensor, proto, proto.double_data(), folder);
    case TensorProto::FLOAT16:
      return read_values<Half>(tensor, proto, small, folder);
    case TensorProto::BFLOAT16:
      return read_values<Bfloat16>(tensor, proto, small, folder);
    case TensorProto::INT8:
      return read_values<std::int8_t>(tensor, proto, small, folder);
    case TensorProto::INT16:
      return read_values<std::int16_t>(tensor, proto, small, folder);
    case TensorProto::INT32:
      return read_values<std::int32_t>(tensor, proto, small, folder);
    case TensorProto::INT64:
      return read_values<std::int64_t>(tensor, proto, proto.int64_data(), folder);
    case TensorProto::UINT8:
      return read_values<std::uint8_t>(tensor, proto, small, folder);
    case TensorProto::UINT16:
      return read_values<std::uint16_t>(tensor, proto, small, folder);
    case TensorProto::UINT32:
      return read_values<std::uint32_t>(tensor, proto, proto.uint64_data(), folder);
    case TensorProto::BOOL:
      return read_values<bool>(tensor, proto, small, folder);
    default:
      return fail(ErrorKind::kModel,
                  concat("data type ", data_type_text(proto.data_type()), " is not supported"));
  }
}

Result<Tensor> read_tensor(const TensorProto& proto, const std::optional<std::filesystem::path>& folder) {
  Tensor tensor;
  tensor.shape.assign(proto.dims().begin(), proto.dims().end());
  tensor.type = widened_type(proto.data_type()).value_or(DataType::kFloat);
  for (const std::int64_t dim : tensor.shape)
    if (dim < 0 || dim > kLargestDim)
      return fail(ErrorKind::kModel, concat("shape ", graph::to_text(tensor.shape), " is out of range"));
  if (proto.has_segment()) return fail(ErrorKind::kModel, "segmented tensors are not supported");
  NAWQ_CHECK(read_typed(tensor, proto, folder));
  return tensor;
}

}  // namespace

std::optional<DataType> widened_type(std::int64_t onnx_type) {
  switch (onnx_type) {
    case TensorProto::FLOAT:
    case TensorProto::FLOAT16:
    case TensorProto::BFLOAT16:
    case TensorProto::DOUBLE:
      return DataType::kFloat;
    case TensorProto::INT8:
    case TensorProto::INT16:
    case TensorProto::INT32:
    case TensorProto::INT64:
    case TensorProto::UINT8:
    case TensorProto::UINT16:
    case TensorProto::UINT32:
      return DataType::kInt;
    case TensorProto::BOOL:
      return DataType::kBool;
    default:
      return std::nullopt;
  }
}

float float_from_half(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16;
  const std::uint32_t exponent = (bits >> 10) & 0x1fu;
  const std::uint32_t fraction = bits & 0x3ffu;
  if (exponent == 0) {  // zero and subnormals: fraction * 2^-24
    const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
    return sign ? -magnitude : magnitude;
  }
  const std::uint32_t widened = exponent == 31 ? 255 : exponent + (127 - 15);
  return std::bit_cast<float>(sign | widened << 23 | fraction << 13);
}

Result<Tensor> import_tensor(const TensorProto& proto, const std::optional<std::filesystem::path>& folder) {
  auto tensor = read_tensor(proto, folder);
  if (!tensor)
    return tl::unexpected<Error>(
        with_context(std::move(tensor.error()), concat("tensor '", printable(proto.name()), "'")));
  return tensor;
}

}  // namespace nawq::onnx
