#include "plan/check_program.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>

#include "plan/random_program_test.h"

namespace nawq::plan {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

// Operations of the sample below.
enum { kHead, kPool, kMean, kGate, kScaled, kTail, kOperations };

Convolution convolution(View src, std::int32_t channels, std::int32_t kernel, bool floating) {
  Convolution made;
  made.src = src;
  made.kernel = {kernel, kernel};
  made.pads = {kernel / 2, kernel / 2, kernel / 2, kernel / 2};
  const auto outputs = static_cast<std::size_t>(channels);
  const std::size_t weights = outputs * static_cast<std::size_t>(kernel * kernel * src.channels);
  made.bias.assign(outputs, 0.5f);
  if (floating) {
    made.weights.assign(weights, 0.25f);
  } else {
    made.codes.assign(weights, std::int8_t{100});
    made.weight_scales.assign(outputs, 0.01f);
  }
  return made;
}

StepSpec side(StepKind kind, std::int32_t tensor, std::int32_t channels) {
  StepSpec step;
  step.kind = kind;
  step.side_tensor = tensor;
  for (std::int32_t c = 0; c < channels; ++c) step.side_channels.push_back({0, 0, c});
  return step;
}

StepSpec channel_scale(std::int32_t vector, std::vector<std::int32_t> elements) {
  StepSpec step;
  step.kind = StepKind::kChannelScale;
  step.vector = vector;
  step.vector_elements = std::move(elements);
  return step;
}

StepSpec slope(std::size_t channels) {
  StepSpec step;
  step.kind = StepKind::kSlope;
  step.slopes.assign(channels, 0.1f);
  return step;
}

StepSpec sigmoid(bool floating) {
  StepSpec step;
  step.kind = floating ? StepKind::kFunction : StepKind::kTable;
  step.function = Function::kSigmoid;
  if (floating) return step;
  step.table_in = {Format::kCode8, 0.1f, 128};
  step.table_out = {Format::kCode16, 0.001f, 0};
  return step;
}

Operation operation(OperationKind kind, std::int32_t channels, std::vector<StepSpec> steps,
                    std::vector<RunSpec> runs, bool floating) {
  Operation made;
  made.name = "node";
  made.kind = std::move(kind);
  made.channels = channels;
  made.steps = std::move(steps);
  made.runs = std::move(runs);
  made.wordlength = floating ? 32 : 8;
  return made;
}

// Head: 3 -> 6 channels, pieces of 2 and 4 in tensors 2 and 3. Pool: tensor 3 -> 4. Mean of tensor 4 ->
// vector 0. Gate: function -> vector 1. Scaled: tensor 4 * gate + tensor 3 -> 5. Tail: 4 -> 12 channels,
// shuffled by 2.
Program sample(bool floating) {
  Program made;
  made.name = "sample";
  made.scale = 2;
  made.floating = floating;
  const Quantization format = floating ? Quantization{} : Quantization{Format::kCode8, 0.02f, 100};
  made.tensors = {{"in", 3, {}},       {"out", 3, {}},      {"two", 2, format},
                  {"four", 4, format}, {"pool", 4, format}, {"sum", 4, format}};
  made.vector_sizes = {4, 4};
  Pooling pool;
  pool.src = {3, 0, 4};
  pool.kernel = {3, 3};
  pool.pads = {1, 1, 1, 1};
  VectorMath gate;
  gate.kind = VectorKind::kFunction;
  gate.a = 0;
  gate.out = 1;
  made.operations = {operation(convolution({0, 0, 3}, 6, 3, floating), 6, {slope(6)},
                               {{0, 2, 2, 0, 1, 0}, {2, 4, 3, 0, 1, 0}}, floating),
                     operation(pool, 4, {sigmoid(floating)}, {{0, 4, 4, 0, 1, 0}}, floating),
                     operation(Statistics{{4, 0, 4}, false, 0}, 0, {}, {}, floating),
                     operation(gate, 0, {}, {}, floating),
                     operation(Pointwise{}, 4,
                               {side(StepKind::kResidual, 4, 4), channel_scale(1, {0, 1, 2, 3}),
                                side(StepKind::kResidual, 3, 4)},
                               {{0, 4, 5, 0, 1, 0}}, floating),
                     operation(convolution({5, 0, 4}, 12, 1, floating), 12, {},
                               {{0, 6, 1, 0, 2, 0}, {6, 6, 1, 0, 2, 1}}, floating)};
  return made;
}

template <class Kind>
Kind& kind(Program& program, int index) {
  return *std::get_if<Kind>(&program.operations[static_cast<std::size_t>(index)].kind);
}
StepSpec& step(Program& program, int operation, int index) {
  return program.operations[static_cast<std::size_t>(operation)].steps[static_cast<std::size_t>(index)];
}
RunSpec& run(Program& program, int operation, int index) {
  return program.operations[static_cast<std::size_t>(operation)].runs[static_cast<std::size_t>(index)];
}
Operation& at(Program& program, int index) { return program.operations[static_cast<std::size_t>(index)]; }

// Tensors that the sample below has more.
enum { kSource = 6, kMade8, kMade16 };

// The code sample with 'sum' stored as floats, from which codes of 8 and of 16 bits are made; the tail reads
// those of 8.
Program run_time_sample() {
  Program made = sample(false);
  made.tensors.push_back({"sum", 4, {}});
  made.tensors.push_back({"sum", 4, {Format::kCode8, 1, 0}, kSource});
  made.tensors.push_back({"sum", 4, {Format::kCode16, 1, 0}, kSource});
  made.operations[kScaled].runs.push_back({0, 4, kSource, 0, 1, 0});
  std::get_if<Convolution>(&made.operations[kTail].kind)->src.tensor = kMade8;
  made.operations[kTail].dre = true;
  made.operations[kTail].partition = 1;
  return made;
}

// What breaks a sample, and what the error has to say.
struct Breach {
  std::function<void(Program&)> apply;
  const char* message;
};

void expect_refused(const std::vector<Breach>& breaches, const Program& sound) {
  for (std::size_t i = 0; i < breaches.size(); ++i) {
    Program program = sound;
    breaches[i].apply(program);
    const Status status = check_program(program);
    ASSERT_FALSE(status) << "breach " << i << ": " << breaches[i].message;
    EXPECT_EQ(status.error().kind, ErrorKind::kModel);
    EXPECT_NE(status.error().message.find(breaches[i].message), std::string::npos)
        << "breach " << i << ": " << breaches[i].message << "\nerror: " << status.error().message;
  }
}

void expect_refused(const std::vector<Breach>& breaches, bool floating) {
  expect_refused(breaches, sample(floating));
}

TEST(CheckProgram, TheSamplesAreSound) {
  for (const Program& program : {sample(false), sample(true), run_time_sample()}) {
    const Status status = check_program(program);
    EXPECT_TRUE(status) << status.error().message;
  }
}

TEST(CheckProgram, RandomProgramsAreSound) {
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    const Program program = random_program(random, i % 2 == 0);
    const Status status = check_program(program);
    ASSERT_TRUE(status) << "program " << i << ": " << status.error().message;
  }
}

