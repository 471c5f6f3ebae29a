#include "nawqsr/report/html_report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <set>

#include "base/text.h"
#include "nawqsr/report/html_text.h"

namespace nawq::cli {
namespace {

using session::QuantizationReport;
using session::ReportedLayer;

Image gradient(int channels, int shift) {
  Image image = Image::create(96, 72, channels, 8).value();
  for (std::int64_t y = 0; y < image.height_px(); ++y)
    for (std::int64_t x = 0; x < image.width_px(); ++x)
      for (int c = 0; c < channels; ++c)
        image.set_sample(x, y, c, static_cast<int>((x * 2 + y * (c + 1) + (x * y) % 7 * shift) % 256));
  return image;
}

ReportedLayer example_layer(std::size_t i) {
  ReportedLayer layer;
  layer.name = concat("/body/", i, i % 5 == 0 ? "/<Concat> & 'co'" : "/Conv");
  layer.op = i % 5 == 0 ? "Concat" : "Conv";
  layer.macs_share = i % 5 == 0 ? 0 : 1.0 / static_cast<double>(15 + i % 3);
  layer.bits = i % 7 == 3 || i > 20 ? 16 : 8;
  layer.dre = i % 6 == 4;
  layer.searched = i % 5 != 0;
  layer.partition = static_cast<std::int64_t>(i / 4);
  layer.range_min = -1.5 * static_cast<double>(i % 4);
  layer.range_max = 3.25;
  if (i % 5 != 0) {
    layer.drop_db = 0.2 / static_cast<double>(1 + i) - 0.005;
    layer.error = 1.0 / static_cast<double>(1 + i);
    layer.clip_rate = 0.0001 * static_cast<double>(i);
  }
  layer.readers = {i + 1};
  if (i % 5 == 1) layer.readers.push_back(i + 4);
  return layer;
}

QuantizationReport example() {
  QuantizationReport report;
  report.model = "tiny <x4>";
  report.version = "0.1";
  report.command = "nawqsr quantize 'a & b' -o <x>";
  report.scale = 4;
  report.optimizer = "knapsack";
  report.metric = "psnr";
  report.cost_model = "BOPs";
  report.target = "cpu";
  report.epsilon = 0.05;
  report.reference = report.psnr_reference_db = 31.1;
  report.value = report.psnr_db = 31.062;
  report.ssim_reference = 0.8832;
  report.ssim = 0.8829;
  report.int8_psnr_db = 30.93;
  report.a16w8_psnr_db = 31.09;
  report.bops_reduction = 1.93;
  report.cost_reduction = 1.9;
  report.layers_8bit = 18;
  report.layers_16bit = 6;
  report.layers_dre = 4;
  report.evaluations = 61;
  report.work = 23.4;
  report.calibration_seconds = 1.4;
  report.weights_seconds = 12;
  report.search_seconds = 8.7;
  report.calibration_pictures = 24;
  for (std::size_t i = 0; i < 24; ++i) report.layers.push_back(example_layer(i));
  for (int i = 0; i < 60; ++i) {
    const double reduction = 1 + i / 60.0, spread = (i * 37 % 11) * 0.006;
    report.points.push_back({reduction, 1 / reduction,
                             31.09 - 0.16 * (reduction - 1) * (reduction - 1) - spread, 0.883, 0.01, 0.4,
                             i % 3 == 0 ? "single" : "verify", false});
    if (i % 4 == 0) {
      report.curve.push_back(report.points.back());
      report.curve.back().psnr_db = 31.092 - 0.15 * (reduction - 1) * (reduction - 1);
    }
  }
  report.points.push_back({1.93, 0.52, 31.062, 0.8829, 0.038, 0.4, "verify <final>", true});
  report.worst =
      session::WorstPicture{"bird <1>.png", 33.21, 33.02, gradient(3, 0), gradient(3, 1), gradient(3, 3)};
  report.notes = {"ranges of 2 layers clip", "a & b"};
  return report;
}

std::string page_of(const QuantizationReport& report) {
  auto page = html_report(report);
  EXPECT_TRUE(page) << (page ? "" : page.error().message);
  return page.value_or("");
}

// Every tag is closed in order; attributes have quotes. Returns the tags' text for other checks.
std::vector<std::string> expect_well_formed(const std::string& page) {
  static const std::set<std::string> kVoid{"meta", "img", "br"};
  std::vector<std::string> open, tags;
  for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at)) {
    const std::size_t end = page.find('>', at);
    EXPECT_NE(end, std::string::npos);
    const std::string tag = page.substr(at + 1, end - at - 1);
    at = end;
    if (tag.starts_with('!')) continue;
    EXPECT_EQ(std::count(tag.begin(), tag.end(), '"') % 2, 0) << tag;
    EXPECT_EQ(tag.find('<'), std::string::npos) << tag;
    const bool closes = tag.starts_with('/');
    const std::string name = tag.substr(closes, tag.find_first_of(" />", closes) - closes);
    if (!closes) tags.push_back(tag);
    if (closes) {
      EXPECT_FALSE(open.empty()) << tag;
      if (open.empty()) return tags;
      EXPECT_EQ(open.back(), name);
      open.pop_back();
    } else if (!kVoid.contains(name) && !tag.ends_with('/')) {
      open.push_back(name);
    }
  }
  EXPECT_TRUE(open.empty()) << open.back();
  return tags;
}

