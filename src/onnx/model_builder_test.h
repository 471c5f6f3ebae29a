// Owns: small ONNX models built in memory for tests, and looking into what was imported from them.
#pragma once

#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "onnx/model.h"

namespace nawq::onnx {

using Ints = std::vector<std::int64_t>;
using Floats = std::vector<float>;
using Names = std::vector<std::string>;
using Attribute = ::onnx::AttributeProto;

inline Attribute named_attribute(const char* name, Attribute::AttributeType type) {
  Attribute attribute;
  attribute.set_name(name);
  attribute.set_type(type);
  return attribute;
}

inline Attribute attr(const char* name, std::int64_t value) {
  Attribute attribute = named_attribute(name, Attribute::INT);
  attribute.set_i(value);
  return attribute;
}
inline Attribute attr(const char* name, int value) { return attr(name, std::int64_t{value}); }
inline Attribute attr(const char* name, float value) {
  Attribute attribute = named_attribute(name, Attribute::FLOAT);
  attribute.set_f(value);
  return attribute;
}
inline Attribute attr(const char* name, const char* value) {
  Attribute attribute = named_attribute(name, Attribute::STRING);
  attribute.set_s(value);
  return attribute;
}
inline Attribute attr(const char* name, const Ints& values) {
  Attribute attribute = named_attribute(name, Attribute::INTS);
  for (const std::int64_t value : values) attribute.add_ints(value);
  return attribute;
}
inline Attribute attr(const char* name, const Floats& values) {
  Attribute attribute = named_attribute(name, Attribute::FLOATS);
  for (const float value : values) attribute.add_floats(value);
  return attribute;
}
inline Attribute attr(const char* name, const ::onnx::TensorProto& tensor) {
  Attribute attribute = named_attribute(name, Attribute::TENSOR);
  *attribute.mutable_t() = tensor;
  return attribute;
}

inline ::onnx::TensorProto float_proto(const std::string& name, const Ints& dims, const Floats& values) {
  ::onnx::TensorProto tensor;
  tensor.set_name(name);
  tensor.set_data_type(::onnx::TensorProto::FLOAT);
  for (const std::int64_t dim : dims) tensor.add_dims(dim);
  for (const float value : values) tensor.add_float_data(value);
  return tensor;
}

inline ::onnx::TensorProto int_proto(const std::string& name, const Ints& dims, const Ints& values) {
  ::onnx::TensorProto tensor;
  tensor.set_name(name);
  tensor.set_data_type(::onnx::TensorProto::INT64);
  for (const std::int64_t dim : dims) tensor.add_dims(dim);
  for (const std::int64_t value : values) tensor.add_int64_data(value);
  return tensor;
}

// dim 0 is left open.
inline void describe(::onnx::ValueInfoProto* value, const std::string& name, const Ints& dims, int type) {
  value->set_name(name);
  auto* tensor = value->mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(type);
  auto* shape = tensor->mutable_shape();
  for (const std::int64_t dim : dims) {
    auto* added = shape->add_dim();
    if (dim > 0)
      added->set_dim_value(dim);
    else
      added->set_dim_param("open");
  }
}

struct TestModel {
  ::onnx::ModelProto proto;

  explicit TestModel(std::int64_t opset = 13) {
    proto.set_ir_version(8);
    proto.mutable_graph()->set_name("test");
    proto.add_opset_import()->set_version(opset);
  }

  TestModel& input(const std::string& name, const Ints& dims, int type = ::onnx::TensorProto::FLOAT) {
    describe(proto.mutable_graph()->add_input(), name, dims, type);
    return *this;
  }
  TestModel& output(const std::string& name, const Ints& dims, int type = ::onnx::TensorProto::FLOAT) {
    describe(proto.mutable_graph()->add_output(), name, dims, type);
    return *this;
  }
  // Unless stated otherwise the node is called as its first output.
  TestModel& node(const char* op_type, const Names& inputs, const Names& outputs,
                  const std::vector<Attribute>& attributes = {}) {
    auto* node = proto.mutable_graph()->add_node();
    node->set_op_type(op_type);
    if (!outputs.empty()) node->set_name(outputs.front());
    for (const std::string& name : inputs) node->add_input(name);
    for (const std::string& name : outputs) node->add_output(name);
    for (const Attribute& attribute : attributes) *node->add_attribute() = attribute;
    return *this;
  }
  TestModel& tensor(const ::onnx::TensorProto& tensor) {
    *proto.mutable_graph()->add_initializer() = tensor;
    return *this;
  }
  TestModel& floats(const std::string& name, const Ints& dims, const Floats& values) {
    return tensor(float_proto(name, dims, values));
  }
  // Weights whose numbers do not matter.
  TestModel& weights(const std::string& name, const Ints& dims) {
    std::int64_t count = 1;
    for (const std::int64_t dim : dims) count *= dim;
    return floats(name, dims, Floats(static_cast<std::size_t>(count), 0.5f));
  }
  TestModel& ints(const std::string& name, const Ints& values) {
    return tensor(int_proto(name, {static_cast<std::int64_t>(values.size())}, values));
  }

