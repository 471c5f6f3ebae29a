#include "session/search_key.h"

#include <cstdint>

#include "base/fnv1a.h"
#include "base/text.h"
#include "plan/prefix_keys.h"

namespace nawq::session {
namespace {

void add_picture(Fnv1a& sum, const Image& image) {
  sum.add(static_cast<std::uint64_t>(image.width_px()));
  sum.add(static_cast<std::uint64_t>(image.height_px()));
  for (std::int64_t y = 0; y < image.height_px(); ++y) {
    if (image.bits() == 8)
      for (const std::uint8_t sample : image.row8(y)) sum.add(std::uint64_t{sample});
    else
      for (const std::uint16_t sample : image.row16(y)) sum.add(std::uint64_t{sample});
  }
}

}  // namespace

Result<std::string> search_key(const PreparedNetwork& network,
                               const std::vector<ReferencePicture>& pictures) {
  Fnv1a of_network, of_pictures;
  for (const int bits : {8, 16})
    for (const bool dre : {false, true}) {
      NAWQ_TRY(const graph::Recipe recipe, network.recipe(uniform_assignment(network, bits, dre)));
      NAWQ_TRY(const plan::Program program, network.program(recipe));
      of_network.add(plan::prefix_keys(program).back());
    }
  for (const ReferencePicture& picture : pictures) {
    add_picture(of_pictures, picture.padded);
    add_picture(of_pictures, picture.original);
    add_picture(of_pictures, picture.in_float);
  }
  return concat(of_network.sum(), ' ', of_pictures.sum());
}

}  // namespace nawq::session
