#include "onnx/model.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/stubs/logging.h>

#include <limits>
#include <utility>

#include "base/text.h"
#include "graph/passes/passes.h"
#include "graph/settle_recipe.h"
#include "graph/spread_formats.h"
#include "onnx/check_file.h"
#include "onnx/external_data.h"
#include "onnx/import.h"
#include "onnx/metadata.h"
#include "onnx/names.h"
#include "onnx/parsed_file.h"
#include "onnx/tensor_import.h"

namespace nawq::onnx {
namespace {

std::int64_t tensor_bytes(const graph::Tensor& tensor) {
  return tensor.size() * (tensor.type == graph::DataType::kFloat ? 4 : 8);
}

Status parse_protobuf(std::span<const std::byte> bytes, ::onnx::ModelProto& proto) {
  // A network without subgraphs nests six messages; the rest is for those that are refused by name.
  constexpr int kDeepest = 64;
  if (bytes.empty()) return fail(ErrorKind::kModel, "is empty");
  if (bytes.size() > std::numeric_limits<std::int32_t>::max())
    return fail(ErrorKind::kModel, "is larger than the 2 GiB that an ONNX file may have");
  const google::protobuf::LogSilencer silence;
  google::protobuf::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                                static_cast<int>(bytes.size()));
  stream.SetRecursionLimit(kDeepest);
  if (!proto.ParsePartialFromCodedStream(&stream) || !stream.ConsumedEntireMessage())
    return fail(ErrorKind::kModel, "is truncated or not an ONNX file");
  return {};
}

void note_stored_type(ParsedFile& file, const ::onnx::TensorProto& proto, const graph::Tensor& tensor) {
  if (tensor.type == graph::DataType::kInt) file.stored_types[&tensor] = proto.data_type();
}

// Weights move out of the protobuf one by one, so that they are in memory twice only one at a time.
Status take_initializers(ParsedFile& file) {
  for (auto& proto : *file.proto.mutable_graph()->mutable_initializer()) {
    NAWQ_TRY(graph::Tensor tensor, import_tensor(proto, file.folder));
    file.bytes += tensor_bytes(tensor);
    const auto [entry, is_new] = file.initializers.try_emplace(proto.name());
    if (!is_new)
      return fail(ErrorKind::kModel, concat("tensor '", printable(proto.name()), "' is given twice"));
    entry->second = std::make_shared<const graph::Tensor>(std::move(tensor));
    note_stored_type(file, proto, *entry->second);
    const ::onnx::TensorProto done = std::move(proto);
  }
  file.proto.mutable_graph()->clear_initializer();
  return {};
}

// Tensors of Constant nodes, once for all sizes. What cannot be read is left to the walk, which names the
// node.
void take_node_tensors(ParsedFile& file) {
  for (auto& node : *file.proto.mutable_graph()->mutable_node()) {
    const bool is_constant = node.op_type() == "Constant" && node.attribute_size() == 1 &&
                             node.attribute(0).name() == "value" && node.attribute(0).has_t();
    if (!is_constant) continue;
    auto tensor = import_tensor(node.attribute(0).t(), file.folder);
    if (!tensor) continue;
    file.bytes += tensor_bytes(*tensor);
    const auto taken = std::make_shared<const graph::Tensor>(std::move(*tensor));
    note_stored_type(file, node.attribute(0).t(), *taken);
    file.node_tensors[&node] = taken;
    node.mutable_attribute(0)->clear_t();
  }
}

// Of a file that is not ours, whose roundings are not those that the engine does anyway.
void keep_roundings(QuantizedGraph& imported) {
  graph::lift_formats(imported.graph, imported.recipe);
  for (const auto& [name, formats] : imported.recipe.tensors) imported.graph.rounded.insert(name);
}

Status check_static(const ModelInfo& info) {
  if (!info.metadata.contains(kOwnRangesKey)) return {};
  return fail(
      ErrorKind::kModel,
      "finds its ranges with operators of its own (--dynamic-onnx), for other runtimes; here the file "
      "without that option does the same");
}

Status read_into(ParsedFile& file, std::span<const std::byte> bytes) {
  NAWQ_CHECK(parse_protobuf(bytes, file.proto));
  const std::string name = file.info.name;
  NAWQ_TRY(file.info, read_info(file.proto));
  file.info.name = name;
  NAWQ_CHECK(take_initializers(file));
  take_node_tensors(file);
  NAWQ_CHECK(check_static(file.info));
  return check_names(file);
}

}  // namespace

struct Model::File {
  ParsedFile parsed;
};

Model::Model(std::unique_ptr<File> file) : file_(std::move(file)) {}
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;
Model::~Model() = default;

Result<Model> Model::load(const std::filesystem::path& path) {
  auto file = std::make_unique<File>();
  const std::string name = printable((path.has_filename() ? path.filename() : path).string());
  file->parsed.info.name = name;
  file->parsed.folder = path.parent_path();
  auto bytes = read_model_file(path);
  if (!bytes) return tl::unexpected<Error>(with_context(std::move(bytes.error()), name));
  const Status status = read_into(file->parsed, std::as_bytes(std::span(bytes->data(), bytes->size())));
  if (!status) return tl::unexpected<Error>(with_context(status.error(), name));
  return Model(std::move(file));
}

Result<Model> Model::parse(std::span<const std::byte> bytes, std::string name) {
  auto file = std::make_unique<File>();
  file->parsed.info.name = std::move(name);
  const Status status = read_into(file->parsed, bytes);
  if (!status) return tl::unexpected<Error>(with_context(status.error(), file->parsed.info.name));
  return Model(std::move(file));
}

const ModelInfo& Model::info() const { return file_->parsed.info; }

Result<graph::Graph> Model::at_size(std::int64_t width_px, std::int64_t height_px) const {
  auto graph = import_graph(file_->parsed, width_px, height_px);
  if (!graph) return tl::unexpected<Error>(with_context(std::move(graph.error()), info().name));
  return graph;
}

Result<QuantizedGraph> Model::quantized_at_size(std::int64_t width_px, std::int64_t height_px) const {
  const auto in_file = [&](Error& error) {
    return tl::unexpected<Error>(with_context(std::move(error), info().name));
  };
  auto imported = import_quantized(file_->parsed, width_px, height_px);
  if (!imported) return in_file(imported.error());
  if (!info().metadata.contains(kRecipeVersionKey)) keep_roundings(*imported);
  Status settled = graph::run_passes(imported->graph);
  if (settled) settled = graph::settle_recipe(imported->graph, imported->recipe);
  if (!settled) return in_file(settled.error());
  if (info().metadata.contains(kRoundingsKey))
    for (const auto& [name, formats] : imported->recipe.tensors) imported->graph.rounded.insert(name);
  return imported;
}

std::vector<Unsupported> Model::unsupported(std::int64_t width_px, std::int64_t height_px) const {
  return list_unsupported(file_->parsed, width_px, height_px);
}

}  // namespace nawq::onnx
