// Owns: running a plan on pictures: phases, tiles, operations, and handing parts of their grids to workers;
// what comes from the picture, from the temporary file, and goes there.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/thread_team.h"
#include "codec/bound_operation.h"
#include "codec/runtime_quantizer.h"
#include "codec/snapshot.h"
#include "codec/tensor_file.h"
#include "codec/tile_regions.h"
#include "image/image.h"

namespace nawq::codec {

// Called after each operation with the share of work done, 0..1. Returning false stops the run.
using Progress = FunctionRef<bool(double done)>;

struct DispatchOptions {
  int workers = 1;
  bool capture_ranges = false, measure_time = false;
  std::uint32_t tile_order = 0;  // 0: row by row; else the seed of another order
};

// The plan of one picture size; all of it outlives what uses it.
struct Plan {
  Sizes sizes;
  TilePlan tiles;
  Layout layout;
  double work = 0;  // see grid_work()
};

class Dispatcher {
 public:
  // Takes the memory and the file that the plan asks for; may throw std::bad_alloc.
  static Result<std::unique_ptr<Dispatcher>> create(const LoadedProgram& loaded, const Plan& plan,
                                                    const DispatchOptions& options);

  Status run(const Image& picture, Image& result, ThreadTeam& team, Progress progress);

  // Where every operation is a phase by itself. From the beginning or a snapshot; `before` is called with the
  // number of each operation before it runs, and with that of all of them at the end; false ends the run
  // there.
  Status run_from(const Snapshot* snapshot, const Image& picture, Image& result, ThreadTeam& team,
                  FunctionRef<bool(std::size_t operation)> before);
  // What operations from `next` on read of what the others made. May throw std::bad_alloc.
  Snapshot save(std::size_t next) const;
  // Where pixel (0, 0) of a tensor is in a phase in which `held` of it is in memory; whole ones always.
  std::byte* place(std::size_t tensor, std::size_t phase, const Region& held = {}) const;

  const ContextState& state() const { return state_; }
  const std::vector<double>& times_us() const { return times_us_; }

 private:
  Dispatcher(const LoadedProgram& loaded, const Plan& plan, const DispatchOptions& options, TensorFile file);

  void bind();
  void begin_picture(Image& result);
  void end_picture(Image& result, ThreadTeam& team) const;
  void restore(const Snapshot& snapshot);
  void make_scratch();
  void find_completed();

  Status run_phase(std::size_t phase, const Image& picture, ThreadTeam& team, Progress progress);
  void begin(std::size_t phase);
  void end(std::size_t phase);
  Status run_tile(std::size_t phase, std::int64_t tile, const Image& picture, ThreadTeam& team,
                  Progress progress);
  void place_tensors(std::size_t phase);
  Status load(std::int32_t tensor, std::size_t phase, const Image& picture, ThreadTeam& team);
  Status store(const Step& step, std::int64_t tile, ThreadTeam& team);
  void run_operation(std::size_t index, const Region& grid, ThreadTeam& team);
  void fill_borders(std::size_t index, const Region& part);
  Status file_status();
  bool is_vector_math(std::size_t index) const;

  const plan::Program& program() const { return loaded_.program(); }

  const LoadedProgram& loaded_;
  const Plan& plan_;
  DispatchOptions options_;
  TileGeometry geometry_;
  RuntimeQuantizer quantizer_;
  TensorFile file_;
  AlignedBuffer memory_;
  std::vector<std::unique_ptr<BoundOperation>> operations_;
  std::vector<std::vector<plan::RunSpec>>
      completed_;                    // by operation: a run to each tensor that it is the last to write
  std::vector<std::int64_t> order_;  // of tiles
  TileRegions regions_;
  ContextState state_;
  std::vector<WorkerScratch> scratch_;  // by worker
  std::vector<double> times_us_;
  double work_done_ = 0;
};

}  // namespace nawq::codec