TEST(CheckProgram, RandomProgramsWithRunTimeRangesAreSoundAndReadThemEverywhere) {
  std::mt19937 random(9);
  std::vector<bool> kinds(std::variant_size_v<OperationKind>);
  int functions = 0, beside = 0, static_ones = 0;
  for (int i = 0; i < 1000; ++i) {
    const Program program = random_dre_program(random);
    const Status status = check_program(program);
    ASSERT_TRUE(status) << "program " << i << ": " << status.error().message;
    for (const Operation& operation : program.operations) {
      static_ones += !operation.dre;
      if (operation.dre) kinds[operation.kind.index()] = true;
      for (const StepSpec& step : operation.steps) {
        functions += step.kind == StepKind::kFunction;
        beside += reads_side(step) && program.tensors[static_cast<std::size_t>(step.side_tensor)].source >= 0;
      }
    }
  }
  std::vector<bool> all(kinds.size(), true);
  all.back() = false;  // arithmetic on vectors
  EXPECT_EQ(kinds, all);
  EXPECT_GT(functions, 0);
  EXPECT_GT(beside, 0);
  EXPECT_GT(static_ones, 0);
}

TEST(CheckProgram, RandomProgramsHaveEveryKindOfOperationAndStep) {
  std::mt19937 random(8);
  std::vector<bool> kinds(std::variant_size_v<OperationKind>), steps(8), vectors(9);
  int wide = 0, shuffled = 0;
  for (int i = 0; i < 500; ++i) {
    const Program program = random_program(random, i % 2 == 0);
    for (const Operation& operation : program.operations) {
      kinds[operation.kind.index()] = true;
      for (const StepSpec& step : operation.steps) steps[static_cast<std::size_t>(step.kind)] = true;
      for (const RunSpec& run : operation.runs) shuffled += run.block > 1;
      if (const auto* math = std::get_if<VectorMath>(&operation.kind))
        vectors[static_cast<std::size_t>(math->kind)] = true;
      if (const auto* convolution = std::get_if<Convolution>(&operation.kind)) wide += convolution->wide_sums;
    }
  }
  EXPECT_EQ(kinds, std::vector<bool>(kinds.size(), true));
  EXPECT_EQ(steps, std::vector<bool>(steps.size(), true));
  EXPECT_EQ(vectors, std::vector<bool>(vectors.size(), true));
  EXPECT_GT(wide, 0);
  EXPECT_GT(shuffled, 0);
}

