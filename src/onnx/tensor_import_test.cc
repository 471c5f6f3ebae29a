#include "onnx/tensor_import.h"

#include <cmath>

#include "onnx/model_builder_test.h"

namespace nawq::onnx {
namespace {

using ::onnx::TensorProto;

TensorProto raw_proto(int type, const Ints& dims, const std::string& bytes) {
  TensorProto tensor;
  tensor.set_name("t");
  tensor.set_data_type(type);
  for (const std::int64_t dim : dims) tensor.add_dims(dim);
  tensor.set_raw_data(bytes);
  return tensor;
}

template <class Number>
std::string bytes_of(const std::vector<Number>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

graph::Tensor read(const TensorProto& proto) {
  auto tensor = import_tensor(proto, std::nullopt);
  if (!tensor) ADD_FAILURE() << tensor.error().message;
  return tensor.value_or(graph::Tensor{});
}

std::string error(const TensorProto& proto) {
  const auto tensor = import_tensor(proto, std::nullopt);
  return tensor ? std::string() : tensor.error().message;
}

TEST(TensorImport, HalvesWidenExactly) {
  EXPECT_EQ(float_from_half(0x0000), 0.0f);
  EXPECT_TRUE(std::signbit(float_from_half(0x8000)));
  EXPECT_EQ(float_from_half(0x3c00), 1.0f);
  EXPECT_EQ(float_from_half(0xc500), -5.0f);
  EXPECT_EQ(float_from_half(0x7bff), 65504.0f);
  EXPECT_EQ(float_from_half(0x0001), 0x1p-24f);
  EXPECT_EQ(float_from_half(0x83ff), -0x1.ff8p-15f);
  EXPECT_EQ(float_from_half(0x0400), 0x1p-14f);
  EXPECT_EQ(float_from_half(0x7c00), INFINITY);
  EXPECT_TRUE(std::isnan(float_from_half(0x7e01)));
}

TEST(TensorImport, EveryRealTypeBecomesFloat) {
  EXPECT_EQ(read(raw_proto(TensorProto::FLOAT, {2}, bytes_of<float>({1.5f, -2}))).floats, (Floats{1.5f, -2}));
  EXPECT_EQ(read(raw_proto(TensorProto::DOUBLE, {1}, bytes_of<double>({0.1}))).floats, Floats{0.1f});
  EXPECT_EQ(read(raw_proto(TensorProto::FLOAT16, {1}, bytes_of<std::uint16_t>({0x3c00}))).floats, Floats{1});
  EXPECT_EQ(read(raw_proto(TensorProto::BFLOAT16, {1}, bytes_of<std::uint16_t>({0x3fc0}))).floats,
            Floats{1.5f});
  TensorProto half = float_proto("t", {1}, {});
  half.set_data_type(TensorProto::FLOAT16);
  half.add_int32_data(0xc000);
  EXPECT_EQ(read(half).floats, Floats{-2});
}

TEST(TensorImport, EveryIntegerTypeBecomes64Bits) {
  EXPECT_EQ(read(raw_proto(TensorProto::INT8, {2}, std::string("\xff\x05", 2))).ints, (Ints{-1, 5}));
  EXPECT_EQ(read(raw_proto(TensorProto::UINT8, {2}, std::string("\xff\x05", 2))).ints, (Ints{255, 5}));
  EXPECT_EQ(read(raw_proto(TensorProto::INT16, {1}, bytes_of<std::int16_t>({-300}))).ints, Ints{-300});
  EXPECT_EQ(read(raw_proto(TensorProto::UINT16, {1}, bytes_of<std::uint16_t>({65000}))).ints, Ints{65000});
  EXPECT_EQ(read(raw_proto(TensorProto::INT32, {1}, bytes_of<std::int32_t>({-7}))).ints, Ints{-7});
  EXPECT_EQ(read(raw_proto(TensorProto::UINT32, {1}, bytes_of<std::uint32_t>({4000000000u}))).ints,
            Ints{4000000000});
  EXPECT_EQ(read(raw_proto(TensorProto::INT64, {1}, bytes_of<std::int64_t>({INT64_MIN}))).ints,
            Ints{INT64_MIN});
  const graph::Tensor flags = read(raw_proto(TensorProto::BOOL, {3}, std::string("\x00\x01\x02", 3)));
  EXPECT_EQ(flags.type, graph::DataType::kBool);
  EXPECT_EQ(flags.ints, (Ints{0, 1, 1}));
  EXPECT_EQ(read(int_proto("t", {}, {9})).ints, Ints{9});
}

TEST(TensorImport, ScalarsAndEmptyTensorsKeepTheirShape) {
  EXPECT_EQ(read(float_proto("t", {}, {3})).shape, graph::Shape{});
  EXPECT_EQ(read(float_proto("t", {2, 0}, {})).shape, (graph::Shape{2, 0}));
  EXPECT_EQ(read(raw_proto(TensorProto::FLOAT, {0}, "")).size(), 0);
}

TEST(TensorImport, SizesAreCheckedAgainstTheBytesPresent) {
  EXPECT_EQ(error(raw_proto(TensorProto::FLOAT, {3}, bytes_of<float>({1, 2}))),
            "tensor 't': holds 8 bytes where its shape [3] needs 3 x 4");
  EXPECT_EQ(error(float_proto("t", {2, 2}, {1, 2, 3})),
            "tensor 't': holds 3 numbers where its shape [2,2] needs 4");
  EXPECT_NE(error(raw_proto(TensorProto::FLOAT, {1}, "abc")), "");
  EXPECT_NE(error(float_proto("t", {1 << 30, 1 << 30}, {1})), "");
  EXPECT_NE(error(float_proto("t", {1 << 30, 1 << 30, 1 << 30}, {1})), "");
  EXPECT_NE(error(float_proto("t", {-1}, {1})), "");
  EXPECT_NE(error(float_proto("t", {0, INT64_MAX}, {})), "");
}

TEST(TensorImport, UnknownTypesAreNamed) {
  EXPECT_EQ(error(raw_proto(TensorProto::STRING, {1}, "a")), "tensor 't': data type string is not supported");
  EXPECT_EQ(error(raw_proto(TensorProto::COMPLEX64, {1}, "abcdefgh")),
            "tensor 't': data type complex64 is not supported");
  EXPECT_EQ(error(raw_proto(17, {1}, "a")), "tensor 't': data type float8e4m3fn is not supported");
  EXPECT_EQ(error(raw_proto(22, {1}, "a")), "tensor 't': data type int4 is not supported");
  EXPECT_EQ(error(raw_proto(99, {1}, "a")), "tensor 't': data type number 99 is not supported");
  EXPECT_EQ(error(raw_proto(-1, {1}, "a")), "tensor 't': data type number -1 is not supported");
}

TEST(TensorImport, ExternalDataIsRefusedForAModelFromMemory) {
  TensorProto tensor = float_proto("t", {1}, {});
  tensor.set_data_location(TensorProto::EXTERNAL);
  EXPECT_EQ(error(tensor), "tensor 't': external data is refused: the model was read from memory");
}

TEST(TensorImport, HalfPrecisionWeightsReachTheGraph) {
  auto model = beside();
  model.tensor(
      raw_proto(TensorProto::FLOAT16, {3, 3, 1, 1}, bytes_of(std::vector<std::uint16_t>(9, 0x3800))));
  const auto graph = imported(model.node("Conv", {"x", "t"}, {"y"}));
  ASSERT_NE(constant_of(graph, "y", 1), nullptr);
  EXPECT_EQ(constant_of(graph, "y", 1)->floats, Floats(9, 0.5f));
}

}  // namespace
}  // namespace nawq::onnx
