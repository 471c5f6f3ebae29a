// Owns: one picture size of a loaded program: a plan of tiles and memory, bound operations, and running them.
// One picture at a time; several contexts of one program may run at once, each with a thread team of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/thread_team.h"
#include "codec/choose_plan.h"
#include "codec/dispatcher.h"
#include "codec/loaded_program.h"
#include "codec/sizes.h"
#include "codec/snapshot.h"
#include "image/image.h"

namespace nawq::codec {

struct ContextOptions {
  int in_bits = 8, out_bits = 8;
  int workers = 1;              // of the team that will run it
  bool capture_ranges = false;  // notes the smallest and largest value of every tensor
  bool measure_time = false;    // notes the time of every operation
  Tiling tiling = {};           // within which memory; the picture is the same whatever it says
};

struct Range {
  float low = 0, high = 0;
};

// A tensor in a context's memory: NHWC, with filling channels behind each pixel's own.
struct TensorView {
  const std::byte* pixels = nullptr;
  Extent size;
  std::int32_t channels = 0;
  std::int64_t pixel_bytes = 0, row_bytes = 0;
};

class Context {
 public:
  // Fails (kModel) when the program does not take pictures of this size, (kResource) when it cannot be run in
  // the memory that the tiling allows. May throw std::bad_alloc.
  static Result<std::unique_ptr<Context>> create(std::shared_ptr<const LoadedProgram> loaded, Extent picture,
                                                 const ContextOptions& options);
  ~Context();

  // Bytes of tensors that a context for such a picture holds without tiles.
  static Result<std::int64_t> memory_bytes(const plan::Program& program, Extent picture, int in_bits);

  // `picture` has the size and depth of the context and the program's channels; so has `result`, at the
  // program's scale. Allocates nothing. kInterrupted when `progress` says so; kResource when the temporary
  // file fails.
  Status run(const Image& picture, Image& result, ThreadTeam& team, Progress progress);

  // As run(), from the beginning or from what a context of the same picture saved, also one of another
  // program that does the same up to there. `before` is called with the number of each operation before it
  // runs, and with the number of all of them at the end; where it gives false the run ends and there is no
  // result. kUsage where the context has tiles.
  Status run_from(const Snapshot* snapshot, const Image& picture, Image& result, ThreadTeam& team,
                  FunctionRef<bool(std::size_t operation)> before);
  // While `before` is called with `next`.
  Snapshot save(std::size_t next) const;
  // What a tensor that was written before `next` holds, while `before` is called with `next`.
  TensorView tensor(std::int32_t index, std::size_t next) const;

  Extent picture() const;
  const plan::Program& program() const;
  std::int64_t arena_bytes() const;
  const Plan& plan() const;
  // Of the last run, by tensor; low > high where nothing was written.
  std::span<const Range> ranges() const;
  // Of the last run, by operation, in microseconds.
  std::span<const double> operation_times_us() const;
  // Multiply-accumulates of an operation on this picture.
  std::int64_t macs(std::size_t operation) const;

 private:
  struct State;
  explicit Context(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace nawq::codec