TEST(CheckProgram, PictureFactsOutOfRangeAreRefused) {
  expect_refused({{[](Program& p) { p.scale = 0; }, "scale is 0"},
                  {[](Program& p) { p.scale = 3; }, "never 3 times"},
                  {[](Program& p) { p.channels = 2; }, "pictures of 2 channels"},
                  {[](Program& p) { p.channels = 1; }, "number of the picture's channels is 3"},
                  {[](Program& p) { p.fixed_width_px = -1; }, "fixed width is -1"},
                  {[](Program& p) { p.fixed_height_px = 1 << 21; }, "fixed height is 2097152"},
                  {[](Program& p) { p.input_range = 2; }, "input range is 2"},
                  {[](Program& p) { p.input_range = kNan; }, "input range"},
                  {[](Program& p) { p.tensors.resize(1); }, "number of tensors is 1"},
                  {[](Program& p) { p.operations.clear(); }, "number of operations is 0"},
                  {[](Program& p) { p.vector_sizes[1] = 0; }, "size of vector 1"},
                  {[](Program& p) { p.vector_sizes.resize(70000, 1); }, "number of vectors is 70000"}},
                 true);
}

TEST(CheckProgram, TensorsOutOfRangeAreRefused) {
  expect_refused(
      {{[](Program& p) { p.tensors[2].channels = 0; }, "number of channels of tensor 'two' is 0"},
       {[](Program& p) { p.tensors[2].channels = 65537; }, "number of channels of tensor 'two' is 65537"},
       {[](Program& p) { p.tensors[2].quantization = {}; }, "tensor 'two' has a format that a code program"},
       {[](Program& p) { p.tensors[2].quantization.format = Format::kPixel16; }, "tensor 'two' has a format"},
       {[](Program& p) { p.tensors[1].quantization.format = static_cast<Format>(9); },
        "format of tensor 'out'"},
       {[](Program& p) { p.tensors[2].quantization.scale = 0; }, "tensor 'two' has scale 0"},
       {[](Program& p) { p.tensors[2].quantization.scale = -1; }, "tensor 'two' has scale -1"},
       {[](Program& p) { p.tensors[2].quantization.scale = kNan; }, "tensor 'two' has scale"},
       {[](Program& p) { p.tensors[2].quantization.scale = 1e-40f; }, "tensor 'two' has scale"},
       {[](Program& p) { p.tensors[2].quantization.zero_point = 256; }, "zero point of tensor 'two' is 256"},
       {[](Program& p) { p.tensors[2].quantization.zero_point = -1; }, "zero point of tensor 'two' is -1"}},
      false);
  expect_refused(
      {{[](Program& p) { p.tensors[2].quantization.format = Format::kCode8; }, "a floating program"}}, true);
}

