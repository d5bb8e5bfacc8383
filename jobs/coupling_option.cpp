#include "coupling_option.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

namespace nudipole::jobs {

CLI::Option* MassOption::add_to(CLI::App& command) {
  return command.add_option("--mass-MeV", mass_MeV, "mass of the sterile neutrino [MeV]")
      ->check(non_negative_number());
}

void CouplingOption::add_to(CLI::App& command) {
  const auto add = [&command](const char* name, std::vector<double>& values,
                              const std::string& unit) {
    return command
        .add_option(name, values, "coupling d [" + unit + "], or one for each of several: 1,2")
        ->delimiter(',')
        ->expected(1, static_cast<int>(flavour_count))
        ->allow_extra_args(false)
        ->check(non_negative_number());
  };
  CLI::Option* const in_mu_B = add("--coupling-mu-B", mu_B, "mu_B");
  CLI::Option* const in_per_GeV = add("--coupling-per-GeV", per_GeV, "1/GeV")->excludes(in_mu_B);
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

std::vector<double> CouplingOption::squares(const campaign::RunConfig& config) const {
  const char* const where = mu_B.empty() ? "--coupling-per-GeV" : "--coupling-mu-B";
  const std::vector<double>& values = mu_B.empty() ? per_GeV : mu_B;
  if (values.size() != config.couplings.size()) {
    std::vector<std::string> names;
    for (const campaign::Coupling& coupling : config.couplings) names.push_back(coupling.name);
    throw ConfigError(
        std::to_string(values.size()) + " couplings for " + std::to_string(names.size()),
        {.where = where, .expected = "a number for each of " + join(names)});
  }
  std::vector<double> squares;
  for (const double value : values) {
    const DipoleCoupling chosen =
        mu_B.empty() ? DipoleCoupling::from_per_GeV(value) : DipoleCoupling::from_mu_B(value);
    constexpr double largest_mu_B = 1.0e-2;  // as in the grid of a scan: far beyond any limit
    if (chosen.mu_B() > largest_mu_B) {
      throw ConfigError(
          "the coupling is " + shortest_text(chosen.mu_B()) + " mu_B",
          {.where = where, .expected = "couplings up to " + shortest_text(largest_mu_B) + " mu_B"});
    }
    squares.push_back(chosen.squared_mu_B2());
  }
  return squares;
}

inference::ProfilePoint CouplingOption::fit(const campaign::Setup& setup,
                                            const inference::Profile& profile) const {
  const campaign::RunConfig& config = setup.config();
  if (is_given()) return profile.at(squares(config));
  inference::ProfilePoint best_fit = profile.best_fit().best;
  if (!limit) return best_fit;
  if (config.couplings.size() > 1) {
    throw ConfigError("the configuration has several couplings, each with limits of its own",
                      {.where = "--limit", .hint = "find them with nudipole scan"});
  }
  const inference::Limit upper =
      profile.upper_limit(best_fit, config.limits.delta_chi2(confidence, dof),
                          DipoleCoupling::from_mu_B(config.coupling_mu_B().back()).squared_mu_B2());
  if (!has_value(upper.status)) {
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
