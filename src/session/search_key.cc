#include "session/search_key.h"

#include <cstdint>

#include "base/text.h"
#include "plan/prefix_keys.h"

namespace nawq::session {
namespace {

// 64-bit FNV-1a.
class Hash {
 public:
  void add(std::uint64_t number) {
    for (int i = 0; i < 8; ++i) sum_ = (sum_ ^ (number >> (8 * i) & 0xff)) * 0x100000001b3;
  }
  void add(const Image& image) {
    add(static_cast<std::uint64_t>(image.width_px()));
    add(static_cast<std::uint64_t>(image.height_px()));
    for (std::int64_t y = 0; y < image.height_px(); ++y) {
      if (image.bits() == 8)
        for (const std::uint8_t sample : image.row8(y)) add(std::uint64_t{sample});
      else
        for (const std::uint16_t sample : image.row16(y)) add(std::uint64_t{sample});
    }
  }
  std::uint64_t sum() const { return sum_; }

 private:
  std::uint64_t sum_ = 0xcbf29ce484222325;
};

}  // namespace

Result<std::string> search_key(const PreparedNetwork& network,
                               const std::vector<ReferencePicture>& pictures) {
  Hash of_network, of_pictures;
  for (const int bits : {8, 16})
    for (const bool dre : {false, true}) {
      NAWQ_TRY(const graph::Recipe recipe, network.recipe(uniform_assignment(network, bits, dre)));
      NAWQ_TRY(const plan::Program program, network.program(recipe));
      of_network.add(plan::prefix_keys(program).back());
    }
  for (const ReferencePicture& picture : pictures) {
    of_pictures.add(picture.padded);
    of_pictures.add(picture.original);
    of_pictures.add(picture.in_float);
  }
  return concat(of_network.sum(), ' ', of_pictures.sum());
}

}  // namespace nawq::session
