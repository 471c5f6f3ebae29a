#include <limits>

#include "base/text.h"
#include "onnx/model_builder_test.h"

namespace nawq::onnx {
namespace {

constexpr int kFloatType = ::onnx::TensorProto::FLOAT, kInt64Type = ::onnx::TensorProto::INT64;

TEST(Constants, ShapeTakesAPart) {
  EXPECT_EQ(folded(beside().node("Shape", {"x"}, {"s"}), "s").values, (Floats{1, 3, 6, 8}));
  EXPECT_EQ(folded(beside(15).node("Shape", {"x"}, {"s"}, {attr("start", 2)}), "s").values, (Floats{6, 8}));
  EXPECT_EQ(folded(beside(15).node("Shape", {"x"}, {"s"}, {attr("start", -3), attr("end", -1)}), "s").values,
            (Floats{3, 6}));
  EXPECT_EQ(folded(beside().node("Size", {"x"}, {"s"}), "s").values, Floats{144});
}

TEST(Constants, ConstantTakesEveryForm) {
  EXPECT_EQ(folded(beside().node("Constant", {}, {"c"}, {attr("value", float_proto("t", {2}, {1, 2}))}), "c")
                .values,
            (Floats{1, 2}));
  EXPECT_EQ(folded(beside().node("Constant", {}, {"c"}, {attr("value_float", 2.5f)}), "c").values,
            Floats{2.5f});
  EXPECT_EQ(folded(beside().node("Constant", {}, {"c"}, {attr("value_int", 3)}), "c").shape, Ints{});
  EXPECT_EQ(folded(beside().node("Constant", {}, {"c"}, {attr("value_ints", Ints{3, 4})}), "c").shape,
            Ints{2});
  EXPECT_EQ(folded(beside().node("Constant", {}, {"c"}, {attr("value_floats", Floats{5})}), "c").values,
            Floats{5});
  expect_error(beside().node("Constant", {}, {"c"}), "attribute 'value' is missing");
  expect_error(beside().node("Constant", {}, {"c"}, {attr("value_string", "a")}),
               "'value_string' is not supported");
}

TEST(Constants, ConstantOfShapeFills) {
  auto model = beside()
                   .ints("shape", {2, 3})
                   .node("ConstantOfShape", {"shape"}, {"c"}, {attr("value", int_proto("", {1}, {7}))});
  EXPECT_EQ(folded(model, "c").values, Floats(6, 7));
  EXPECT_EQ(folded(model, "c").shape, (Ints{2, 3}));
  auto plain = beside().ints("shape", {2}).node("ConstantOfShape", {"shape"}, {"c"});
  EXPECT_EQ(folded(plain, "c").values, (Floats{0, 0}));
  expect_error(beside().ints("shape", {-2}).node("ConstantOfShape", {"shape"}, {"c"}),
               "shape [-2] is not supported");
}

TEST(Constants, AHugeConstantIsRefusedBeforeItIsMade) {
  for (const std::int64_t side : {std::int64_t{1} << 14, std::int64_t{1} << 20, std::int64_t{1} << 31}) {
    expect_error(beside().ints("shape", {side, side}).node("ConstantOfShape", {"shape"}, {"c"}), "too large");
    expect_error(
        beside().ints("shape", {side, side}).floats("one", {1}, {1}).node("Expand", {"one", "shape"}, {"c"}),
        "too large");
  }
  auto range = beside().tensor(int_proto("from", {}, {0})).tensor(int_proto("to", {}, {INT64_MAX}));
  expect_error(range.tensor(int_proto("by", {}, {1})).node("Range", {"from", "to", "by"}, {"c"}),
               "too large");
}

TEST(Constants, ManyModestConstantsShareOneBudget) {
  auto model = beside().ints("shape", {1 << 20});
  for (int i = 0; i < 20; ++i) model.node("ConstantOfShape", {"shape"}, {concat("c", i)});
  expect_error(model, "is too large: all constants computed on load may take");
}

TEST(Constants, GatherPicksFromConstants) {
  auto model = beside().floats("t", {2, 3}, {1, 2, 3, 4, 5, 6}).ints("i", {2, 0, -1});
  EXPECT_EQ(folded(model.node("Gather", {"t", "i"}, {"g"}, {attr("axis", 1)}), "g").values,
            (Floats{3, 1, 3, 6, 4, 6}));
  auto scalar =
      beside().node("Shape", {"x"}, {"s"}).tensor(int_proto("i", {}, {2})).node("Gather", {"s", "i"}, {"g"});
  EXPECT_EQ(folded(scalar, "g").values, Floats{6});
  EXPECT_EQ(folded(scalar, "g").shape, Ints{});
  expect_error(beside().ints("i", {4}).node("Shape", {"x"}, {"s"}).node("Gather", {"s", "i"}, {"g"}),
               "index 4 is outside");
}

TEST(Constants, GatherOfRunTimeDataInEvenStepsIsASlice) {
  auto swap = beside().ints("bgr", {2, 1, 0}).node("Gather", {"x", "bgr"}, {"y"}, {attr("axis", 1)});
  EXPECT_EQ(op_of<graph::Slice>(imported(swap)).steps, (Ints{1, -1, 1, 1}));
  auto plane = beside().tensor(int_proto("g", {}, {1})).node("Gather", {"x", "g"}, {"y"}, {attr("axis", 1)});
  EXPECT_EQ(shape_of(imported(plane)), (graph::Shape{1, 6, 8}));
  expect_error(beside().ints("i", {0, 2, 1}).node("Gather", {"x", "i"}, {"y"}, {attr("axis", 1)}),
               "without a pattern");
}

TEST(Constants, RangeCountsLikeOnnx) {
  const auto range = [](std::int64_t from, std::int64_t to, std::int64_t by) {
    auto model = beside().tensor(int_proto("from", {}, {from})).tensor(int_proto("to", {}, {to}));
    return model.tensor(int_proto("by", {}, {by})).node("Range", {"from", "to", "by"}, {"r"});
  };
  EXPECT_EQ(folded(range(2, 9, 3), "r").values, (Floats{2, 5, 8}));
  EXPECT_EQ(folded(range(5, 0, -2), "r").values, (Floats{5, 3, 1}));
  expect_error(range(0, 4, 0), "range of 0 to 4 by 0 is not supported");
  expect_error(range(INT64_MIN, INT64_MAX, 1), "is not supported");
  auto real = beside().floats("from", {}, {0}).floats("to", {}, {1}).floats("by", {}, {0.25f});
  EXPECT_EQ(folded(real.node("Range", {"from", "to", "by"}, {"r"}), "r").values,
            (Floats{0, 0.25f, 0.5f, 0.75f}));
}

TEST(Constants, CastCutsTowardsZero) {
  auto model =
      beside().floats("f", {4}, {1.9f, -1.9f, 0.5f, 7}).node("Cast", {"f"}, {"i"}, {attr("to", kInt64Type)});
  EXPECT_EQ(folded(model, "i").values, (Floats{1, -1, 0, 7}));
  auto flags =
      beside().floats("f", {2}, {0, -3}).node("Cast", {"f"}, {"b"}, {attr("to", ::onnx::TensorProto::BOOL)});
  EXPECT_EQ(folded(flags, "b").values, (Floats{0, 1}));
}

TEST(Constants, CastRefusesWhatDoesNotFit) {
  const auto cast = [](float number, int type) {
    return beside().floats("f", {1}, {number}).node("Cast", {"f"}, {"i"}, {attr("to", type)});
  };
  for (const float number :
       {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN(), 1e20f})
    expect_error(cast(number, kInt64Type), "is no 64-bit integer");
  expect_error(cast(-1, ::onnx::TensorProto::UINT8), "-1 does not fit in uint8");
  expect_error(cast(3e9f, ::onnx::TensorProto::INT32), "does not fit in int32");
  expect_error(cast(1, ::onnx::TensorProto::STRING), "to=string is not supported");
}

TEST(Constants, CastOfRunTimeDataVanishesOrIsRefused) {
  const auto same = imported(beside()
                                 .node("Cast", {"x"}, {"h"}, {attr("to", ::onnx::TensorProto::FLOAT16)})
                                 .node("Cast", {"h"}, {"f"}, {attr("to", kFloatType)})
                                 .node("Neg", {"f"}, {"y"}));
  EXPECT_EQ(same.nodes.size(), 2u);
  expect_error(beside().node("Cast", {"x"}, {"y"}, {attr("to", kInt64Type)}),
               "node 'y' (Cast): casting data that is computed at run time to int64 is not supported");
}

TEST(Constants, IdentityAndDropoutVanish) {
  auto model =
      beside().node("Identity", {"x"}, {"i"}).node("Dropout", {"i"}, {"d", "mask"}, {attr("ratio", 0.5f)});
  EXPECT_EQ(imported(model.node("Neg", {"d"}, {"y"})).nodes.size(), 2u);
  auto training = beside().tensor([] {
    ::onnx::TensorProto flag;
    flag.set_name("t");
    flag.set_data_type(::onnx::TensorProto::BOOL);
    flag.add_int32_data(1);
    return flag;
  }());
  expect_error(training.node("Dropout", {"x", "", "t"}, {"d"}), "training_mode=true is not supported");
}

TEST(Constants, ComparisonsAndSelection) {
  auto model = beside().ints("a", {1, 2, 3}).ints("b", {2}).ints("c", {10, 20, 30});
  model.node("Less", {"a", "b"}, {"less"})
      .node("Equal", {"a", "b"}, {"equal"})
      .node("GreaterOrEqual", {"a", "b"}, {"ge"});
  model.node("Or", {"less", "equal"}, {"either"})
      .node("Not", {"either"}, {"not"})
      .node("Xor", {"not", "ge"}, {"xor"});
  model.node("And", {"ge", "not"}, {"and"}).node("Where", {"less", "a", "c"}, {"chosen"});
  EXPECT_EQ(folded(model, "less").values, (Floats{1, 0, 0}));
  EXPECT_EQ(folded(model, "either").values, (Floats{1, 1, 0}));
  EXPECT_EQ(folded(model, "not").values, (Floats{0, 0, 1}));
  EXPECT_EQ(folded(model, "xor").values, (Floats{0, 1, 0}));
  EXPECT_EQ(folded(model, "and").values, (Floats{0, 0, 1}));
  EXPECT_EQ(folded(model, "chosen").values, (Floats{1, 20, 30}));
}

TEST(Constants, SelectionBroadcastsAllThree) {
  auto model = beside().ints("zero", {0}).floats("column", {2, 1}, {1, 2}).floats("row", {3}, {5, 6, 7});
  model.floats("limit", {2, 1}, {1.5f, 1.5f}).node("Greater", {"column", "limit"}, {"which"});
  model.node("Where", {"which", "column", "row"}, {"w"});
  EXPECT_EQ(folded(model, "w").values, (Floats{5, 6, 7, 2, 2, 2}));
  EXPECT_EQ(folded(model, "w").shape, (Ints{2, 3}));
}

TEST(Constants, ModHasTheSignOfTheDivisorUnlessAskedOtherwise) {
  auto model = beside().ints("a", {7, -7, 7, -7}).ints("b", {3, 3, -3, -3}).node("Mod", {"a", "b"}, {"m"});
  EXPECT_EQ(folded(model, "m").values, (Floats{1, 2, -2, -1}));
  auto like_c =
      beside().ints("a", {7, -7}).ints("b", {-3, 3}).node("Mod", {"a", "b"}, {"m"}, {attr("fmod", 1)});
  EXPECT_EQ(folded(like_c, "m").values, (Floats{1, -1}));
  expect_error(beside().ints("a", {1}).ints("b", {0}).node("Mod", {"a", "b"}, {"m"}), "by zero");
  expect_error(beside().ints("a", {1}).ints("b", {0}).node("Div", {"a", "b"}, {"m"}), "node 'm' (Div)");
}

TEST(Constants, NonZeroListsPositionsByDimension) {
  auto model = beside().floats("t", {2, 2}, {0, 1, 2, 0}).node("NonZero", {"t"}, {"n"});
  EXPECT_EQ(folded(model, "n").values, (Floats{0, 1, 1, 0}));
  EXPECT_EQ(folded(model, "n").shape, (Ints{2, 2}));
}

TEST(Constants, RunTimeDataIsRefusedByTheOperatorsOfShapes) {
  for (const char* op_type : {"Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual", "And", "Mod"})
    expect_error(beside().node(op_type, {"x", "x"}, {"y"}), "operand 'x' is computed at run time");
  expect_error(beside().node("Where", {"x", "x", "x"}, {"y"}),
               "node 'y' (Where): condition 'x' is computed at run time");
  expect_error(beside().node("NonZero", {"x"}, {"y"}), "is computed at run time");
  expect_error(beside().node("Not", {"x"}, {"y"}), "is computed at run time");
}

}  // namespace
}  // namespace nawq::onnx
