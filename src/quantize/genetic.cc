#include "quantize/genetic.h"

#include <algorithm>

#include "quantize/draws.h"
#include "quantize/penalised_cost.h"
#include "quantize/trials.h"

namespace nawq::quantize {
namespace {

struct Individual {
  std::vector<bool> eight;
  double penalised_cost = 0;
};

class Evolution {
 public:
  Evolution(const SearchProblem& problem, SearchProgress progress)
      : problem_(problem),
        genes_(searched_layers(problem.layers).size()),
        population_(std::max<std::size_t>((problem.layers.size() + 2) / 4, 4)),
        trials_(problem,
                std::max(std::ssize(problem.layers), static_cast<std::ptrdiff_t>(3 * population_)) + 1, true,
                progress),
        draws_(problem.seed) {}

  Result<SearchResult> run() {
    NAWQ_CHECK(trials_.measure(trials_.uniform(16), "start"));
    if (genes_ == 0) return trials_.result();
    while (alive_.size() < population_ && !trials_.is_over()) NAWQ_CHECK(add(random_genes(), alive_));
    while (!trials_.is_over()) NAWQ_CHECK(breed());
    return trials_.result();
  }

 private:
  using Genes = std::vector<bool>;

  Genes random_genes() {
    Genes genes;
    for (std::size_t i = 0; i < genes_; ++i) genes.push_back(draws_.coin());
    return genes;
  }

  Status add(Genes genes, std::vector<Individual>& to) {
    NAWQ_TRY(const std::size_t index, trials_.measure(trials_.with_eight(genes), "genetic"));
    to.push_back({std::move(genes), penalised_cost(trials_, problem_.tolerance, index)});
    return {};
  }

  Status breed() {
    std::vector<Individual> next{*std::ranges::min_element(alive_, {}, &Individual::penalised_cost)};
    while (next.size() < population_ && !trials_.is_over()) {
      const Genes mother = parent().eight, father = parent().eight;
      NAWQ_CHECK(add(child(mother, father), next));
    }
    alive_ = std::move(next);
    return {};
  }

  const Individual& parent() {
    const Individual& a = alive_[draws_.below(alive_.size())];
    const Individual& b = alive_[draws_.below(alive_.size())];
    return b.penalised_cost < a.penalised_cost ? b : a;
  }

  Genes child(const Genes& mother, const Genes& father) {
    Genes genes;
    for (std::size_t i = 0; i < genes_; ++i) {
      const bool inherited = draws_.coin() ? mother[i] : father[i];
      genes.push_back(draws_.below(genes_) == 0 ? !inherited : inherited);
    }
    return genes;
  }

  const SearchProblem& problem_;
  const std::size_t genes_, population_;
  Trials trials_;
  Draws draws_;
  std::vector<Individual> alive_;
};

}  // namespace

Result<SearchResult> search_genetic(const SearchProblem& problem, SearchProgress progress) {
  return Evolution(problem, progress).run();
}

}  // namespace nawq::quantize
