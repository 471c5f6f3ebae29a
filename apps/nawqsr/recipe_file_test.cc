#include "nawqsr/recipe_file.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "session/calibration.h"

namespace nawq::cli {
namespace {

RecipeFile example() {
  RecipeFile recipe{.model = "tiny \"x4\"", .fingerprint = 0x00ab0000000000ff};
  recipe.made_with = {{"command", "nawqsr quantize tiny --calib 'a b'"}, {"seed", "1"}};
  quantize::Decisions& decisions = recipe.decisions;
  decisions.unread_bits = 16;
  decisions.same_io = true;
  decisions.layers = {{"z/Conv", "Conv", 8, false}, {"a/Conv", "Conv", 16, true}, {"c", "Concat", 0, true}};
  decisions.ranges8 = {{"a", {-0.1, 1.0 / 3}}, {"z\u00e9\n", {0, 1e-30}}};
  decisions.ranges16 = {{"a", {-0.2, 2.0 / 3}}, {"z\u00e9\n", {-0.0, 123456789012345680000.0}}};
  decisions.weights["a/Conv"] = {{-127, 0, 127, 5, -1}, {0.1f, std::numeric_limits<float>::min()}};
  decisions.weights["z/Conv"] = {{1, 2}, {3.0f}};
  decisions.biases["a/Conv"] = {-0.0f, 16777216.0f};
  return recipe;
}

RecipeFile parsed(const std::string& text) {
  auto recipe = parse_recipe(text, "r.json");
  EXPECT_TRUE(recipe) << (recipe ? "" : recipe.error().message);
  return recipe.value_or(RecipeFile{});
}

void expect_equal_ranges(const quantize::Ranges& read, const quantize::Ranges& wanted) {
  ASSERT_EQ(read.size(), wanted.size());
  for (const auto& [name, range] : wanted) {
    EXPECT_EQ(read.at(name).min, range.min);
    EXPECT_EQ(read.at(name).max, range.max);
  }
}

TEST(RecipeFile, IsReadAsItWasWritten) {
  const RecipeFile wanted = example(), read = parsed(recipe_text(wanted).value());
  EXPECT_EQ(read.model, wanted.model);
  EXPECT_EQ(read.fingerprint, wanted.fingerprint);
  EXPECT_EQ(read.made_with, wanted.made_with);
  EXPECT_EQ(read.decisions.unread_bits, 16);
  EXPECT_TRUE(read.decisions.same_io);
  EXPECT_EQ(read.decisions.layers, wanted.decisions.layers);
  expect_equal_ranges(read.decisions.ranges8, wanted.decisions.ranges8);
  expect_equal_ranges(read.decisions.ranges16, wanted.decisions.ranges16);
  EXPECT_EQ(read.decisions.weights, wanted.decisions.weights);
  EXPECT_EQ(read.decisions.biases, wanted.decisions.biases);
  EXPECT_TRUE(std::signbit(read.decisions.biases.at("a/Conv")[0]));
}

TEST(RecipeFile, WritingWhatWasReadGivesTheSameBytes) {
  for (const RecipeFile& recipe : {example(), RecipeFile{}}) {
    const std::string text = recipe_text(recipe).value();
    EXPECT_EQ(recipe_text(parsed(text)).value(), text);
  }
}

TEST(RecipeFile, FloatsAreShortAndExact) {
  RecipeFile recipe;
  std::vector<float>& scales = recipe.decisions.weights["w"].scales;
  scales = {0.1f, std::numeric_limits<float>::denorm_min(), std::numeric_limits<float>::max(), 1.0f / 3};
  for (int i = 1; i < 2000; ++i) scales.push_back(std::nextafter(scales.back() * 0.97f, 0.0f));
  const std::string text = recipe_text(recipe).value();
  EXPECT_NE(text.find("[0.1, 1e-45, 3.4028235e+38, 0.33333334, "), std::string::npos) << text.substr(0, 400);
  EXPECT_EQ(parsed(text).decisions.weights.at("w").scales, scales);
}

TEST(RecipeFile, ALayerIsALineThatCanBeEdited) {
  std::string text = recipe_text(example()).value();
  const std::string line = R"({"name": "z/Conv", "op": "Conv", "bits": 8, "dre": false})";
  const std::size_t at = text.find(line);
  ASSERT_NE(at, std::string::npos) << text;
  text.replace(at + line.find("8"), 1, "16");
  EXPECT_EQ(parsed(text).decisions.layers[0].bits, 16);
}

TEST(RecipeFile, NumbersThatJsonLacksAreRefused) {
  RecipeFile recipe = example();
  recipe.decisions.ranges16["a"].max = std::numeric_limits<double>::infinity();
  EXPECT_NE(recipe_text(recipe).error().message.find("'a'"), std::string::npos);
  recipe = example();
  recipe.decisions.biases["a/Conv"][1] = std::nanf("");
  EXPECT_NE(recipe_text(recipe).error().message.find("'a/Conv'"), std::string::npos);
}

TEST(RecipeFile, OfAnotherNetworkIsRefused) {
  const RecipeFile recipe = example();
  EXPECT_TRUE(check_network(recipe, "r.json", "tiny", recipe.fingerprint));
  const auto refused = check_network(recipe, "r.json", "other", 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kUsage);
  for (const char* part : {"r.json", "tiny \"x4\"", "00ab0000000000ff", "other", "0000000000000001"})
    EXPECT_NE(refused.error().message.find(part), std::string::npos) << part;
}

struct Edit {
  const char *from, *to, *message;
};

TEST(RecipeFile, EditsThatMakeNoSenseAreRefusedByField) {
  const std::string sound = recipe_text(example()).value();
  for (const Edit& edit : {
           Edit{"\"nawqsr_recipe\": 1", "\"nawqsr_recipe\": 2", "r.json: nawqsr_recipe: is not 1"},
           Edit{"\"nawqsr_recipe\": 1", "\"x\": 1", "r.json: nawqsr_recipe: is missing"},
           Edit{"\"unread_bits\": 16", "\"unread_bits\": 12", "unread_bits: is neither 8 nor 16"},
           Edit{"\"unread_bits\": 16", "\"unread_bits\": 16.0", "unread_bits: is neither 8 nor 16"},
           Edit{"\"unread_bits\": 16", "\"unread\": 16", "r.json: unread: is unknown"},
           Edit{"\"same_io\": true", "\"same_io\": 1", "same_io: is neither true nor false"},
           Edit{"\"bits\": 8", "\"bits\": \"8\"", "layers[0].bits: is neither 8 nor 16"},
           Edit{"\"bits\": 8", "\"bit\": 8", "layers[0].bit: is unknown"},
           Edit{"\"dre\": false", "\"dre\": 0", "layers[0].dre: is neither true nor false"},
           Edit{"\"name\": \"z/Conv\", ", "", "layers[0].name: is missing"},
           Edit{"\"a/Conv\", \"op\"", "\"z/Conv\", \"op\"", "layers[1]: 'z/Conv' is there twice"},
           Edit{"[-0.1,", "[9,", "ranges['a']['8']: ends before it begins"},
           Edit{"[-0.1,", "[\"x\",", "ranges['a']['8'][0]: is no number"},
           Edit{"[-0.1,", "[1, 2,", "ranges['a']['8']: is not [least, largest]"},
           Edit{"[-0.1,", "[-1e300,", "ranges['a']['8'][0]: is larger than a float32"},
           Edit{"\"16\": [-0.2", "\"17\": [-0.2", "ranges['a'].17: is unknown"},
           Edit{"[3]", "[0]", "weights['z/Conv'].scales[0]: is not above 0"},
           Edit{"[3]", "[1e-60]", "weights['z/Conv'].scales[0]: is not above 0"},
           Edit{"[3]", "3", "weights['z/Conv'].scales: is no list"},
           Edit{"\"codes\": \"AQI=\"", "\"codes\": \"AQI\"", "weights['z/Conv'].codes: is no base64"},
           Edit{"\"bias\": [-0.0, ", "\"bias\": [",
                "weights['a/Conv'].bias: has 1 numbers for 2 output channels"},
           Edit{"00ab0000000000ff", "ab", "model.fingerprint: is no number of 16 hexadecimal digits"},
           Edit{"\"seed\": \"1\"", "\"seed\": 1", "made_with.seed: is no text"},
           Edit{"\"layers\": [", "\"layers\": [,", "line 10 is no JSON"},
       }) {
    std::string text = sound;
    const std::size_t at = text.find(edit.from);
    ASSERT_NE(at, std::string::npos) << edit.from << "\n" << sound;
    text.replace(at, std::string(edit.from).size(), edit.to);
    const auto read = parse_recipe(text, "r.json");
    ASSERT_FALSE(read) << edit.to;
    EXPECT_EQ(read.error().kind, ErrorKind::kUsage);
    EXPECT_NE(read.error().message.find(edit.message), std::string::npos) << read.error().message;
    EXPECT_TRUE(read.error().message.starts_with("r.json: ")) << read.error().message;
  }
}

TEST(RecipeFile, WhatIsNoObjectIsRefused) {
  for (const char* text : {"", "[]", "3", "null", "{", "{}", "\xff"})
    EXPECT_FALSE(parse_recipe(text, "r.json")) << text;
}

// The embedded network with ranges of a made-up picture.
struct Quantized {
  ThreadTeam team = ThreadTeam::create(2).value();
  session::Network network = session::Network::load("models/tiny_x4_float.onnx", {}, team).value();
  quantize::Ranges ranges8, ranges16;

