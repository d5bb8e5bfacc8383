#include "toy_study.hpp"

#include "nudipole/core/text.hpp"

namespace nudipole::campaign::detail {
namespace {

/// How often the asymptotic upper limit of a toy lies above the coupling that it was made with:
/// whenever the one-sided statistic there stays below the threshold, as -2 ln L rises above its
/// best fit. One test for each confidence level; "at least as large" means "not covered".
class CoveragePlan final : public GridPlan {
 public:
  using GridPlan::GridPlan;

  [[nodiscard]] bool finds_limits() const override { return false; }
  [[nodiscard]] std::vector<Test> tests() const override {
    std::vector<Test> tests;
    for (const double level : setup().config().limits.confidence) {
      tests.push_back({"limit_" + shortest_text(level)});
    }
    return tests;
  }

  [[nodiscard]] std::unique_ptr<PointStudy> study_of(double mass_MeV,
                                                     const HypothesisCouplings& couplings_mu_B,
                                                     MassStore& store) const override {
    const ToyPoint here = ToyPoint::of(mass_MeV, couplings_mu_B);
    const auto fits = store.at(mass_MeV);
    std::vector<ToyEnsemble> ensembles;
    ensembles.emplace_back(setup(), *fits, here);
    const LimitRequest& limits = setup().config().limits;
    std::vector<double> thresholds;
    for (const double level : limits.confidence) thresholds.push_back(limits.delta_chi2(level, 1));
    return std::make_unique<HypothesisStudy>(fits, here, Sides::one, std::move(ensembles),
                                             std::vector<std::shared_ptr<const MassFits>>{},
                                             std::move(thresholds));
  }
};

}  // namespace

std::unique_ptr<ToyPlan> coverage_plan(std::shared_ptr<const Setup> setup) {
  return std::make_unique<CoveragePlan>(std::move(setup));
}

}  // namespace nudipole::campaign::detail