TEST(CheckProgram, ConvolutionsThatDoNotFitAreRefused) {
  const auto head = [](Program& p) -> Convolution& { return kind<Convolution>(p, kHead); };
  expect_refused(
      {{[&](Program& p) { head(p).src.tensor = 6; }, "source tensor 6 does not exist"},
       {[&](Program& p) { head(p).src.first_channel = 1; }, "number of source channels is 3, not in 1..2"},
       {[&](Program& p) { head(p).groups = 2; }, "2 groups do not divide 3"},
       {[&](Program& p) { head(p).groups = 0; }, "number of groups is 0"},
       {[&](Program& p) { head(p).kernel.h = 0; }, "kernel is 0"},
       {[&](Program& p) { head(p).kernel.w = 4097; }, "kernel is 4097"},
       {[&](Program& p) { head(p).stride.h = 0; }, "stride is 0"},
       {[&](Program& p) { head(p).dilation.w = 5000; }, "dilation is 5000"},
       {[&](Program& p) { head(p).pads.left = 3; }, "pad is 3, not in 0..2"},
       {[&](Program& p) { head(p).pads.bottom = -1; }, "pad is -1"},
       {[&](Program& p) { head(p).bias.pop_back(); }, "number of biases is 5, not 6"},
       {[&](Program& p) { head(p).bias[2] = kNan; }, "bias 2 is nan"},
       {[&](Program& p) {
          head(p).pad_values = {0, 1};
        },
        "number of padding values is 2, not 3"},
       {[&](Program& p) {
          head(p).pad_values = {0, 1, kInfinity};
        },
        "padding value 2 is inf"},
       {[&](Program& p) { head(p).codes.push_back(1); }, "number of weight codes is 163, not 162"},
       {[&](Program& p) { head(p).weights = {1}; }, "number of weights is 1, not 0"},
       {[&](Program& p) { head(p).weight_scales[1] = 0; }, "weight scale 1 is 0"},
       {[&](Program& p) { head(p).weight_scales.pop_back(); }, "number of weight scales is 5"}},
      false);
  expect_refused({{[&](Program& p) { head(p).weights[7] = kNan; }, "weight 7 is nan"},
                  {[&](Program& p) { head(p).weights.pop_back(); }, "number of weights is 161, not 162"},
                  {[&](Program& p) { head(p).codes = {1}; }, "number of weight codes is 1, not 0"},
                  {[&](Program& p) { head(p).weight_scales = {1}; }, "number of weight scales is 1, not 0"},
                  {[&](Program& p) { head(p).wide_sums = true; }, "wide sums in a floating program"}},
                 true);
}

TEST(CheckProgram, SumsThatMayPass32BitsNeedWideSums) {
  Program program = sample(false);
  auto& head = kind<Convolution>(program, kHead);
  head.kernel = {11, 11};  // 363 * 100 * 2 * 32768 > 2^31, but 363 * 100 * 2 * 255 is not
  head.pads = {5, 5, 5, 5};
  head.codes.assign(6 * 363, std::int8_t{100});
  const Status status = check_program(program);
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("wide_sums is not set"), std::string::npos) << status.error().message;
  head.wide_sums = true;
  EXPECT_TRUE(check_program(program));
}

TEST(CheckProgram, PoolingsAndResamplingsOutOfRangeAreRefused) {
  const auto pool = [](Program& p) -> Pooling& { return kind<Pooling>(p, kPool); };
  const auto resample = [](Program& p) -> Resampling& {
    Resampling made;
    made.src = {3, 0, 4};
    at(p, kPool).kind = made;
    return kind<Resampling>(p, kPool);
  };
  Program program = sample(true);
  resample(program);
  ASSERT_TRUE(check_program(program));
  expect_refused(
      {{[&](Program& p) { pool(p).src.channels = 3; }, "number of channels is 3, not 4"},
       {[&](Program& p) { pool(p).kind = static_cast<PoolKind>(2); }, "kind of pooling is 2"},
       {[&](Program& p) { pool(p).counted_pads.right = 2; }, "counted pad (right) is 2, not in 0..1"},
       {[&](Program& p) { pool(p).pads.top = 3; }, "pad is 3"},
       {[&](Program& p) { resample(p).mode = static_cast<ResizeMode>(3); }, "mode is 3"},
       {[&](Program& p) { resample(p).coordinates = static_cast<CoordinateMode>(4); },
        "coordinate mode is 4"},
       {[&](Program& p) { resample(p).rounding = static_cast<NearestRounding>(-1); }, "rounding is -1"},
       {[&](Program& p) { resample(p).cubic_a = kNan; }, "cubic coefficient is nan"},
       {[&](Program& p) { resample(p).like = 6; }, "tensor of like size 6 does not exist"},
       {[&](Program& p) { resample(p).like = 5; }, "takes the size of tensor 'sum', which is not known yet"},
       {[&](Program& p) { resample(p).scale_w = 0; }, "scale is 0"},
       {[&](Program& p) { resample(p).scale_h = kNan; }, "scale is nan"},
       {[&](Program& p) { resample(p).scale_h = 257; }, "scale is 257"}},
      true);
}

