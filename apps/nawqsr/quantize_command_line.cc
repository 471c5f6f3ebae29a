#include "nawqsr/quantize_command_line.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace nawq::cli {
namespace {

bool is_plain(char letter) {
  return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
         (letter >= 'A' && letter <= 'Z') ||
         std::string_view("_-./:,+=@%").find(letter) != std::string_view::npos;
}

std::string quoted(const std::string& word) {
  if (!word.empty() && std::ranges::all_of(word, is_plain)) return word;
  std::string text = "'";
  for (const char letter : word) text += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return text + "'";
}

class Line {
 public:
  explicit Line(std::string begin) : text_(std::move(begin)) {}

  // Nothing where it is what would be taken anyway.
  Line& add(std::string_view option, const std::string& value, std::string_view usual) {
    if (value != usual) text_ += concat(' ', option, ' ', quoted(value));
    return *this;
  }
  Line& add_flag(std::string_view option, bool is_set) {
    if (is_set) text_ += concat(' ', option);
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string model_word(const ModelOptions& options) {
  if (!options.path.empty()) return concat(' ', quoted(options.path));
  return options.name.empty() ? std::string() : concat(" -n ", quoted(options.name));
}

void add_preparation(const PreparationOptions& options, Line& line) {
  line.add("--input-range", options.model.input_range, "")
      .add("--colour", options.model.colour, "")
      .add("--calib", options.calibration, "")
      .add("--calib-lr", options.small_calibration, "")
      .add("--calib-images", concat(options.pictures), "0")
      .add("--search-images", concat(options.search_pictures), "10")
      .add("--seed", concat(options.seed), "1");
}

// What --protocol paper decides.
void add_own_ways(const QuantizeOptions& options, Line& line) {
  const PreparationOptions& preparation = options.preparation;
  line.add("--weights", preparation.weights, "per-channel")
      .add("--rounding", preparation.rounding, "compensated")
      .add("--ranges", preparation.ranges, "blend")
      .add("--headroom16", concat(preparation.headroom16), "2")
      .add("--free-layers", options.free_layers, "16");
}

void add_search(const QuantizeOptions& options, const session::SearchOutcome& outcome, Line& line) {
  if (options.fidelity_db)
    line.add("--fidelity", concat(*options.fidelity_db), "");
  else
    line.add("--epsilon", concat(options.epsilon), "").add("--metric", options.metric, "psnr");
  const std::int64_t budget =
      options.budget_seconds > 0 ? outcome.budget_evaluations : options.budget_evaluations;
  line.add("--optimizer", options.optimizer, usual_optimizer(options))
      .add("--cost", options.cost, "bops")
      .add("--target", options.target, "cpu")
      .add("--dre-energy", options.dre_energy, usual_dre_energy(options))
      .add("--dre-rule", options.dre_rule, "text")
      .add("--budget-evals", concat(budget), "0");
}

void add_outputs(const OutputOptions& options, Line& line) {
  line.add("-o", options.output, "")
      .add("--report", options.report, "")
      .add("--save-recipe", options.recipe, "")
      .add_flag("--dynamic-onnx", options.dynamic)
      .add_flag("--encodings", options.encodings)
      .add_flag("--max-rank 4", options.four_dims);
}

}  // namespace

std::string command_line(const QuantizeOptions& options, const session::SearchOutcome& outcome) {
  Line line(concat("nawqsr quantize", model_word(options.preparation.model)));
  add_preparation(options.preparation, line);
  line.add("--protocol", options.protocol, "own");
  if (options.protocol == "own") add_own_ways(options, line);
  add_search(options, outcome, line);
  add_outputs(options.outputs, line);
  return line.text();
}

}  // namespace nawq::cli
