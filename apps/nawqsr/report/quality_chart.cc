// PSNR (or what was asked for) against the reduction of BOPs.
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "base/text.h"
#include "nawqsr/report/html_text.h"
#include "nawqsr/report/sections.h"

namespace nawq::cli {
namespace {

using session::QuantizationReport;
using session::ReportedPoint;

constexpr double kWidth = 960, kHeight = 440, kLeft = 72, kRight = 24, kTop = 26, kBottom = 52;

struct Span {
  double low, high;
  double size() const { return high - low; }
};

// Of the metric that was asked for.
double quality_of(const QuantizationReport& report, const ReportedPoint& point) {
  if (report.metric == "ssim") return point.ssim;
  if (report.metric == "fidelity")
    return point.error > 0 ? 10 * std::log10(255.0 * 255.0 / point.error) : NAN;
  return point.psnr_db;
}

const char* quality_title(const QuantizationReport& report) {
  return report.metric == "ssim"       ? "SSIM"
         : report.metric == "fidelity" ? "PSNR against the float output, dB"
                                       : "PSNR, dB";
}

// 1, 2 or 5 times a power of ten, of which `span` has five to twelve.
double tick_step(double span) {
  const double power = std::pow(10, std::floor(std::log10(span / 5)));
  const double steps = span / 5 / power;
  return power * (steps >= 5 ? 5 : steps >= 2 ? 2 : 1);
}

int decimals_of(double step) {
  return std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 9);
}

Span span_of(const std::vector<double>& values, double least_size) {
  const auto [low, high] = std::ranges::minmax(values);
  const double size = std::max(high - low, least_size), margin = 0.06 * size, middle = (low + high) / 2;
  return {middle - size / 2 - margin, middle + size / 2 + margin};
}

class Chart {
 public:
  explicit Chart(const QuantizationReport& report) : report_(report) {
    add_uniform(1, report.a16w8_psnr_db, "all 16 bits");
    add_uniform(2, report.int8_psnr_db, "all 8 bits");
    for (const auto* points : {&report.points, &report.curve})
      for (const ReportedPoint& point : *points) look_at(point);
    if (xs_.empty()) return;
    for (const Uniform& uniform : uniform_) {
      xs_.push_back(uniform.reduction);
      ys_.push_back(uniform.psnr_db);
    }
    if (std::isfinite(limit())) ys_.push_back(limit());
    x_ = span_of(xs_, 0.05);
    y_ = span_of(ys_, 1e-4);
  }

  std::string svg() {
    if (xs_.empty()) return {};
    out_ = concat("<svg viewBox=\"0 0 ", kWidth, ' ', kHeight, "\" role=\"img\" aria-label=\"",
                  quality_title(report_), " against BOPs reduction of ", report_.points.size(),
                  " configurations\">\n");
    draw_axes();
    draw_limit();
    draw_curve();
    for (const ReportedPoint& point : report_.points)
      if (!point.chosen) draw_point(point, "point", 3.5);
    for (const Uniform& uniform : uniform_) draw_uniform(uniform);
    for (const ReportedPoint& point : report_.points)
      if (point.chosen) draw_chosen(point);
    return out_ + "</svg>\n";
  }

 private:
  // All layers alike, for comparison; known in PSNR.
  struct Uniform {
    double reduction, psnr_db;
    const char* title;
  };
  void add_uniform(double reduction, double psnr_db, const char* title) {
    if (report_.metric == "psnr" && std::isfinite(psnr_db) && psnr_db > 0)
      uniform_.push_back({reduction, psnr_db, title});
  }

  double limit() const { return report_.reference - report_.epsilon; }
  bool is_drawn(const ReportedPoint& point) const {
    return std::isfinite(point.bops_reduction) && std::isfinite(quality_of(report_, point));
  }
  void look_at(const ReportedPoint& point) {
    if (!is_drawn(point)) return;
    xs_.push_back(point.bops_reduction);
    ys_.push_back(quality_of(report_, point));
  }
  double x_px(double x) const { return kLeft + (x - x_.low) / x_.size() * (kWidth - kLeft - kRight); }
  double y_px(double y) const {
    return kHeight - kBottom - (y - y_.low) / y_.size() * (kHeight - kTop - kBottom);
  }

  void draw_line(const char* kind, double x1, double y1, double x2, double y2) {
    out_ += concat("<line class=\"", kind, "\" x1=\"", fixed(x1, 1), "\" y1=\"", fixed(y1, 1), "\" x2=\"",
                   fixed(x2, 1), "\" y2=\"", fixed(y2, 1), "\"/>\n");
  }
  void draw_text(const char* kind, double x, double y, const char* anchor, const std::string& text) {
    out_ += concat("<text class=\"", kind, "\" x=\"", fixed(x, 1), "\" y=\"", fixed(y, 1),
                   "\" text-anchor=\"", anchor, "\">", text, "</text>\n");
  }

