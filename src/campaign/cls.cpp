#include "toy_study.hpp"

namespace nudipole::campaign::detail {
namespace {

/// CL_s = p_{s+b}/(1 - p_b) (Read, J. Phys. G 28 (2002) 2693) with the one-sided statistic: toys of
/// the point and toys without signal, both tested at the point. The latter are the same at every
/// point, which makes bands smooth.
class ClsPlan final : public GridPlan {
 public:
  using GridPlan::GridPlan;

  [[nodiscard]] std::vector<Test> tests() const override { return {{"point"}, {"background"}}; }

  [[nodiscard]] std::unique_ptr<PointStudy> study_of(double mass_MeV,
                                                     const HypothesisCouplings& couplings_mu_B,
                                                     MassStore& store) const override {
    const ToyPoint here = ToyPoint::of(mass_MeV, couplings_mu_B);
    const auto fits = store.at(mass_MeV);
    std::vector<ToyEnsemble> ensembles;
    ensembles.emplace_back(setup(), *fits, here);
    ensembles.emplace_back(setup(), *fits, ToyPoint{});
    return std::make_unique<HypothesisStudy>(fits, here, Sides::one, std::move(ensembles),
                                             std::vector<std::shared_ptr<const MassFits>>{},
                                             std::vector<double>{});
  }
};

}  // namespace

std::unique_ptr<ToyPlan> cls_plan(std::shared_ptr<const Setup> setup) {
  return std::make_unique<ClsPlan>(std::move(setup));
}

}  // namespace nudipole::campaign::detail
