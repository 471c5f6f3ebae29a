// Owns: upscaling one picture after another with one loaded model, within a stated memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "image/image.h"
#include "reference/run.h"
#include "session/network.h"

namespace nawq::session {

// Called with the share of the work done, 0..1. Returning false stops with kInterrupted.
using Progress = FunctionRef<bool(double done)>;

struct UpscaleOptions {
  int bits = 8;           // of the result's samples: 8 or 16
  bool keep_grey = true;  // a grey picture gives a grey result; false gives three channels
  std::int64_t max_memory_bytes = INT64_MAX;
  std::int64_t tile_px = 0;  // side of a tile of the picture; 0: as large as the memory allows
};

class Upscaler {
 public:
  virtual ~Upscaler() = default;

  virtual std::string_view name() const = 0;
  virtual std::int64_t scale() const = 0;
  virtual std::string_view precision() const = 0;  // "fp32", or "none" for an interpolation
  virtual std::vector<std::string> notes() const = 0;

  // Bytes that upscale() will hold at its peak for a picture of this size when memory does not matter, the
  // picture and the result included. This and check_memory() may be called while upscale() runs on another
  // thread.
  virtual Result<std::int64_t> memory_bytes(Extent picture, int bits) = 0;
  // Whether a picture of this size can be done within options.max_memory_bytes; kResource says what it needs.
  virtual Status check_memory(Extent picture, const UpscaleOptions& options);

  // The picture at scale() times its size. kResource, before any work, when it would need more than
  // options.max_memory_bytes.
  virtual Result<Image> upscale(const Image& picture, const UpscaleOptions& options, Progress progress) = 0;

 protected:
  // kResource, naming both amounts.
  tl::unexpected<Error> too_large(Extent picture, std::int64_t needed_bytes,
                                  const UpscaleOptions& options) const;
};

// Runs the network on the reference, in float32; kHalf: with every layer's results rounded to half precision.
std::unique_ptr<Upscaler> make_network_upscaler(Network network, ThreadTeam& team,
                                                reference::Results results = reference::Results::kFloat);

// Bicubic interpolation: what a network is measured against.
std::unique_ptr<Upscaler> make_bicubic_upscaler(std::int64_t scale);

// Whether bringing a result of size `from` to another one by interpolation fits; nothing to do for equal
// sizes.
Status check_resample_memory(Extent from, Extent to, const UpscaleOptions& options);

}  // namespace nawq::session