TEST(CheckProgram, VectorArithmeticThatDoesNotFitIsRefused) {
  const auto gate = [](Program& p, VectorKind vector_kind) -> VectorMath& {
    auto& math = kind<VectorMath>(p, kGate);
    math.kind = vector_kind;
    return math;
  };
  expect_refused(
      {{[&](Program& p) { gate(p, VectorKind::kFunction).a = 2; }, "first operand 2 does not exist"},
       {[&](Program& p) { gate(p, VectorKind::kFunction).out = -1; }, "result -1 does not exist"},
       {[&](Program& p) { gate(p, VectorKind::kFunction).b = 0; }, "second operand is 0"},
       {[&](Program& p) { gate(p, VectorKind::kFunction).alpha = kNan; }, "alpha is nan"},
       {[&](Program& p) { gate(p, VectorKind::kFunction).weights = {1}; }, "number of weights is 1, not 0"},
       {[&](Program& p) { gate(p, VectorKind::kFunction).function = static_cast<Function>(7); },
        "function is 7"},
       {[&](Program& p) { gate(p, static_cast<VectorKind>(10)); }, "kind of vector operation is 10"},
       {[&](Program& p) { gate(p, VectorKind::kRound); }, "rounding has a format"},
       {[&](Program& p) { gate(p, VectorKind::kLinear); }, "number of biases is 0, not 4"},
       {[&](Program& p) { gate(p, VectorKind::kLinear).bias.assign(4, 0); },
        "number of weights is 0, not 16"},
       {[&](Program& p) { gate(p, VectorKind::kSlope).weights.assign(3, 0); },
        "number of slopes is 3, not 4"},
       {[&](Program& p) { gate(p, VectorKind::kAdd); }, "number of constants is 0, not 4"},
       {[&](Program& p) { gate(p, VectorKind::kAdd).b = 5; }, "second operand 5 does not exist"},
       {[&](Program& p) { gate(p, VectorKind::kMultiply).b = 1; }, "reads vector 1 before it is written"},
       {[&](Program& p) { gate(p, VectorKind::kConcat).b = 0; },
        "elements of the second operand is 4, not 0"},
       {[&](Program& p) { gate(p, VectorKind::kClip).alpha = 1; }, "clips to 1..0"},
       {[&](Program& p) { kind<Statistics>(p, kMean).src.channels = 3; },
        "number of source channels is 3, not 4"},
       {[&](Program& p) { kind<Statistics>(p, kMean).vector = 2; }, "vector 2 does not exist"},
       {[&](Program& p) { kind<Statistics>(p, kMean).vector = 1; }, "reads vector 0 before it is written"},
       {[&](Program& p) { gate(p, VectorKind::kRelu).out = 0; }, "writes vector 0 again"},
       {[&](Program& p) { p.vector_sizes.push_back(4); }, "vector 2 is never written"},
       {[&](Program& p) { at(p, kGate).channels = 1; }, "number of channels is 1, not in 0..0"},
       {[&](Program& p) { at(p, kGate).steps.emplace_back(); }, "number of steps is 1, not in 0..0"},
       {[&](Program& p) { at(p, kMean).runs.emplace_back(); }, "number of runs is 1, not 0"}},
      true);
}

TEST(CheckProgram, StepsThatDoNotFitAreRefused) {
  expect_refused(
      {{[](Program& p) { at(p, kHead).steps.assign(7, StepSpec{}); }, "number of steps is 7, not in 0..6"},
       {[](Program& p) { step(p, kHead, 0).kind = static_cast<StepKind>(9); }, "step 0: kind of step is 9"},
       {[](Program& p) { step(p, kHead, 0).slopes.pop_back(); }, "step 0: number of slopes is 5, not 6"},
       {[](Program& p) { step(p, kHead, 0).slopes[3] = kInfinity; }, "slope 3 is inf"},
       {[](Program& p) { step(p, kHead, 0).kind = StepKind::kRelu; }, "number of slopes is 6, not 0"},
       {[](Program& p) { step(p, kHead, 0).low = kNan; }, "clips to nan..0"},
       {[](Program& p) { step(p, kHead, 0).side_tensor = 3; }, "side tensor is 3, not in -1..-1"},
       {[](Program& p) { step(p, kHead, 0).vector = 0; }, "vector is 0, not in -1..-1"},
       {[](Program& p) { step(p, kScaled, 0).side_tensor = 6; }, "side tensor 6 does not exist"},
       {[](Program& p) { step(p, kScaled, 0).side_block = 0; }, "side block is 0"},
       {[](Program& p) { step(p, kScaled, 0).side_channels.pop_back(); },
        "number of side channels is 3, not 4"},
       {[](Program& p) { step(p, kScaled, 0).side_channels[1].channel = 4; },
        "side channel is 4, not in 0..3"},
       {[](Program& p) { step(p, kScaled, 0).side_channels[1].channel = -1; }, "side channel is -1"},
       {[](Program& p) { step(p, kScaled, 0).side_channels[1].dy = 1; }, "row of a side channel is 1"},
       {[](Program& p) { step(p, kScaled, 0).side_channels[1].dx = -1; }, "column of a side channel is -1"},
       {[](Program& p) { step(p, kScaled, 1).vector = 2; }, "vector 2 does not exist"},
       {[](Program& p) { step(p, kScaled, 1).vector_elements[0] = 4; }, "element of the vector is 4"},
       {[](Program& p) { step(p, kScaled, 1).vector_elements[0] = -2; }, "element of the vector is -2"},
       {[](Program& p) { step(p, kScaled, 1).vector_elements.clear(); },
        "elements of the vector is 0, not 4"},
       {[](Program& p) { step(p, kPool, 0).function = static_cast<Function>(7); }, "function is 7"},
       {[](Program& p) { step(p, kPool, 0).beta = kNan; }, "beta is nan"},
       {[](Program& p) { step(p, kPool, 0).table_in.format = Format::kFloat; },
        "what the table is entered with"},
       {[](Program& p) { step(p, kPool, 0).table_out.scale = 0; }, "what the table holds has scale 0"},
       {[](Program& p) {
          step(p, kPool, 0).kind = StepKind::kRound;
          step(p, kPool, 0).table_in.zero_point = 256;
        },
        "zero point of what is rounded to is 256"},
       {[](Program& p) { at(p, kScaled).steps.assign(1, StepSpec{}); }, "no step brings a tensor"}},
      false);
  expect_refused(
      {{[](Program& p) { step(p, kPool, 0).kind = StepKind::kTable; }, "a table in a floating program"},
       {[](Program& p) { step(p, kPool, 0).kind = StepKind::kRound; },
        "a rounding to codes in a floating program"}},
      true);
}