  std::string bytes() const { return proto.SerializeAsString(); }
  Result<Model> parse() const {
    const std::string serialized = bytes();
    return Model::parse(std::as_bytes(std::span(serialized.data(), serialized.size())), "test.onnx");
  }
};

// A model from a colour picture "x" of any size to "out", which is x through a Relu: nodes under test may be
// put beside it and make any shape.
inline TestModel beside(std::int64_t opset = 13, std::int64_t channels = 3) {
  TestModel model(opset);
  model.input("x", {0, channels, 0, 0}).output("out", {0, channels, 0, 0}).node("Relu", {"x"}, {"out"});
  return model;
}

inline graph::Graph imported(const TestModel& model, std::int64_t width_px = 8, std::int64_t height_px = 6) {
  const auto parsed = model.parse();
  if (!parsed) {
    ADD_FAILURE() << parsed.error().message;
    return {};
  }
  auto graph = parsed->at_size(width_px, height_px);
  if (!graph) {
    ADD_FAILURE() << graph.error().message;
    return {};
  }
  const Status sound = graph::verify(*graph);
  EXPECT_TRUE(sound.has_value()) << (sound ? "" : sound.error().message);
  return std::move(*graph);
}

// The message that reading or importing fails with; empty when it does not fail.
inline std::string error_of(const TestModel& model, std::int64_t width_px = 8, std::int64_t height_px = 6) {
  const auto parsed = model.parse();
  if (!parsed) return parsed.error().message;
  const auto graph = parsed->at_size(width_px, height_px);
  return graph ? std::string() : graph.error().message;
}

inline void expect_error(const TestModel& model, const std::string& part) {
  const std::string message = error_of(model);
  EXPECT_NE(message.find(part), std::string::npos) << "message: " << message << "\nwanted: " << part;
}

inline const graph::Node* find_node(const graph::Graph& graph, const std::string& name) {
  for (const graph::Node& node : graph.nodes)
    if (node.name == name) return &node;
  return nullptr;
}

// The struct of node `name`; fails the test where there is none of that kind.
template <class Op>
Op op_of(const graph::Graph& graph, const std::string& name = "y") {
  const graph::Node* node = find_node(graph, name);
  const Op* op = node ? node->as<Op>() : nullptr;
  if (!op) ADD_FAILURE() << "no such node '" << name << "'";
  return op ? *op : Op{};
}

inline graph::Shape shape_of(const graph::Graph& graph, const std::string& name = "y",
                             std::size_t output = 0) {
  const graph::Node* node = find_node(graph, name);
  if (!node || output >= node->outputs.size()) {
    ADD_FAILURE() << "no such node '" << name << "'";
    return {};
  }
  return graph.shape(node->outputs[output]);
}

inline const graph::Tensor* constant_of(const graph::Graph& graph, const std::string& name,
                                        std::size_t input) {
  const graph::Node* node = find_node(graph, name);
  return node && input < node->inputs.size() ? graph.constant(node->inputs[input]) : nullptr;
}

struct Folded {
  Ints shape;
  Floats values;
};

// What constant `name` of the model folds to, its numbers as float.
inline Folded folded(TestModel model, const std::string& name, std::int64_t width_px = 8,
                     std::int64_t height_px = 6) {
  const auto probe = [&](const std::string& of, const std::string& to) {
    model.ints(to + "_column", {-1, 1, 1, 1});
    model.node("Cast", {of}, {to + "_real"}, {attr("to", 1)});
    model.node("Reshape", {to + "_real", to + "_column"}, {to + "_flat"})
        .node("Add", {"x", to + "_flat"}, {to});
  };
  model.node("Shape", {name}, {"probe_shape"});
  probe(name, "probe_values");
  const auto constant = [&](const graph::Graph& graph, const char* node) {
    const graph::Tensor* tensor = constant_of(graph, node, 1);
    if (!tensor) ADD_FAILURE() << "'" << name << "' did not fold";
    return tensor ? tensor->floats : Floats{};
  };
  Folded result;
  const TestModel values_only = model;
  result.values = constant(imported(values_only, width_px, height_px), "probe_values");
  model.node("Size", {"probe_shape"}, {"rank"}).ints("one", {1});
  model.node("Concat", {"probe_shape", "one"}, {"probe_dims"},
             {attr("axis", 0)});  // a scalar has no dimensions
  probe("probe_dims", "probe_shapes");
  for (const float dim : constant(imported(model, width_px, height_px), "probe_shapes"))
    result.shape.push_back(static_cast<std::int64_t>(dim));
  if (!result.shape.empty()) result.shape.pop_back();
  return result;
}

}  // namespace nawq::onnx