std::size_t count(const std::string& page, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = page.find(part); at != std::string::npos; at = page.find(part, at + 1)) ++found;
  return found;
}

TEST(HtmlReport, IsWellFormed) {
  const std::string page = page_of(example());
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
  expect_well_formed(page);
  // For a look at it.
  if (const char* folder = std::getenv("NAWQSR_WRITE_OUTPUTS"))
    std::ofstream(concat(folder, "/report.html"), std::ios::binary) << page;
}

TEST(HtmlReport, NeedsNothingFromOutside) {
  const std::string page = page_of(example());
  for (const char* part : {"http", "//www", "url(", "@import", "<script", "<link", "<iframe", "srcset"})
    EXPECT_EQ(page.find(part), std::string::npos) << part;
  for (const std::string& tag : expect_well_formed(page)) {
    EXPECT_EQ(tag.find("href"), std::string::npos) << tag;
    const std::size_t at = tag.find("src=");
    if (at == std::string::npos) continue;
    EXPECT_EQ(tag.substr(at, 27), "src=\"data:image/png;base64,");
  }
}

TEST(HtmlReport, NamesAllLayersAndEscapesThem) {
  const QuantizationReport report = example();
  const std::string page = page_of(report);
  for (const ReportedLayer& layer : report.layers)
    EXPECT_GE(count(page, escaped(layer.name)), 2u) << layer.name;
  for (const char* raw : {"<Concat>", "<x4>", "<final>", "<1>.png", "'a & b'"})
    EXPECT_EQ(page.find(raw), std::string::npos) << raw;
}

TEST(HtmlReport, ShowsEveryPointAndTheChosenOne) {
  const QuantizationReport report = example();
  const std::string page = page_of(report);
  EXPECT_EQ(count(page, "<circle class=\"point\" cx"), report.points.size() - 1 + 1);  // one in the legend
  EXPECT_EQ(count(page, "<circle class=\"chosen\" cx"), 2u);
  EXPECT_EQ(count(page, "<polyline class=\"curve\""), 1u);
  EXPECT_EQ(count(page, "src=\"data:image/png;base64,"), 4u);
  EXPECT_NE(page.find(escaped(report.command)), std::string::npos);
  EXPECT_NE(page.find("ranges of 2 layers clip"), std::string::npos);
}

TEST(HtmlReport, MarksLayersWithRunTimeRanges) {
  const QuantizationReport report = example();
  const auto marked =
      std::ranges::count_if(report.layers, [](const ReportedLayer& layer) { return layer.dre; });
  EXPECT_EQ(count(page_of(report), "<path class=\"dre\""), static_cast<std::size_t>(marked) + 1);
}

TEST(HtmlReport, NumbersThatAreNotFiniteLeaveNoTrace) {
  QuantizationReport report = example();
  for (const double number : {NAN, INFINITY, -INFINITY}) {
    report.reference = report.psnr_db = report.epsilon = report.work = report.search_seconds = number;
    report.points[3].psnr_db = report.points[4].bops_reduction = report.curve[2].psnr_db = number;
    report.points.back().psnr_db = number;
    report.layers[2].macs_share = report.layers[3].range_min = number;
    report.layers[4].drop_db = report.layers[6].clip_rate = report.layers[7].error = number;
    const std::string page = page_of(report);
    expect_well_formed(page);
    for (const std::string& tag : expect_well_formed(page))
      for (const char* word : {"nan", "inf"})
        EXPECT_EQ(tag.find(concat("=\"", word)), std::string::npos) << tag;
    EXPECT_EQ(count(page, ">nan"), 0u);
    EXPECT_EQ(count(page, ">inf"), 0u);
  }
}

TEST(HtmlReport, EveryMetricHasItsAxis) {
  QuantizationReport report = example();
  for (const auto& [metric, title] : {std::pair("psnr", ">PSNR, dB<"), std::pair("ssim", ">SSIM<"),
                                      std::pair("fidelity", ">PSNR against the float output, dB<")}) {
    report.metric = metric;
    EXPECT_NE(page_of(report).find(title), std::string::npos);
  }
}

TEST(HtmlReport, WhatIsNotKnownIsLeftOut) {
  QuantizationReport report;
  report.layers.resize(1);
  report.points.resize(1);
  expect_well_formed(page_of(report));
  const std::string page = page_of(QuantizationReport{});
  expect_well_formed(page);
  for (const char* id :
       {"id=\"quality\"", "id=\"network\"", "id=\"worst\"", "id=\"sensitivity\"", "id=\"layers\""})
    EXPECT_EQ(page.find(id), std::string::npos) << id;
}

TEST(HtmlReport, WithoutAnOriginalThreePicturesAreShown) {
  QuantizationReport report = example();
  report.worst->original = Image();
  EXPECT_EQ(count(page_of(report), "src=\"data:image/png;base64,"), 3u);
}

}  // namespace
}  // namespace nawq::cli