TEST(CheckProgram, RunsThatDoNotFitAreRefused) {
  expect_refused(
      {{[](Program& p) { at(p, kHead).runs.clear(); }, "no run writes its result"},
       {[](Program& p) { run(p, kHead, 0).first_channel = -1; }, "run 0: first channel is -1"},
       {[](Program& p) { run(p, kHead, 1).channels = 5; }, "run 1: number of channels is 5, not in 1..4"},
       {[](Program& p) { run(p, kHead, 0).channels = 3; }, "run 0: number of channels is 3, not in 1..2"},
       {[](Program& p) { run(p, kHead, 0).tensor = 6; }, "tensor 6 does not exist"},
       {[](Program& p) { run(p, kHead, 0).tensor = 0; }, "writes the picture that comes in"},
       {[](Program& p) { run(p, kHead, 0).tensor_channel = 2; }, "first channel of the tensor is 2"},
       {[](Program& p) { run(p, kHead, 0).block = 0; }, "block is 0"},
       {[](Program& p) { run(p, kHead, 0).dy = 1; }, "row of the block is 1"},
       {[](Program& p) { std::swap(run(p, kHead, 0), run(p, kHead, 1)); }, "runs do not ascend by channel"},
       {[](Program& p) { run(p, kTail, 0).channels = 5; }, "run 0: number of channels is 5, not in 6..6"},
       {[](Program& p) { run(p, kTail, 0).tensor_channel = 1; },
        "first channel of the tensor is 1, not in 0..0"},
       {[](Program& p) { run(p, kTail, 1).dy = 0; }, "writes a part of tensor 'out' again"},
       {[](Program& p) { run(p, kTail, 1).block = 3; }, "number of channels is 6, not in 9..9"},
       {[](Program& p) { at(p, kTail).runs.pop_back(); }, "tensor 'out' is never written completely"},
       {[](Program& p) {
          at(p, kTail).runs.push_back({6, 6, 1, 0, 2, 1});
        },
        "writes tensor 'out' again"},
       {[](Program& p) {
          at(p, kHead).runs.push_back({5, 1, 2, 1, 1, 0});
        },
        "writes tensor 'two' again"}},
      true);
}

TEST(CheckProgram, TensorsAreReadOnlyWhenWrittenCompletely) {
  expect_refused(
      {{[](Program& p) { kind<Pooling>(p, kPool).src.tensor = 5; }, "reads tensor 'sum' before all of it"},
       {[](Program& p) { step(p, kScaled, 2).side_tensor = 5; }, "reads tensor 'sum' before all of it"},
       {[](Program& p) { run(p, kHead, 1).channels = 3; }, "reads tensor 'four' before all of it"},
       {[](Program& p) {
          kind<Convolution>(p, kTail).src = {1, 0, 3};
        },
        "number of weights"},
       {[](Program& p) { step(p, kScaled, 2).side_tensor = 1; }, "reads the picture that goes out"},
       {[](Program& p) {
          p.tensors.push_back({"idle", 4, {}});
        },
        "tensor 'idle' is never written completely"},
       {[](Program& p) { std::swap(p.operations[kMean], p.operations[kPool]); },
        "reads tensor 'pool' before"}},
      true);
}