  void draw_axes() {
    const double x_step = tick_step(x_.size()), y_step = tick_step(y_.size());
    for (double x = std::ceil(x_.low / x_step) * x_step; x <= x_.high; x += x_step) {
      draw_line("axis", x_px(x), kTop, x_px(x), kHeight - kBottom);
      draw_text("tick", x_px(x), kHeight - kBottom + 20, "middle", shown(x, decimals_of(x_step)) + "\u00d7");
    }
    for (double y = std::ceil(y_.low / y_step) * y_step; y <= y_.high; y += y_step) {
      draw_line("axis", kLeft, y_px(y), kWidth - kRight, y_px(y));
      draw_text("tick", kLeft - 8, y_px(y) + 4, "end", shown(y, decimals_of(y_step)));
    }
    draw_text("title", kLeft, kTop - 7, "start", quality_title(report_));
    draw_text("title", kWidth - kRight, kHeight - 6, "end", "BOPs reduction against 16 bits");
  }

  void draw_limit() {
    if (!std::isfinite(limit())) return;
    draw_line("limit", kLeft, y_px(limit()), kWidth - kRight, y_px(limit()));
    draw_text("tick", kLeft + 6, y_px(limit()) - 6, "start",
              concat("asked for: ", shown_short(report_.epsilon), " below ", shown(report_.reference, 3)));
  }

  // In the order of cost.
  void draw_curve() {
    std::vector<ReportedPoint> curve;
    std::ranges::copy_if(report_.curve, std::back_inserter(curve),
                         [&](const ReportedPoint& point) { return is_drawn(point); });
    if (curve.size() < 2) return;
    std::ranges::stable_sort(curve, {}, &ReportedPoint::bops_reduction);
    out_ += "<polyline class=\"curve\" points=\"";
    for (const ReportedPoint& point : curve)
      out_ +=
          concat(fixed(x_px(point.bops_reduction), 1), ',', fixed(y_px(quality_of(report_, point)), 1), ' ');
    out_ += "\"><title>Predicted: the best at each cost</title></polyline>\n";
  }

  void draw_point(const ReportedPoint& point, const char* kind, double radius) {
    if (!is_drawn(point)) return;
    out_ += concat("<circle class=\"", kind, "\" cx=\"", fixed(x_px(point.bops_reduction), 1), "\" cy=\"",
                   fixed(y_px(quality_of(report_, point)), 1), "\" r=\"", radius, "\"><title>",
                   shown(point.psnr_db, 3), " dB (", shown(-point.drop_db, 3), "), SSIM ",
                   shown(point.ssim, 4), ", ", shown(point.bops_reduction, 3), "\u00d7 fewer BOPs, ",
                   escaped(point.label), point.chosen ? ", chosen" : "", "</title></circle>\n");
  }

  void draw_uniform(const Uniform& uniform) {
    const double x = x_px(uniform.reduction), y = y_px(uniform.psnr_db);
    out_ += concat("<rect class=\"fixed\" x=\"", fixed(x - 5, 1), "\" y=\"", fixed(y - 5, 1),
                   "\" width=\"10\" height=\"10\"><title>", uniform.title, ": ", shown(uniform.psnr_db, 3),
                   " dB</title></rect>\n");
    const bool is_right = x > kWidth / 2;
    draw_text("tick", x + (is_right ? 5 : -5), y - 11, is_right ? "end" : "start", uniform.title);
  }

  void draw_chosen(const ReportedPoint& point) {
    draw_point(point, "chosen", 8);
    if (!is_drawn(point)) return;
    const bool is_right = x_px(point.bops_reduction) > kWidth / 2;
    draw_text("label", x_px(point.bops_reduction) + (is_right ? -14 : 14),
              y_px(quality_of(report_, point)) + 4, is_right ? "end" : "start",
              concat("chosen: ", shown(point.bops_reduction, 2), "\u00d7, ",
                     shown(quality_of(report_, point), report_.metric == "ssim" ? 4 : 3)));
  }

  const QuantizationReport& report_;
  std::vector<double> xs_, ys_;
  std::vector<Uniform> uniform_;
  Span x_{}, y_{};
  std::string out_;
};

}  // namespace

std::string quality_chart(const QuantizationReport& report) {
  const std::string svg = Chart(report).svg();
  if (svg.empty()) return {};
  return concat(
      "<div class=\"card\">\n<div class=\"scroll\"><div style=\"min-width:40rem\">\n", svg,
      "</div></div>\n<ul class=\"legend\">"
      "<li><svg viewBox=\"0 0 14 14\"><circle class=\"chosen\" cx=\"7\" cy=\"7\" r=\"6\"/></svg>chosen</li>"
      "<li><svg viewBox=\"0 0 14 14\"><circle class=\"point\" cx=\"7\" cy=\"7\" r=\"4\"/></svg>measured</li>",
      report.curve.empty() ? ""
                           : "<li><svg viewBox=\"0 0 14 14\"><path class=\"curve\" d=\"M0 11 L14 3\"/></svg>"
                             "predicted: the best at each cost</li>",
      "</ul>\n</div>\n");
}

}  // namespace nawq::cli
