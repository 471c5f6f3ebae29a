#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include "base/text.h"
#include "image/bicubic.h"
#include "image/measures.h"
#include "media/picture.h"
#include "media/shared_data_test.h"

namespace nawq::media {
namespace {

namespace fs = std::filesystem;

struct Set {
  const char* name;
  int scale;
};

std::ostream& operator<<(std::ostream& out, const Set& set) { return out << set.name << " x" << set.scale; }

class BicubicGolden : public testing::TestWithParam<Set> {};

// bicubic_test.cc covers the kernel; this says that the pictures published networks were judged on can be
// made here.
TEST_P(BicubicGolden, MakesTheGivenLrInEveryPixel) {
  const fs::path folder = shared_data() / "data" / "eval" / GetParam().name / concat("x", GetParam().scale);
  NAWQ_SKIP_WITHOUT(folder);
  int pictures = 0;
  for (const auto& entry : fs::directory_iterator(folder / "HR")) {
    const auto hr = read_picture(entry.path()), lr = read_picture(folder / "LR" / entry.path().filename());
    ASSERT_TRUE(hr) << hr.error().message;
    ASSERT_TRUE(lr) << lr.error().message;
    const auto made = bicubic_downscale(hr->image, GetParam().scale);
    ASSERT_TRUE(made) << made.error().message;
    const auto difference = largest_difference(*made, lr->image);
    ASSERT_TRUE(difference) << entry.path() << ": " << difference.error().message;
    EXPECT_EQ(*difference, 0) << entry.path();
    ++pictures;
  }
  EXPECT_GE(pictures, 5);
}

INSTANTIATE_TEST_SUITE_P(Sets, BicubicGolden,
                         testing::Values(Set{"Set5", 2}, Set{"Set5", 3}, Set{"Set5", 4}, Set{"Set14", 2},
                                         Set{"Set14", 3}, Set{"Set14", 4}, Set{"BSD100", 3},
                                         Set{"BSD100", 4}));

}  // namespace
}  // namespace nawq::media
