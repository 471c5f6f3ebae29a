#include "session/search_key.h"

#include "session/prepared_tiny_test.h"

namespace nawq::session {
namespace {

std::string key_of(const PreparedNetwork& network, const std::vector<ReferencePicture>& pictures) {
  return search_key(network, pictures).value();
}

TEST(SearchKey, IsOneLineAndTheSameForTheSame) {
  const std::string key = key_of(prepared_tiny(), tiny_references());
  EXPECT_EQ(key.find('\n'), std::string::npos);
  EXPECT_EQ(key, key_of(rounded_tiny(true), references_of(tiny_pairs(12))));
}

TEST(SearchKey, OtherRangesWeightsAndPicturesHaveAnother) {
  const std::string key = key_of(prepared_tiny(), tiny_references());
  PreparedNetwork other = rounded_tiny(true);
  other.ranges8.begin()->second.max *= 1.01;
  EXPECT_NE(key_of(other, tiny_references()), key);
  other = rounded_tiny(true);
  other.ranges16.begin()->second.max *= 1.01;
  EXPECT_NE(key_of(other, tiny_references()), key);
  EXPECT_NE(key_of(rounded_tiny(false), tiny_references()), key);
  EXPECT_NE(key_of(prepared_tiny(), references_of(tiny_pairs(11))), key);
  std::vector<PicturePair> changed = tiny_pairs(12);
  changed[3].original.row8(5)[7] ^= 1;
  EXPECT_NE(key_of(prepared_tiny(), references_of(std::move(changed))), key);
}

}  // namespace
}  // namespace nawq::session
