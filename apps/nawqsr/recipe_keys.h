// Owns: the words of recipe files, for those who write and read them.
#pragma once

#include <cstdint>
#include <string>

namespace nawq::cli {

namespace key {

inline constexpr int kThisVersion = 1;
inline constexpr char kVersion[] = "nawqsr_recipe";
inline constexpr char kModel[] = "model", kFingerprint[] = "fingerprint";
inline constexpr char kMadeWith[] = "made_with", kUnreadBits[] = "unread_bits", kSameIo[] = "same_io";
inline constexpr char kLayers[] = "layers", kName[] = "name", kOp[] = "op", kBits[] = "bits", kDre[] = "dre";
inline constexpr char kRanges[] = "ranges", kRange8[] = "8", kRange16[] = "16";
inline constexpr char kWeights[] = "weights", kScales[] = "scales", kBias[] = "bias", kCodes[] = "codes";

}  // namespace key

// 16 hexadecimal digits.
inline std::string fingerprint_text(std::uint64_t fingerprint) {
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[fingerprint >> shift & 15];
  return text;
}

}  // namespace nawq::cli