TEST(CheckProgram, SizesThatCanNeverBeEqualAreRefused) {
  expect_refused({{[](Program& p) { kind<Pooling>(p, kPool).pads = {}; },
                   "never has the size of tensor 'four' beside it"},
                  {[](Program& p) {
                     kind<Convolution>(p, kTail).kernel = {1, 1}, kind<Convolution>(p, kHead).pads.top = 0;
                   },
                   "the picture that goes out is never 2 times"},
                  {[](Program& p) { step(p, kScaled, 2).side_block = 2; },
                   "never has the size of tensor 'four' beside it"},
                  {[](Program& p) {  // channels 0..1 of 'sum' by an operation on a smaller grid
                     run(p, kScaled, 0) = {2, 2, 5, 2, 1, 0};
                     auto small = convolution({3, 0, 4}, 2, 3, true);
                     small.pads = {};
                     p.operations.insert(p.operations.begin() + kTail,
                                         operation(small, 2, {}, {{0, 2, 5, 0, 1, 0}}, true));
                   },
                   "never has the size of what is in tensor 'sum'"}},
                 true);
}

TEST(CheckProgram, SizesThatDependOnThePictureAreLeftToIt) {
  Program program = sample(true);  // 'pool' with stride 2 has the size of 'four' only where that is 1
  kind<Pooling>(program, kPool).stride = {2, 2};
  const Status status = check_program(program);
  EXPECT_TRUE(status) << status.error().message;
}

TEST(CheckProgram, AShuffleIsTheOnlyWriterOfItsTensor) {
  Program program = sample(true);
  at(program, kTail).runs = {{0, 6, 1, 0, 2, 0}};
  Operation other = at(program, kTail);
  other.runs = {{6, 6, 1, 0, 2, 1}};
  program.operations.push_back(other);
  const Status status = check_program(program);
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("shares tensor 'out' with a pixel shuffle"), std::string::npos)
      << status.error().message;
}

TEST(CheckProgram, WordlengthsAndPartitionsMustFit) {
  expect_refused(
      {{[](Program& p) { at(p, kPool).wordlength = 16; }, "wordlength 16, but tensor 'four' has 8 bits"},
       {[](Program& p) { at(p, kHead).wordlength = 32; }, "wordlength 32 in a code program"},
       {[](Program& p) { at(p, kScaled).wordlength = 4; }, "wordlength 4 in a code program"},
       {[](Program& p) { at(p, kHead).partition = 1; }, "partition is 1, not in 0..0"},
       {[](Program& p) { at(p, kTail).partition = 1; }, "partition is 1, not in 0..0"},
       {[](Program& p) { at(p, kTail).dre = true; }, "says that it reads a range found at run time"},
       {[](Program& p) { at(p, kTail).macs_per_pixel = -1; }, "multiplications per pixel is -1"}},
      false);
  expect_refused({{[](Program& p) { at(p, kHead).wordlength = 8; }, "wordlength 8 in a floating program"},
                  {[](Program& p) { at(p, kTail).dre = true; }, "says that it reads a range found"}},
                 true);
  expect_refused(
      {{[](Program& p) { at(p, kTail).partition = 0; }, "partition is 0, not in 1..1"},
       {[](Program& p) { at(p, kTail).wordlength = 16; }, "wordlength 16, but tensor 'sum' has 8 bits"},
       {[](Program& p) { at(p, kTail).dre = false; }, "does not say so"}},
      run_time_sample());
}

