// Owns: a measured point as one line of text, and back. Numbers are in their shortest exact form.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "quantize/search.h"

namespace nawq::quantize {

// "point 86e LABEL psnr 31.2 ssim 0.9 error 0.1 pictures 31 31.4 errors 0.1 0.1"; what was stopped early has
// "needed METRIC VALUE" at the end.
std::string to_line(const MeasuredPoint& point, const Needed& needed);

struct ParsedPoint {
  MeasuredPoint point;
  Needed needed;
};
std::optional<ParsedPoint> parse_point(std::string_view line);

// A whole number or a real one, nothing else in `text`.
std::optional<double> parse_number(std::string_view text);

}  // namespace nawq::quantize
