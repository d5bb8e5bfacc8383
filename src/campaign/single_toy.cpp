#include "nudipole/campaign/single_toy.hpp"

#include "nudipole/campaign/campaigns.hpp"
#include "toy_study.hpp"

namespace nudipole::campaign {

SingleToy make_single_toy(const std::shared_ptr<const Setup>& setup, double mass_MeV,
                          double coupling_mu_B, std::uint32_t number) {
  (void)make_toys(setup);  // refuses what has no toys
  const ToyRequest& request = *setup->config().toys;
  detail::MassStore store{setup};
  const auto fits = store.at(mass_MeV);
  const detail::ToyPoint point =
      coupling_mu_B == 0.0 ? detail::ToyPoint{} : detail::ToyPoint{mass_MeV, coupling_mu_B};
  std::vector<detail::ToyEnsemble> ensembles;
  ensembles.emplace_back(*setup, *fits, point);
  std::vector<Eigen::ArrayXd> expected = ensembles.front().generator().expected();
  std::vector<std::shared_ptr<const detail::MassFits>> masses;
  if (request.best_fit_mass == BestFitMass::free || request.method == ToyMethod::significance) {
    masses = store.all();
  }
  const bool one_sided = request.method == ToyMethod::cls || request.method == ToyMethod::coverage;
  const detail::HypothesisStudy study{fits,
                                      point,
                                      one_sided ? detail::Sides::one : detail::Sides::two,
                                      std::move(ensembles),
                                      std::move(masses),
                                      {}};
  detail::ToyRecord record = study.record(number);
  const double q = one_sided ? one_sided_statistic(record.fits) : two_sided_statistic(record.fits);
  return {.expected = std::move(expected),
          .observation = std::move(record.observation),
          .fits = std::move(record.fits),
          .q = q,
          .q_observed = study.observed().front()};
}

}  // namespace nudipole::campaign
