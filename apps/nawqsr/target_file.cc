#include "nawqsr/target_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "nawqsr/text_file.h"

namespace nawq::cli {
namespace {

using nlohmann::json;

constexpr int kLargestCount = 1000;

tl::unexpected<Error> wrong(std::string message) { return fail(ErrorKind::kUsage, std::move(message)); }

Status check_keys(const json& object, std::initializer_list<std::string_view> known) {
  if (!object.is_object()) return wrong("is no object");
  for (const auto& [key, value] : object.items())
    if (std::ranges::find(known, key) == known.end()) return wrong(concat("'", key, "' is unknown"));
  return {};
}

Result<double> positive(const json& value, std::string_view what, double least) {
  if (value.is_number() && std::isfinite(value.get<double>()) && value.get<double>() >= least)
    return value.get<double>();
  return wrong(concat("'", what, "' is no number that is large enough"));
}

template <class T>
Status take(const json& object, const char* key, T& field) {
  const auto found = object.find(key);
  if (found == object.end()) return {};
  if constexpr (std::is_same_v<T, double>) {
    NAWQ_TRY(field, positive(*found, key, 0));
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!found->is_boolean()) return wrong(concat("'", key, "' is neither true nor false"));
    field = found->template get<bool>();
  } else if constexpr (std::is_same_v<T, int>) {
    NAWQ_TRY(const double number, positive(*found, key, 1));
    if (number > kLargestCount || number != std::floor(number))
      return wrong(concat("'", key, "' is no whole number up to ", kLargestCount));
    field = static_cast<int>(number);
  } else {
    if (!found->is_string()) return wrong(concat("'", key, "' is no text"));
    field = found->template get<std::string>();
  }
  return {};
}

Result<graph::Unit> unit_of(const json& object) {
  NAWQ_CHECK(check_keys(object, {"name", "gmac_per_s"}));
  graph::Unit unit;
  NAWQ_CHECK(take(object, "name", unit.name));
  const json rates = object.value("gmac_per_s", json::object());
  NAWQ_CHECK(check_keys(rates, {"8", "16", "32"}));
  if (unit.name.empty() || rates.empty()) return wrong("a unit needs 'name' and 'gmac_per_s'");
  for (const auto& [wordlength, speed] : rates.items()) {
    NAWQ_TRY(const double gmac_per_s, positive(speed, wordlength, 1e-9));
    const int bits = wordlength == "8" ? 8 : wordlength == "16" ? 16 : 32;
    unit.rates.push_back({bits, gmac_per_s});
  }
  return unit;
}

Result<graph::Target> target_of(const json& object) {
  NAWQ_CHECK(check_keys(object, {"name", "units", "switch_us", "conversion_gbyte_per_s", "largest_rank",
                                 "same_io", "fixed_size", "per_channel_weights", "assumptions"}));
  graph::Target target;
  NAWQ_CHECK(take(object, "name", target.name));
  NAWQ_CHECK(take(object, "switch_us", target.switch_us));
  NAWQ_CHECK(take(object, "conversion_gbyte_per_s", target.conversion_gbyte_per_s));
  NAWQ_CHECK(take(object, "largest_rank", target.largest_rank));
  NAWQ_CHECK(take(object, "same_io", target.same_io));
  NAWQ_CHECK(take(object, "fixed_size", target.fixed_size));
  NAWQ_CHECK(take(object, "per_channel_weights", target.per_channel_weights));
  NAWQ_CHECK(take(object, "assumptions", target.assumptions));
  const json units = object.value("units", json::array());
  if (target.name.empty() || !units.is_array() || units.empty()) return wrong("needs 'name' and 'units'");
  for (const json& unit : units) {
    NAWQ_TRY(graph::Unit made, unit_of(unit));
    target.units.push_back(std::move(made));
  }
  return target;
}

}  // namespace

Result<graph::Target> read_target(const std::string& name_or_file, Isa isa, ThreadTeam& team) {
  if (name_or_file == "cpu") return session::measured_target(isa, team);
  if (auto known = graph::find_target(name_or_file)) return std::move(*known);
  auto text = read_text_file(name_or_file, ErrorKind::kUsage);
  if (!text)
    return wrong(concat("--target: '", name_or_file, "' is neither a file that can be read nor one of ",
                        graph::target_names()));
  const json object = json::parse(*text, nullptr, false);
  if (object.is_discarded()) return wrong(concat(name_or_file, ": is no JSON"));
  auto target = target_of(object);
  if (!target) return tl::unexpected(with_context(std::move(target.error()), name_or_file));
  return target;
}

}  // namespace nawq::cli
