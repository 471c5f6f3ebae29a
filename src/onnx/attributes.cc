#include "onnx/attributes.h"

#include "base/text.h"
#include "onnx/names.h"

namespace nawq::onnx {
namespace {

using ::onnx::AttributeProto;

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::size_t end = words.find(' ');
    if (words.substr(0, end) == word) return true;
    if (end == std::string_view::npos) break;
    words.remove_prefix(end + 1);
  }
  return false;
}

}  // namespace

const AttributeProto* Attributes::find(std::string_view name) const {
  for (const AttributeProto& attribute : node_->attribute())
    if (attribute.name() == name) return &attribute;
  return nullptr;
}

Result<const AttributeProto*> Attributes::typed(std::string_view name, int type,
                                                const char* type_text) const {
  const AttributeProto* attribute = find(name);
  if (attribute && attribute->type() != type)
    return fail(ErrorKind::kModel, concat("attribute '", name, "' is not ", type_text));
  return attribute;
}

Result<std::int64_t> Attributes::integer(std::string_view name, std::int64_t absent) const {
  NAWQ_TRY(const AttributeProto* attribute, typed(name, AttributeProto::INT, "an integer"));
  return attribute ? attribute->i() : absent;
}

Result<bool> Attributes::flag(std::string_view name, bool absent) const {
  NAWQ_TRY(const std::int64_t value, integer(name, absent ? 1 : 0));
  return value != 0;
}

Result<float> Attributes::real(std::string_view name, float absent) const {
  NAWQ_TRY(const AttributeProto* attribute, typed(name, AttributeProto::FLOAT, "a real number"));
  return attribute ? attribute->f() : absent;
}

Result<std::string> Attributes::text(std::string_view name, std::string_view absent) const {
  NAWQ_TRY(const AttributeProto* attribute, typed(name, AttributeProto::STRING, "text"));
  return attribute ? attribute->s() : std::string(absent);
}

Result<std::optional<std::vector<std::int64_t>>> Attributes::integers(std::string_view name) const {
  NAWQ_TRY(const AttributeProto* attribute, typed(name, AttributeProto::INTS, "a list of integers"));
  if (!attribute) return std::nullopt;
  return std::vector<std::int64_t>(attribute->ints().begin(), attribute->ints().end());
}

Result<std::optional<std::vector<float>>> Attributes::reals(std::string_view name) const {
  NAWQ_TRY(const AttributeProto* attribute, typed(name, AttributeProto::FLOATS, "a list of real numbers"));
  if (!attribute) return std::nullopt;
  return std::vector<float>(attribute->floats().begin(), attribute->floats().end());
}

Result<const ::onnx::TensorProto*> Attributes::tensor(std::string_view name) const {
  NAWQ_TRY(const AttributeProto* attribute, typed(name, AttributeProto::TENSOR, "a tensor"));
  return attribute ? &attribute->t() : nullptr;
}

Status Attributes::check_known(std::string_view known) const {
  for (const AttributeProto& attribute : node_->attribute()) {
    if (!has_word(known, attribute.name()))
      return fail(ErrorKind::kModel,
                  concat("attribute '", printable(attribute.name()), "' is not supported"));
    if (!attribute.ref_attr_name().empty())
      return fail(ErrorKind::kModel,
                  concat("attribute '", printable(attribute.name()), "' refers to a function's attribute"));
  }
  return {};
}

Error unsupported_value(std::string_view attribute, std::string_view value) {
  return {ErrorKind::kModel, concat(attribute, "=", printable(value), " is not supported")};
}

Error unsupported_value(std::string_view attribute, std::int64_t value) {
  return unsupported_value(attribute, concat(value));
}

}  // namespace nawq::onnx
