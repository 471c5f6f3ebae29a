// Owns: the order of a Program's fields in a file. One description serves writing and reading: `archive` is
// called with numbers, strings, enumerations, variants, vectors and the structs named here, all const when
// writing.
#pragma once

#include <concepts>
#include <type_traits>

#include "plan/program.h"

namespace nawq::plan {

template <class T, class Struct>
concept FieldsOf = std::same_as<std::remove_const_t<T>, Struct>;

template <class Archive, FieldsOf<Size2d> T>
void fields(Archive& archive, T& size) {
  archive(size.h, size.w);
}

template <class Archive, FieldsOf<Pads2d> T>
void fields(Archive& archive, T& pads) {
  archive(pads.top, pads.left, pads.bottom, pads.right);
}

template <class Archive, FieldsOf<Quantization> T>
void fields(Archive& archive, T& quantization) {
  archive(quantization.format, quantization.scale, quantization.zero_point);
}

template <class Archive, FieldsOf<TensorSpec> T>
void fields(Archive& archive, T& tensor) {
  archive(tensor.name, tensor.channels, tensor.quantization, tensor.source);
}

template <class Archive, FieldsOf<View> T>
void fields(Archive& archive, T& view) {
  archive(view.tensor, view.first_channel, view.channels);
}

template <class Archive, FieldsOf<SideChannel> T>
void fields(Archive& archive, T& side) {
  archive(side.dy, side.dx, side.channel);
}

template <class Archive, FieldsOf<StepSpec> T>
void fields(Archive& archive, T& step) {
  archive(step.kind, step.slopes, step.low, step.high);
  archive(step.side_tensor, step.side_block, step.side_channels);
  archive(step.vector, step.vector_elements);
  archive(step.function, step.alpha, step.beta, step.table_in, step.table_out);
}

template <class Archive, FieldsOf<RunSpec> T>
void fields(Archive& archive, T& run) {
  archive(run.first_channel, run.channels, run.tensor, run.tensor_channel, run.block, run.dy);
}

template <class Archive, FieldsOf<Convolution> T>
void fields(Archive& archive, T& convolution) {
  archive(convolution.src, convolution.groups);
  archive(convolution.kernel, convolution.stride, convolution.dilation, convolution.pads);
  archive(convolution.codes, convolution.weight_scales, convolution.weights, convolution.bias);
  archive(convolution.pad_values, convolution.wide_sums);
}

template <class Archive, FieldsOf<Pointwise> T>
void fields(Archive&, T&) {}

template <class Archive, FieldsOf<Pooling> T>
void fields(Archive& archive, T& pooling) {
  archive(pooling.src, pooling.kind, pooling.kernel, pooling.stride, pooling.dilation);
  archive(pooling.pads, pooling.counted_pads);
}

template <class Archive, FieldsOf<Resampling> T>
void fields(Archive& archive, T& resampling) {
  archive(resampling.src, resampling.mode, resampling.coordinates, resampling.rounding);
  archive(resampling.cubic_a, resampling.exclude_outside);
  archive(resampling.like, resampling.scale_h, resampling.scale_w);
}

template <class Archive, FieldsOf<Statistics> T>
void fields(Archive& archive, T& statistics) {
  archive(statistics.src, statistics.deviation, statistics.vector);
}

template <class Archive, FieldsOf<VectorMath> T>
void fields(Archive& archive, T& math) {
  archive(math.kind, math.a, math.b, math.out, math.weights, math.bias);
  archive(math.function, math.alpha, math.beta, math.rounding);
}

template <class Archive, FieldsOf<Operation> T>
void fields(Archive& archive, T& operation) {
  archive(operation.name, operation.kind, operation.channels, operation.steps, operation.runs);
  archive(operation.macs_per_pixel, operation.wordlength, operation.dre, operation.partition);
}

// The file's sections in order: section(tag of 4 letters, function that is called with an archive).
template <class Section, FieldsOf<Program> T>
void sections(Section& section, T& program) {
  section("PICT", [&](auto& archive) {
    archive(program.name, program.scale, program.channels, program.bgr, program.input_range);
    archive(program.floating, program.fixed_width_px, program.fixed_height_px);
  });
  section("TENS", [&](auto& archive) { archive(program.tensors); });
  section("VECT", [&](auto& archive) { archive(program.vector_sizes); });
  section("OPER", [&](auto& archive) { archive(program.operations); });
}

}  // namespace nawq::plan
