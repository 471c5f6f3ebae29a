// Owns: the keys of what our files say of themselves beside the graph, in metadata_props.
#pragma once

namespace nawq::onnx {

inline constexpr char kScaleKey[] = "scale";
inline constexpr char kInputRangeKey[] = "input_range";  // what white is: "1" or "255"
inline constexpr char kColourKey[] = "colour";           // "RGB", "BGR"

inline constexpr char kProgramVersionKey[] = "nawqsr.version";  // of the program that wrote the file
inline constexpr char kRecipeVersionKey[] = "nawqsr.recipe";
inline constexpr char kRecipeVersion[] = "1";
inline constexpr char kDreKey[] = "nawqsr.dre";  // names of nodes, a line each
// There where values are rounded wherever the file says so, changes of wordlength included.
inline constexpr char kRoundingsKey[] = "nawqsr.roundings";
inline constexpr char kAllStated[] = "stated";
// There where the file's operators find ranges themselves (export_dynamic).
inline constexpr char kOwnRangesKey[] = "nawqsr.own_ranges";

}  // namespace nawq::onnx
