#include "nawqsr/encodings.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace nawq::cli {
namespace {

using nlohmann::json;

const std::vector<onnx::TensorEncoding> kTensors{
    {.name = "x \"y\"", .bits = 8, .scales = {0.1f}, .zero_point = 41},
    {.name = "deep", .bits = 16, .scales = {0.25f}, .zero_point = 0},
    {.name = "w", .is_constant = true, .bits = 8, .scales = {0.5f, 0.1f}, .axis = 1},
    {.name = "b", .is_constant = true, .bits = 32, .scales = {0.5f, 0.125f}, .axis = 0},
};

TEST(Encodings, Version1HasActivationsAndParametersApart) {
  const json read = json::parse(encodings_1_0_0(kTensors));
  EXPECT_EQ(read["version"], "1.0.0");
  EXPECT_EQ(read["excluded_layers"], json::array());
  EXPECT_TRUE(read["quantizer_args"].is_object());
  EXPECT_EQ(read["activation_encodings"],
            json::parse(R"([{"name": "x \"y\"", "enc_type": "PER_TENSOR", "dtype": "INT", "bw": 8,
                             "is_sym": false, "scale": [0.10000000149011612], "offset": [-41]},
                            {"name": "deep", "enc_type": "PER_TENSOR", "dtype": "INT", "bw": 16,
                             "is_sym": false, "scale": [0.25], "offset": [0]}])"));
  EXPECT_EQ(read["param_encodings"],
            json::parse(R"([{"name": "w", "enc_type": "PER_CHANNEL", "dtype": "INT", "bw": 8, "is_sym": true,
                             "scale": [0.5, 0.10000000149011612], "offset": [-128, -128]},
                            {"name": "b", "enc_type": "PER_CHANNEL", "dtype": "INT", "bw": 32, "is_sym": true,
                             "scale": [0.5, 0.125], "offset": [-2147483648, -2147483648]}])"));
}

TEST(Encodings, Version2HasOneList) {
  EXPECT_EQ(json::parse(encodings_2_0_0(kTensors)), json::parse(R"({"version": "2.0.0", "encodings": [
              {"name": "x \"y\"", "output_dtype": "uint8", "y_scale": 0.10000000149011612, "y_zero_point": 41},
              {"name": "deep", "output_dtype": "uint16", "y_scale": 0.25},
              {"name": "w", "output_dtype": "int8", "y_scale": [0.5, 0.10000000149011612], "axis": 1},
              {"name": "b", "output_dtype": "int32", "y_scale": [0.5, 0.125], "axis": 0}]})"));
}

TEST(Encodings, ScalesAreTheFloatsThemselves) {
  const std::vector<onnx::TensorEncoding> tensors{{.name = "x", .scales = {1.0f / 3}}};
  for (const json& scale : {json::parse(encodings_1_0_0(tensors))["activation_encodings"][0]["scale"][0],
                            json::parse(encodings_2_0_0(tensors))["encodings"][0]["y_scale"]})
    EXPECT_EQ(scale.get<double>(), double{1.0f / 3});
}

}  // namespace
}  // namespace nawq::cli
