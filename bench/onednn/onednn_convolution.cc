#include "onednn/onednn_convolution.h"

#include <cmath>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

#include "base/text.h"

namespace nawq::bench {
namespace {

using Descriptor = dnnl::memory::desc;
using dnnl::algorithm;
using dnnl::convolution_forward;
using Type = dnnl::memory::data_type;
using Tag = dnnl::memory::format_tag;

// Random weights of [-64, 63] times random codes, summed over the taps, scaled to a deviation of some 60
// codes: outputs are then codes like any, and not all 0 or 255, which would take the processor less power.
float output_scale(const LayerShape& shape) {
  constexpr float kProductDeviation = 37.f * 147.f;
  const std::int64_t taps = shape.in_channels / shape.groups * shape.kernel.h * shape.kernel.w;
  return 60 / (kProductDeviation * std::sqrt(static_cast<float>(taps)));
}

dnnl::post_ops post_ops_of(const LayerShape& shape, bool with_sum) {
  dnnl::post_ops ops;
  for (const PostOp op : shape.post_ops) {
    if (op == PostOp::kRelu) ops.append_eltwise(1, algorithm::eltwise_relu, 0, 0);
    if (op == PostOp::kLeakyRelu) ops.append_eltwise(1, algorithm::eltwise_relu, 0.1f, 0);
    if (op == PostOp::kClip) ops.append_eltwise(1, algorithm::eltwise_clip, 0, 255);
    if (op == PostOp::kSum && with_sum) ops.append_sum(0.5f);
  }
  return ops;
}

dnnl::memory::dims weights_dims(const LayerShape& shape) {
  const std::int64_t in = shape.in_channels / shape.groups, out = shape.out_channels / shape.groups;
  if (shape.groups == 1) return {out, in, shape.kernel.h, shape.kernel.w};
  return {shape.groups, out, in, shape.kernel.h, shape.kernel.w};
}

convolution_forward::primitive_desc describe(const LayerShape& shape, const dnnl::engine& engine,
                                             bool with_sum) {
  dnnl::primitive_attr attributes;
  attributes.set_output_scales(
      1 << 1, std::vector<float>(static_cast<std::size_t>(shape.out_channels), output_scale(shape)));
  attributes.set_post_ops(post_ops_of(shape, with_sum));
  const convolution_forward::desc layer(
      dnnl::prop_kind::forward_inference, algorithm::convolution_direct,
      Descriptor({1, shape.in_channels, shape.src.height_px, shape.src.width_px}, Type::u8, Tag::any),
      Descriptor(weights_dims(shape), Type::s8, Tag::any),
      Descriptor({shape.out_channels}, Type::f32, Tag::x),
      Descriptor({1, shape.out_channels, shape.dst.height_px, shape.dst.width_px}, Type::u8, Tag::any),
      {shape.stride.h, shape.stride.w}, {shape.dilation.h - 1, shape.dilation.w - 1},
      {shape.pads.top, shape.pads.left}, {shape.pads.bottom, shape.pads.right});
  return {layer, attributes, engine};
}

bool is_jit(const convolution_forward::primitive_desc& chosen) {
  const std::string name = chosen.impl_info_str();
  return name.find("jit") != std::string::npos || name.find("brg") != std::string::npos;
}

// With the addition where a generated kernel has it, else without.
convolution_forward::primitive_desc best_of(const LayerShape& shape, const dnnl::engine& engine) {
  auto chosen = describe(shape, engine, true);
  if (is_jit(chosen)) return chosen;
  auto without = describe(shape, engine, false);
  return is_jit(without) ? without : chosen;
}

bool is_channels_last(const Descriptor& descriptor) {
  return descriptor == Descriptor(descriptor.dims(), descriptor.data_type(), Tag::nhwc);
}

dnnl::memory packed_weights(const LayerShape& shape, const Descriptor& wanted, const dnnl::engine& engine,
                            dnnl::stream& stream) {
  dnnl::memory plain(Descriptor(weights_dims(shape), Type::s8, shape.groups == 1 ? Tag::oihw : Tag::goihw),
                     engine);
  auto* codes = static_cast<std::int8_t*>(plain.get_data_handle());
  std::uint32_t noise = 1;
  for (std::size_t i = 0; i < plain.get_desc().get_size(); ++i) {
    noise = noise * 1664525 + 1013904223;
    codes[i] = static_cast<std::int8_t>(static_cast<int>(noise >> 25) - 64);
  }
  dnnl::memory packed(wanted, engine);
  dnnl::reorder(plain, packed).execute(stream, plain, packed);
  stream.wait();
  return packed;
}

dnnl::memory made_up_bias(const LayerShape& shape, const dnnl::engine& engine) {
  dnnl::memory bias(Descriptor({shape.out_channels}, Type::f32, Tag::x), engine);
  auto* values = static_cast<float*>(bias.get_data_handle());
  for (std::int64_t i = 0; i < shape.out_channels; ++i) values[i] = static_cast<float>(i % 7);
  return bias;
}

}  // namespace

struct OnednnConvolution::State {
  dnnl::engine engine;
  dnnl::stream stream;
  convolution_forward::primitive_desc chosen;
  convolution_forward convolution;
  dnnl::memory weights, bias, src, dst;
  std::string implementation;

  explicit State(const LayerShape& shape)
      : engine(dnnl::engine::kind::cpu, 0),
        stream(engine),
        chosen(best_of(shape, engine)),
        convolution(chosen),
        weights(packed_weights(shape, chosen.weights_desc(), engine, stream)),
        bias(made_up_bias(shape, engine)),
        src(chosen.src_desc(), engine, nullptr),
        dst(chosen.dst_desc(), engine, nullptr),
        implementation(chosen.impl_info_str()) {}
};

OnednnConvolution::OnednnConvolution(std::unique_ptr<State> state) : state_(std::move(state)) {}
OnednnConvolution::OnednnConvolution(OnednnConvolution&&) noexcept = default;
OnednnConvolution& OnednnConvolution::operator=(OnednnConvolution&&) noexcept = default;
OnednnConvolution::~OnednnConvolution() = default;

Result<OnednnConvolution> OnednnConvolution::create(const LayerShape& shape) {
  try {
    return OnednnConvolution(std::make_unique<State>(shape));
  } catch (const dnnl::error& error) {
    return fail(ErrorKind::kModel, concat(shape.name, " (", shape_text(shape), "): oneDNN: ", error.what()));
  }
}

const std::string& OnednnConvolution::implementation() const { return state_->implementation; }

bool OnednnConvolution::channels_last() const {
  return is_channels_last(state_->chosen.src_desc()) && is_channels_last(state_->chosen.dst_desc());
}

std::size_t OnednnConvolution::src_bytes() const { return state_->chosen.src_desc().get_size(); }
std::size_t OnednnConvolution::dst_bytes() const { return state_->chosen.dst_desc().get_size(); }

void OnednnConvolution::run(void* src, void* dst) {
  state_->src.set_data_handle(src);
  state_->dst.set_data_handle(dst);
  state_->convolution.execute(state_->stream, {{DNNL_ARG_SRC, state_->src},
                                               {DNNL_ARG_WEIGHTS, state_->weights},
                                               {DNNL_ARG_BIAS, state_->bias},
                                               {DNNL_ARG_DST, state_->dst}});
  state_->stream.wait();
}

}  // namespace nawq::bench