  Quantized() {
    auto calibration = session::Calibration::start(network, Isa::kScalar, team).value();
    Image noise = Image::create(24, 20, 3, 8).value();
    unsigned state = 1;
    for (std::int64_t y = 0; y < noise.height_px(); ++y)
      for (std::uint8_t& sample : noise.row8(y))
        sample = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
    EXPECT_TRUE(calibration.add(noise));
    ranges8 = calibration.ranges(8);
    ranges16 = calibration.ranges(16);
  }
};

TEST(RecipeFile, OfANetworkIsReplayedToTheSameModel) {
  const Quantized quantized;
  for (const bool dre : {false, true}) {
    const auto recipe = session::quantize_mixed(quantized.network, quantized.ranges8, quantized.ranges16,
                                                {.bits = 8, .others = {"/b/b.2/Conv"}, .dre = {.all = dre}});
    ASSERT_TRUE(recipe) << recipe.error().message;
    auto decisions =
        session::find_decisions(quantized.network, *recipe, quantized.ranges8, quantized.ranges16, 8);
    ASSERT_TRUE(decisions) << decisions.error().message;
    const std::string text = recipe_text({.model = "tiny_x4", .decisions = std::move(*decisions)}).value();
    const auto again = session::quantize_as_decided(quantized.network, parsed(text).decisions);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE(*again == *recipe);
    EXPECT_EQ(session::export_with(quantized.network, *again, "1").value(),
              session::export_with(quantized.network, *recipe, "1").value());
  }
}

}  // namespace
}  // namespace nawq::cli
