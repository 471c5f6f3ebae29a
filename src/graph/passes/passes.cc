#include "graph/passes/passes.h"

#include "base/text.h"

namespace nawq::graph {
namespace {

struct Pass {
  const char* name;
  Result<int> (*run)(Graph&);
};

// Recognition comes before simplification, which would merge the Reshapes that it looks for.
constexpr Pass kPasses[] = {
    {"fold_constants", fold_constants},
    {"recognise_pixel_shuffle", recognise_pixel_shuffle},
    {"merge_pixel_shuffles", merge_pixel_shuffles},
    {"recognise_channel_shuffle", recognise_channel_shuffle},
    {"recognise_channel_statistics", recognise_channel_statistics},
    {"recognise_gelu", recognise_gelu},
    {"recognise_hard_swish", recognise_hard_swish},
    {"matmul_to_conv", matmul_to_conv},
    {"sink_layout", sink_layout},
    {"simplify_layout", simplify_layout},
    {"fold_padding", fold_padding},
    {"fold_affine_backward", fold_affine_backward},
    {"fold_affine_forward", fold_affine_forward},
    {"affine_to_conv", affine_to_conv},
};

// Real networks settle in two or three rounds. Layout operators may move by one layer a round, so a graph of
// n nodes is given n rounds more.
constexpr std::size_t kSpareRounds = 64;

Result<bool> run_one(Graph& graph, const Pass& pass) {
  NAWQ_TRY(const int rewrites, pass.run(graph));
  if (rewrites == 0) return false;
  NAWQ_CHECK(remove_dead(graph));
  NAWQ_CHECK(verify(graph));
  return true;
}

}  // namespace

Status run_passes(Graph& graph) {
  NAWQ_CHECK(remove_dead(graph));
  const std::size_t most_rounds = graph.nodes.size() + kSpareRounds;
  const char* last_changed = nullptr;
  for (std::size_t round = 0; round < most_rounds; ++round) {
    last_changed = nullptr;
    for (const Pass& pass : kPasses) {
      auto changed = run_one(graph, pass);
      if (!changed) return tl::unexpected<Error>(with_context(changed.error(), concat("pass ", pass.name)));
      if (*changed) last_changed = pass.name;
    }
    if (!last_changed) return {};
  }
  return fail(ErrorKind::kModel, concat("internal: pass ", last_changed, " does not settle"));
}

}  // namespace nawq::graph
