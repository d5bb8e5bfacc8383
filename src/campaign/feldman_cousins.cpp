#include "toy_study.hpp"

namespace nudipole::campaign::detail {
namespace {

/// The construction of Feldman and Cousins (physics/9711021), profiled (NOvA, 2207.14353): at each
/// point (m, d) the two-sided q of toys of that point against that of the data. With a best fit
/// over all masses it is the construction in the plane. Toys without signal, tested at the point
/// too, give the limits to expect.
class FeldmanCousinsPlan final : public GridPlan {
 public:
  using GridPlan::GridPlan;

  [[nodiscard]] std::vector<Test> tests() const override {
    std::vector<Test> tests{{"point"}};
    if (setup().config().limits.expected) tests.push_back({"background"});
    return tests;
  }

  [[nodiscard]] std::unique_ptr<PointStudy> study_of(double mass_MeV,
                                                     const HypothesisCouplings& couplings_mu_B,
                                                     MassStore& store) const override {
    const ToyPoint here = ToyPoint::of(mass_MeV, couplings_mu_B);
    const auto fits = store.at(mass_MeV);
    std::vector<ToyEnsemble> ensembles;
    ensembles.emplace_back(setup(), *fits, here);
    if (setup().config().limits.expected) ensembles.emplace_back(setup(), *fits, ToyPoint{});
    std::vector<std::shared_ptr<const MassFits>> masses;
    if (setup().config().toys->best_fit_mass == BestFitMass::free) masses = store.all();
    return std::make_unique<HypothesisStudy>(fits, here, Sides::two, std::move(ensembles),
                                             std::move(masses), std::vector<double>{});
  }
};

}  // namespace

std::unique_ptr<ToyPlan> feldman_cousins_plan(std::shared_ptr<const Setup> setup) {
  return std::make_unique<FeldmanCousinsPlan>(std::move(setup));
}

}  // namespace nudipole::campaign::detail
