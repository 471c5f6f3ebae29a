// Owns: the files that a quantization leaves: the network, and beside it whatever was asked for.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "session/network.h"
#include "session/quantization.h"
#include "session/quantization_report.h"

namespace nawq::cli {

struct OutputOptions {
  std::string output;          // *.onnx
  std::string report, recipe;  // empty: none
  bool dynamic = false, encodings = false;
  bool four_dims = false;
  std::string input_size;  // "320x180": the only size that the network's file takes; empty: any
};

// "net.onnx" -> "net.dynamic.onnx".
std::string beside(const std::string& output, std::string_view ending);

// kUsage where two of them are one file, or one of `inputs`, or have another extension, kOutput where nothing
// can be written; said before the work begins.
Status check_outputs(const OutputOptions& options, const std::vector<std::string>& inputs);

// Everything is made before anything is written.
Status write_outputs(const session::Network& network, const graph::Recipe& recipe,
                     const quantize::Decisions& decisions,
                     const std::map<std::string, std::string>& made_with,
                     const std::optional<session::QuantizationReport>& report, const OutputOptions& options);

}  // namespace nawq::cli
