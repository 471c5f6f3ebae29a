// Owns: what the writing of one graph node may use: its operands as tensors of the file, each in the format
// that the node reads, and the file that it goes to.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"
#include "graph/recipe.h"
#include "onnx/export.h"
#include "onnx/graph_writer.h"
#include "onnx/rounding_writer.h"

namespace nawq::onnx {

// A value in the file: as computed, and behind each of its pairs.
struct WrittenValue {
  std::string name;
  struct Rounded {
    graph::CodeFormat format;
    RoundedTensor tensor;
  };
  std::vector<Rounded> rounded;

  // Any of its tensors, for what asks only for its shape. A computed tensor with a single reader is what
  // runtimes fuse with its rounding.
  const std::string& any() const { return rounded.empty() ? name : rounded.front().tensor.real; }
};

// What all nodes of a file share.
struct ExportScope {
  const graph::Graph& graph;
  const graph::Graph& other;  // at another size
  const graph::Recipe& recipe;
  GraphWriter& writer;
  RoundingWriter& rounding;
  std::map<graph::ValueId, WrittenValue>& values;
  bool four_dims = false;                                                 // ExportInfo::four_dims
  bool finds_ranges = false;                                              // of DRE layers, by operators
  std::map<std::pair<graph::ValueId, int>, std::string> own_ranges = {};  // tensors so rounded, by wordlength
};

class NodeExport {
 public:
  NodeExport(ExportScope& scope, std::size_t index)
      : scope_(scope), node_(scope.graph.nodes[index]), other_(scope.other.nodes[index]) {}

  const graph::Node& node() const { return node_; }
  GraphWriter& writer() { return scope_.writer; }
  RoundingWriter& rounding() { return scope_.rounding; }
  const graph::WeightCodes* weight_codes() const;

  bool has_four_dims() const { return scope_.four_dims; }

  // The operator at the other size.
  template <class Op>
  const Op& other_op(const Op&) const {
    return *other_.as<Op>();
  }
  // Shapes of an operand or result at both sizes.
  const graph::Shape& shape(graph::ValueId id) const { return scope_.graph.shape(id); }
  const graph::Shape& input_shape(std::size_t i) const { return shape(node_.inputs[i]); }
  const graph::Shape& other_input_shape(std::size_t i) const { return scope_.other.shape(other_.inputs[i]); }
  const graph::Shape& output_shape(std::size_t i) const { return shape(node_.outputs[i]); }
  const graph::Shape& other_output_shape(std::size_t i) const {
    return scope_.other.shape(other_.outputs[i]);
  }
  const graph::Tensor* constant(std::size_t i) const {
    return i < node_.inputs.size() ? scope_.graph.constant(node_.inputs[i]) : nullptr;
  }
  const std::string& input_value_name(std::size_t i) const {
    return scope_.graph.value(node_.inputs[i]).name;
  }

  // An operand as the node reads it; a constant as float.
  Result<std::string> input(std::size_t i);
  Result<TensorNames> inputs();
  // The codes through which it reads the operand; nothing where it is not rounded, or to a range that is
  // found when the file runs.
  Result<std::optional<graph::CodeFormat>> input_format(std::size_t i) const;

  // "name/part".
  std::string part_name(std::string_view part) const;
  // A node that makes the results of this one.
  ::onnx::NodeProto& emit(const char* op_type, const TensorNames& inputs);
  // A node that leads to them; its result.
  std::pair<std::string, ::onnx::NodeProto*> emit_part(const char* op_type, const TensorNames& inputs,
                                                       std::string_view part);

  // The shape, from dimension `first` on, of a value known before this node that has the shape of `id` there
  // at both sizes; nothing where there is none.
  std::optional<std::string> shape_like(graph::ValueId id, graph::ValueId other_id, std::int64_t first);
  std::string shape_of(const std::string& tensor, std::int64_t first, std::string_view part);

  // "node 'x' (Conv): its padding depends on the picture's size ...".
  tl::unexpected<Error> depends_on_size(std::string_view what) const;

 private:
  Result<const WrittenValue::Rounded*> rounded(graph::ValueId id) const;

  // export_dynamic.cc: the operand in a range that is found when the file runs.
  bool reads_own_range(graph::ValueId id) const;
  int own_range_bits(graph::ValueId id) const;
  Result<std::string> own_range(graph::ValueId id, int bits);
  Result<std::string> piece_in_own_range(std::size_t producer, graph::ValueId id, int bits);
  const graph::Node* producer(graph::ValueId id) const;
  bool is_rounded(graph::ValueId id) const;
  bool is_piece(graph::ValueId id) const;
  bool is_read_as_computed(graph::ValueId id) const;

  ExportScope& scope_;
  const graph::Node& node_;
  const graph::Node& other_;
  std::string suffix_ = {};       // of names, of a node that is written again
  std::string first_input_ = {};  // what it then reads
};

// Writes a node: its results are the tensors that scope.values names for them.
Status export_node(NodeExport& node);

Status export_conv(NodeExport& node, const graph::Conv& op);
Status export_conv_transpose(NodeExport& node, const graph::ConvTranspose& op);

Status export_depth_to_space(NodeExport& node, const graph::DepthToSpace& op);

Status export_pool(NodeExport& node, const graph::Pool& op);
Status export_resize(NodeExport& node, const graph::Resize& op);
Status export_slice(NodeExport& node, const graph::Slice& op);
Status export_reshape(NodeExport& node, const graph::Reshape& op);
Status export_expand(NodeExport& node, const graph::Expand& op);
Status export_pad(NodeExport& node, const graph::Pad& op);
Status export_split(NodeExport& node, const graph::Split& op);

}  // namespace nawq::onnx