TEST(CheckProgram, CodesOfRunTimeRangesAreMadeFromOneFloatTensorEach) {
  const auto tensor = [](Program& p, int index) -> TensorSpec& {
    return p.tensors[static_cast<std::size_t>(index)];
  };
  expect_refused(
      {{[&](Program& p) { tensor(p, kMade8).source = 9; }, "source of tensor 'sum' 9 does not exist"},
       {[&](Program& p) { tensor(p, kMade8).source = -2; }, "source of tensor 'sum' -2 does not exist"},
       {[&](Program& p) { tensor(p, kMade8).source = kInputTensor; },
        "'sum' is not made as codes from floats"},
       {[&](Program& p) { tensor(p, kMade8).source = 5; }, "'sum' is not made as codes from floats"},
       {[&](Program& p) { tensor(p, kMade8).source = kMade16; }, "'sum' is not made as codes from floats"},
       {[&](Program& p) { tensor(p, kMade8).source = kMade8; }, "'sum' is not made as codes from floats"},
       {[&](Program& p) { tensor(p, kMade8).quantization.format = Format::kFloat; },
        "'sum' is not made as codes from floats"},
       {[&](Program& p) { tensor(p, kSource).source = kMade16; }, "'sum' is not made as codes from floats"},
       {[&](Program& p) { tensor(p, kInputTensor).source = kSource; }, "tensor 'in' has a source"},
       {[&](Program& p) { tensor(p, kOutputTensor).source = kSource; }, "tensor 'out' has a source"},
       {[&](Program& p) { tensor(p, kMade8).channels = 3; }, "number of channels"},
       {[&](Program& p) { tensor(p, kMade8).quantization.scale = 0.5f; }, "'sum' has a scale of its own"},
       {[&](Program& p) { tensor(p, kMade8).quantization.zero_point = 1; }, "'sum' has a scale of its own"},
       {[&](Program& p) { tensor(p, kMade16).quantization.format = Format::kCode8; },
        "'sum' is made twice from the same source"},
       {[&](Program& p) { tensor(p, kMade16).quantization.format = Format::kPixel16; }, "has a format"},
       {[&](Program& p) {
          p.tensors.push_back({"idle", 4, {}});
        },
        "tensor 'idle' has a format that a code program has for sources of codes only"}},
      run_time_sample());
  expect_refused(
      {{[&](Program& p) { tensor(p, 5).source = 4; }, "tensor 'sum' has a source, which only codes"}}, true);
}

TEST(CheckProgram, SourcesAreWrittenAndTheirCodesAreRead) {
  expect_refused(
      {{[](Program& p) { kind<Convolution>(p, kTail).src.tensor = kSource; }, "reads tensor 'sum' itself"},
       {[](Program& p) { at(p, kTail).steps = {side(StepKind::kResidual, kSource, 12)}; },
        "reads tensor 'sum' itself"},
       {[](Program& p) {
          p.vector_sizes.push_back(4);
          p.operations.push_back(operation(Statistics{{kSource, 0, 4}, false, 2}, 0, {}, {}, false));
        },
        "reads tensor 'sum' itself"},
       {[](Program& p) { run(p, kScaled, 1).tensor = kMade8; }, "writes tensor 'sum', which is made from"},
       {[](Program& p) { run(p, kScaled, 1).channels = 3; },
        "reads tensor 'sum' before all of it is written"},
       {[](Program& p) { at(p, kScaled).runs.pop_back(); }, "reads tensor 'sum' before all of it is written"},
       {[](Program& p) {
          at(p, kScaled).runs.pop_back();
          kind<Convolution>(p, kTail).src.tensor = 5;
          at(p, kTail).dre = false;
          at(p, kTail).partition = 0;
        },
        "tensor 'sum' is never written completely"},
       {[](Program& p) {
          kind<Convolution>(p, kTail).pads = {0, 0, 0, 0}, kind<Convolution>(p, kTail).kernel = {2, 1},
                               kind<Convolution>(p, kTail).codes.resize(96);
        },
        "the picture that goes out is never 2 times"}},
      run_time_sample());
}

TEST(CheckProgram, ASizeMayBeThatOfASourceOrOfItsCodes) {
  for (const std::int32_t like : {int{kSource}, int{kMade8}}) {
    Program program = run_time_sample();
    Resampling resampling;
    resampling.src = {4, 0, 4};
    resampling.like = like;
    program.tensors.push_back({"resized", 4, {Format::kCode8, 0.02f, 100}});
    Operation made = operation(resampling, 4, {}, {{0, 4, kMade16 + 1, 0, 1, 0}}, false);
    made.partition = 2;
    program.operations.push_back(made);
    const Status status = check_program(program);
    EXPECT_TRUE(status) << status.error().message;
    std::swap(program.operations.back(), program.operations[kScaled]);
    EXPECT_FALSE(check_program(program)) << "its size is not known yet";
  }
}

TEST(CheckProgram, FunctionsInFloat32StandInCodeProgramsToo) {
  Program program = sample(false);
  step(program, kPool, 0) = sigmoid(true);
  EXPECT_TRUE(check_program(program));
}

TEST(CheckProgram, ErrorsNameTheOperation) {
  Program program = sample(true);
  at(program, kPool).name = "pool_3";
  kind<Pooling>(program, kPool).kernel = {0, 1};
  const Status status = check_program(program);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "operation 1 'pool_3': kernel is 0, not in 1..4096");
}

}  // namespace
}  // namespace nawq::plan
