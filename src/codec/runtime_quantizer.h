// Owns: the runtime quantization unit (NAWQ-SR's RQU): scale and zero point of a tensor from the range that
// its source turns out to have on a picture, and its codes, made for a few rows at a time where a reader
// needs them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "codec/bound_operation.h"
#include "codec/reach.h"

namespace nawq::codec {

class RuntimeQuantizer {
 public:
  // All have to outlive it.
  RuntimeQuantizer(const LoadedProgram& loaded, const Sizes& sizes, const Layout& layout, const Reach& reach);
  ~RuntimeQuantizer();

  // To be called once the sources of all tensors with run-time ranges that `operation` reads are complete,
  // before it begins.
  void find_formats(std::size_t operation, ContextState& state) const;

  // Makes what `operation` reads for a part of its grid, in the worker's memory.
  void make_codes(std::size_t operation, const Region& part, const ContextState& state,
                  WorkerScratch& scratch) const;

  bool reads_codes(std::size_t operation) const { return !reads_[operation].empty(); }
  // Of a worker's memory, where parts of grids have at most so many rows.
  std::int64_t scratch_bytes(std::int64_t part_rows) const;

 private:
  struct Maker;

  void make_rows(std::size_t tensor, const Region& region, const ContextState& state, WorkerScratch& scratch,
                 std::byte* memory) const;
  Region read_region(std::size_t operation, std::int32_t tensor, const Region& part) const;
  std::int64_t most_rows(std::size_t operation, std::int32_t tensor, std::int64_t part_rows) const;

  const LoadedProgram& loaded_;
  const Sizes& sizes_;
  const Layout& layout_;
  const Reach& reach_;
  std::vector<std::unique_ptr<Maker>> makers_;    // by tensor; null for others
  std::vector<std::vector<std::int32_t>> reads_;  // by operation: tensors with run-time ranges
};

}  // namespace nawq::codec
