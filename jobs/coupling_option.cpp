#include "coupling_option.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

namespace nudipole::jobs {

CLI::Option* MassOption::add_to(CLI::App& command) {
  return command.add_option("--mass-MeV", mass_MeV, "mass of the sterile neutrino [MeV]")
      ->check(positive_number());
}

void CouplingOption::add_to(CLI::App& command) {
  CLI::Option* const in_mu_B = command.add_option("--coupling-mu-B", mu_B, "coupling d [mu_B]")
                                   ->check(non_negative_number());
  CLI::Option* const in_per_GeV =
      command.add_option("--coupling-per-GeV", per_GeV, "coupling d [1/GeV]")
          ->check(non_negative_number())
          ->excludes(in_mu_B);
  CLI::Option* const at_best =
      command.add_flag("--best", best, "the coupling of the best fit over d >= 0")
          ->excludes(in_mu_B)
          ->excludes(in_per_GeV);
  CLI::Option* const at_limit =
      command.add_flag("--limit", limit, "the upper limit on the coupling")
          ->excludes(in_mu_B)
          ->excludes(in_per_GeV)
          ->excludes(at_best);
  command.add_option("--confidence", confidence, "confidence level of the limit")
      ->check(CLI::Range(1.0e-6, 1.0 - 1.0e-9))
      ->needs(at_limit)
      ->capture_default_str();
  command.add_option("--dof", dof, "degrees of freedom of the limit")
      ->check(CLI::Range(1, 100))
      ->needs(at_limit)
      ->capture_default_str();
}

DipoleCoupling CouplingOption::coupling() const {
  const DipoleCoupling chosen =
      per_GeV ? DipoleCoupling::from_per_GeV(*per_GeV) : DipoleCoupling::from_mu_B(mu_B.value());
  constexpr double largest_mu_B = 1.0e-2;  // as in the grid of a scan: far beyond any limit
  if (chosen.mu_B() > largest_mu_B) {
    throw ConfigError("the coupling is " + shortest_text(chosen.mu_B()) + " mu_B",
                      {.where = per_GeV ? "--coupling-per-GeV" : "--coupling-mu-B",
                       .expected = "couplings up to " + shortest_text(largest_mu_B) + " mu_B"});
  }
  return chosen;
}

inference::ProfilePoint CouplingOption::fit(const campaign::Setup& setup,
                                            const inference::Profile& profile) const {
  if (is_given()) return profile.at(coupling().squared_mu_B2());
  const inference::ProfilePoint best_fit = profile.best_fit().best;
  if (!limit) return best_fit;
  const campaign::RunConfig& config = setup.config();
  const inference::Limit upper =
      profile.upper_limit(best_fit, config.limits.delta_chi2(confidence, dof),
                          DipoleCoupling::from_mu_B(config.coupling_mu_B.back()).squared_mu_B2());
  if (upper.status != inference::LimitStatus::ok) {
    throw ConfigError(
        "there is no upper limit at this mass: " + std::string{inference::to_string(upper.status)},
        {.where = "--limit",
         .hint = upper.status == inference::LimitStatus::none_in_range
                     ? "let 'coupling' in the configuration reach higher"
                     : ""});
  }
  return profile.at(upper.poi);
}

}  // namespace nudipole::jobs
