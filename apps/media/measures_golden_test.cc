#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include "image/measures.h"
#include "media/picture.h"
#include "media/shared_data_test.h"

namespace nawq::media {
namespace {

struct GoldenRow {
  std::string hr, sr;
  std::int64_t scale = 0;
  double psnr_y_db = 0, ssim_y = 0;
};

std::vector<GoldenRow> read_rows(const std::filesystem::path& csv) {
  std::vector<GoldenRow> rows;
  std::ifstream file(csv);
  std::string line;
  std::getline(file, line);  // names of the columns
  while (std::getline(file, line)) {
    std::ranges::replace(line, ',', ' ');
    std::istringstream fields(line);
    GoldenRow row;
    if (fields >> row.hr >> row.sr >> row.scale >> row.psnr_y_db >> row.ssim_y) rows.push_back(row);
  }
  return rows;
}

TEST(MeasuresGolden, EqualMatlabs) {
  const auto folder = shared_data() / "golden" / "metrics";
  NAWQ_SKIP_WITHOUT(folder);
  const auto rows = read_rows(folder / "matlab.csv");
  EXPECT_EQ(rows.size(), 10U);
  for (const GoldenRow& row : rows) {
    const auto hr = read_picture(folder / row.hr), sr = read_picture(folder / row.sr);
    ASSERT_TRUE(hr) << hr.error().message;
    ASSERT_TRUE(sr) << sr.error().message;
    EXPECT_NEAR(*psnr_y_db(hr->image, sr->image, row.scale), row.psnr_y_db, 1e-5) << row.sr;
    EXPECT_NEAR(*ssim_y(hr->image, sr->image, row.scale), row.ssim_y, 1e-5) << row.sr;
  }
}

}  // namespace
}  // namespace nawq::media
