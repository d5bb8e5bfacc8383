#include "nudipole/campaign/single_toy.hpp"

#include "nudipole/campaign/campaigns.hpp"
#include "toy_study.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <string>

namespace nudipole::campaign {
namespace {

detail::ToyPoint point_of(const RunConfig& config, double mass_MeV,
                          const std::vector<double>& couplings_mu_B) {
  const auto given = std::ranges::count_if(config.couplings, &Coupling::is_mapped);
  if (std::ssize(couplings_mu_B) != given) {
    throw ConfigError(
        "there are " + std::to_string(couplings_mu_B.size()) + " couplings for a toy's hypothesis",
        {.where = "--coupling-mu-B",
         .expected = std::to_string(given) + ", one for each that is not profiled"});
  }
  if (std::ranges::all_of(couplings_mu_B, [](double d) { return d == 0.0; })) return {};
  detail::ToyPoint point{mass_MeV, {couplings_mu_B.begin(), couplings_mu_B.end()}};
  point.couplings_mu_B.resize(config.couplings.size());  // mapped ones come first
  return point;
}

}  // namespace

SingleToy make_single_toy(const std::shared_ptr<const Setup>& setup, double mass_MeV,
                          const std::vector<double>& couplings_mu_B, std::uint32_t number) {
  (void)make_toys(setup);  // refuses what has no toys
  const detail::ToyPoint point = point_of(setup->config(), mass_MeV, couplings_mu_B);
  const ToyRequest& request = *setup->config().toys;
  detail::MassStore store{setup};
  const auto fits = store.at(mass_MeV);
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
