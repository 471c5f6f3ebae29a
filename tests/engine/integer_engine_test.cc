// INT8 and A16W8 with ranges from the picture itself: the same bits everywhere, and through files.
#include <gtest/gtest.h>

#include <optional>

#include "plan/nawq_file.h"
#include "session/open_engine.h"
#include "session/plan_model.h"
#include "tests/engine/programs_test.h"

namespace nawq::engine {
namespace {

class IntegerEngine : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(model_file(GetParam())))
      GTEST_SKIP() << model_file(GetParam()) << " is absent: set NAWQSR_SHARED to the shared data";
    network_.emplace(open_network(GetParam()));
  }
  const session::Network& network() const { return *network_; }

 private:
  std::optional<session::Network> network_;
};

TEST_P(IntegerEngine, BitsAreEqualOnEveryInstructionSetWithAnyTeam) {
  const Image picture = test_picture(25, 19);
  for (const int bits : {8, 16}) {
    const plan::Program program = integer_program(network(), picture, bits);
    EXPECT_EQ(session::precision_of(program), bits == 8 ? "int8" : "a16w8");
    const Image expected = run_best(program, picture);
    for (const Isa isa : supported_isas())
      for (const int threads : {1, 2})
        EXPECT_EQ(codec::run_program(program, picture, {isa, threads, 8}), expected)
            << bits << " bits, " << isa_name(isa) << ", " << threads << " threads";
  }
}

float source_scale(const plan::Program& program, const plan::Convolution& conv) {
  return conv.src.tensor == plan::kInputTensor
             ? static_cast<float>(double{program.input_range} / 255)
             : program.tensors[static_cast<std::size_t>(conv.src.tensor)].quantization.scale;
}

// Biases as the codes that files have, and no names: files call tensors as they like.
plan::Program as_in_a_file(plan::Program program) {
  program.name.clear();
  for (plan::TensorSpec& tensor : program.tensors) tensor.name.clear();
  for (plan::Operation& operation : program.operations) {
    operation.name.clear();
    if (auto* resize = std::get_if<plan::Resampling>(&operation.kind);
        resize && resize->mode != plan::ResizeMode::kNearest)
      resize->rounding = {};  // says nothing
    auto* conv = std::get_if<plan::Convolution>(&operation.kind);
    for (std::size_t i = 0; conv && i < conv->bias.size(); ++i)
      conv->bias[i] =
          graph::rounded_bias(conv->bias[i], source_scale(program, *conv), conv->weight_scales[i]);
  }
  return program;
}

// The shift that a first convolution has folded in is added before its bias is rounded, in the file behind
// it: takes over biases of `from` that are one code away. Whether there were any.
bool forgive_folded_shift(plan::Program& program, const plan::Program& from) {
  auto* conv = std::get_if<plan::Convolution>(&program.operations.front().kind);
  const auto* other = std::get_if<plan::Convolution>(&from.operations.front().kind);
  if (!conv || !other || conv->pad_values.empty() || conv->bias.size() != other->bias.size()) return false;
  for (std::size_t i = 0; i < conv->bias.size(); ++i) {
    const float code = source_scale(program, *conv) * conv->weight_scales[i];
    EXPECT_NEAR(conv->bias[i], other->bias[i], code * 1.01f) << "channel " << i;
    conv->bias[i] = other->bias[i];
  }
  return true;
}

// Which part of two programs differs first; empty where none does.
std::string difference(const plan::Program& a, const plan::Program& b) {
  if (a.tensors.size() != b.tensors.size()) return "number of tensors";
  for (std::size_t i = 0; i < a.tensors.size(); ++i)
    if (a.tensors[i] != b.tensors[i]) return "tensor " + std::to_string(i);
  if (a.operations.size() != b.operations.size()) return "number of operations";
  for (std::size_t i = 0; i < a.operations.size(); ++i)
    if (a.operations[i] != b.operations[i]) return "operation " + std::to_string(i);
  return a == b ? "" : "something else";
}

TEST_P(IntegerEngine, ExportedFilesGiveTheProgramOfTheRecipe) {
  const Image picture = test_picture(48, 32);
  for (const int bits : {8, 16}) {
    const graph::Recipe recipe = recipe_for(network(), picture, bits);
    const plan::Program planned = session::plan_with(network(), recipe).value();
    const auto file = session::export_with(network(), recipe, "test");
    ASSERT_TRUE(file) << file.error().message;
    const auto stored = session::plan_as_stored(open_bytes(*file));
    ASSERT_TRUE(stored) << stored.error().message;
    plan::Program from_recipe = as_in_a_file(planned);
    const plan::Program from_file = as_in_a_file(*stored);
    const bool has_shift = forgive_folded_shift(from_recipe, from_file);
    EXPECT_EQ(difference(from_recipe, from_file), "") << bits << " bits";
    EXPECT_LE(largest_difference(run_best(*stored, picture), run_best(planned, picture)), has_shift ? 1 : 0)
        << bits << " bits";
  }
}

TEST_P(IntegerEngine, CompiledFilesGiveTheSameProgram) {
  const Image picture = test_picture(25, 19);
  const plan::Program program = integer_program(network(), picture, 8);
  const std::string bytes = session::program_file(program);
  const auto loaded = plan::load_program(std::as_bytes(std::span(bytes.data(), bytes.size())), "file");
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(*loaded, program);
  EXPECT_EQ(run_best(*loaded, picture), run_best(program, picture));
}

// Upscaling a float network in integers is no more than quantizing it with ranges found on every picture.
TEST_P(IntegerEngine, OfAFloatNetworkFindsEveryRangeOnThePicture) {
  const Image picture = test_picture(25, 19);
  ThreadTeam team = codec::team_of(2);
  for (const int bits : {8, 16}) {
    const auto precision = bits == 8 ? session::Precision::kInt8 : session::Precision::kA16W8;
    auto upscaler = session::open_engine(open_network(GetParam()), precision, supported_isas().front(), team);
    ASSERT_TRUE(upscaler) << upscaler.error().message;
    const auto result = (*upscaler)->upscale(picture, {}, codec::kNeverStop);
    ASSERT_TRUE(result) << result.error().message;
    const graph::Recipe recipe = with_run_time_ranges(recipe_for(network(), picture, bits));
    EXPECT_EQ(*result, run_best(session::plan_with(network(), recipe).value(), picture));
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, IntegerEngine, testing::ValuesIn(kNetworks),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace nawq::engine
