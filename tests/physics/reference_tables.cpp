#include "reference_tables.hpp"

#include "support/catch2.hpp"
#include "support/experiment_profile.hpp"

#include <cmath>
#include <filesystem>
#include <random>

namespace nudipole::test {

config::Table reference_table(const std::string& name) {
  return config::Table::load(std::filesystem::path{NUDIPOLE_TEST_REFERENCE_DIR} / name);
}

const experiment::Experiment& load(const std::string& name,
                                   const std::map<std::string, std::string>& options) {
  static std::map<std::pair<std::string, std::map<std::string, std::string>>,
                  experiment::Experiment>
      loaded;
  const auto key = std::pair{name, options};
  const auto found = loaded.find(key);
  if (found != loaded.end()) return found->second;
  experiment::DataFolder data{NUDIPOLE_TEST_DATA_DIR};
  return loaded.emplace(key, experiment::Experiment::load(data, {.name = name, .options = options}))
      .first->second;
}

Eigen::ArrayXXd portal_at_1e9(const experiment::Experiment& experiment, double mass_MeV,
                              const std::string& flavour) {
  return 1e-18 * experiment.signal().dipole(mass_MeV).total(parse_portal_flavour(flavour).value());
}

std::size_t check_limits(const std::string& experiment, const std::string& table_name,
                         const std::vector<std::string>& options,
                         const std::map<std::string, std::string>& fixed_options,
                         const LimitTolerances& tolerances) {
  const config::Table table = reference_table(table_name);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    std::map<std::string, std::string> chosen = fixed_options;
    for (const std::string& option : options) chosen[option] = table.text_column(option)[row];
    const std::string& flavour = table.text_column("flavour")[row];
    const double mass_MeV = table.column("mass", "MeV")[row];
    INFO(table_name << " row " << row << ": flavour " << flavour << ", m_N " << mass_MeV);
    const auto coupling = [&](const char* name) { return table.column(name, "mu_B")[row]; };

    const experiment::Experiment& one = load(experiment, chosen);
    const inference::Profile profile =
        profile_of(one, mass_MeV, parse_portal_flavour(flavour).value());
    const inference::ProfilePoint without = profile.at(0.0);
    CHECK(fit::is_converged(without.status));
    CHECK(without.minus_two_log_l ==
          Approx(table.column("chi2_sm", "-")[row]).epsilon(0.0).margin(tolerances.chi2));
    const inference::ProfilePoint best = profile.best_fit().best;
    CHECK(fit::is_converged(best.status));
    CHECK(best.minus_two_log_l ==
          Approx(table.column("chi2_min", "-")[row]).epsilon(0.0).margin(tolerances.chi2));
    CHECK(std::sqrt(best.poi.front()) == Approx(coupling("d_best")).epsilon(tolerances.best));
    for (const auto& [threshold, column] :
         {std::pair{2.71, "d_limit_2.71"}, {4.61, "d_limit_4.61"}}) {
      const inference::Limit limit = profile.upper_limit(best, threshold, 1e-10);
      CHECK(limit.status == inference::LimitStatus::ok);
      CHECK(std::sqrt(limit.poi) == Approx(coupling(column)).epsilon(tolerances.limit));
    }
  }
  return table.rows();
}

void check_gradient(const experiment::Experiment& experiment, double mass_MeV,
                    const std::string& flavour) {
  const likelihood::Term& term = experiment.term();
  const Eigen::ArrayXXd portal = portal_at_1e9(experiment, mass_MeV, flavour);
  const likelihood::Observed observed = term.observe(experiment.observed());
  const std::size_t nuisances = term.nuisances().size();
  std::mt19937 generator{2006};
  std::uniform_real_distribution<double> uniform{-1.5, 1.5};
  for (int trial = 0; trial < 10; ++trial) {
    std::vector<double> point{0.7 * trial};  // x in units of 1e-18 mu_B^2, then pulls
    for (std::size_t k = 0; k < nuisances; ++k) {
      // A signal or background cannot be negative: stay above -1 in value.
      point.push_back(std::max(uniform(generator), 0.9 * term.nuisances()[k].lower_pull()));
    }
    std::vector<double> gradient(point.size());
    const auto value = [&](const std::vector<double>& at, std::span<double> slope) {
      return term.evaluate(signal_at(at[0], portal), std::span{at}.subspan(1), observed, slope);
    };
    const double level = std::abs(value(point, gradient));
    for (std::size_t k = 0; k < point.size(); ++k) {
      constexpr double h = 1e-4;
      const auto moved = [&](double step) {
        std::vector<double> at = point;
        at[k] += step;
        return value(at, {});
      };
      // Truncation h^2 times the third derivative, rounding 1e-16 of the level over h.
      const double expected = (moved(h) - moved(-h)) / (2.0 * h);
      INFO("trial " << trial << ", parameter " << k);
      CHECK(gradient[k] == Approx(expected).epsilon(1e-5).margin(1e-5 + 1e-11 * level));
    }
  }
}

}  // namespace nudipole::test
