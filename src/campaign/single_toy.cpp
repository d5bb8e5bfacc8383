#include "nudipole/campaign/single_toy.hpp"

#include "nudipole/campaign/campaigns.hpp"
#include "toy_study.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <string>

namespace nudipole::campaign {
namespace {

/// The couplings of a hypothesis from numbers for all of them, or for those that are not profiled.
detail::HypothesisCouplings hypothesis(const RunConfig& config,
                                       const std::vector<double>& couplings_mu_B) {
  const auto given = static_cast<std::size_t>(  // which come first
      std::ranges::count_if(config.couplings, &Coupling::is_mapped));
  if (couplings_mu_B.size() != given && couplings_mu_B.size() != config.couplings.size()) {
    throw ConfigError("a toy's hypothesis has another number of couplings than " +
                          std::to_string(couplings_mu_B.size()),
                      {.where = "--coupling-mu-B",
                       .expected = std::to_string(given) + ", one for each that is not profiled"});
  }
  if (std::ranges::all_of(couplings_mu_B, [](double d) { return d == 0.0; })) return {};
  detail::HypothesisCouplings couplings(couplings_mu_B.begin(), couplings_mu_B.end());
  // Best fits have values of all; elsewhere those of profiled ones follow from the data.
  if (config.toys->method != ToyMethod::goodness_of_fit) couplings.resize(given);
  couplings.resize(config.couplings.size());
  return couplings;
}

}  // namespace

SingleToy make_single_toy(const std::shared_ptr<const Setup>& setup, double mass_MeV,
                          const std::vector<double>& couplings_mu_B, std::uint32_t number) {
  (void)make_toys(setup);  // refuses what has no toys
  const auto plan = detail::make_toy_plan(setup);
  detail::MassStore store{setup};
  const auto study = plan->study_of(mass_MeV, hypothesis(setup->config(), couplings_mu_B), store);
  std::vector<double> values(plan->tests().size());
  study->toy(number, values);
  detail::ToyRecord record = study->record(number);
  return {.expected = std::move(record.expected),
          .observation = std::move(record.observation),
          .fits = std::move(record.fits),
          .q = values.front(),
          .q_observed = study->observed().front()};
}

}  // namespace nudipole::campaign
