#include "support/reference_tables.hpp"
#include "support/paths.hpp"

#include "nudipole/core/units.hpp"
#include "support/catch2.hpp"
#include "support/central_difference.hpp"
#include "support/experiment_profile.hpp"

#include <cmath>
#include <filesystem>
#include <random>
#include <sstream>
#include <tuple>

namespace nudipole::test {

config::Table reference_table(const std::string& name) {
  return config::Table::load(std::filesystem::path{test::reference_dir()} / name);
}

Options parse_options(const std::string& text) {
  Options options;
  if (text == "default") return options;
  std::istringstream words{text};
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    options.emplace(word.substr(0, equals), word.substr(equals + 1));
  }
  return options;
}

const experiment::Experiment& load(const std::string& name, const Options& options,
                                   const math::PanelSettings& panels) {
  static std::map<std::tuple<std::string, Options, double, int>, experiment::Experiment> loaded;
  const auto key = std::tuple{name, options, panels.max_width_ln, panels.order};
  const auto found = loaded.find(key);
  if (found != loaded.end()) return found->second;
  experiment::DataFolder data{test::data_dir()};
  const experiment::Selection selection{.name = name, .options = options};
  return loaded.emplace(key, experiment::Experiment::load(data, selection, panels)).first->second;
}

Eigen::ArrayXXd portal_at_1e9(const experiment::Experiment& experiment, double mass_MeV,
                              const std::string& flavour) {
  return 1e-18 * experiment.signal().dipole(mass_MeV).total(parse_portal_flavour(flavour).value());
}

inference::ProfilePoint check_fits(const config::Table& table, std::size_t row,
                                   const inference::Profile& profile,
                                   const LimitTolerances& tolerances) {
  const auto chi2 = [&](const char* column) {
    return Approx(table.column(column, "-")[row]).epsilon(0.0).margin(tolerances.chi2);
  };
  const bool per_GeV = table.unit("d_best") == "1/GeV";
  const auto coupling = [&](double x_mu_B2) {
    return per_GeV ? DipoleCoupling::from_square(x_mu_B2).per_GeV() : std::sqrt(x_mu_B2);
  };
  const auto expected = [&](const char* column, double tolerance) {
    return Approx(table.column(column, per_GeV ? "1/GeV" : "mu_B")[row]).epsilon(tolerance);
  };
  const inference::ProfilePoint without = profile.at(0.0);
  CHECK(fit::is_converged(without.status));
  CHECK(without.minus_two_log_l == chi2("chi2_sm"));
  const inference::ProfilePoint best = profile.best_fit().best;
  CHECK(fit::is_converged(best.status));
  CHECK(best.minus_two_log_l == chi2("chi2_min"));
  CHECK(coupling(best.poi.front()) == expected("d_best", tolerances.best));
  constexpr double largest_x_mu_B2 = 1e-8;  // far above all limits
  for (const auto& [threshold, column] :
       {std::pair{2.71, "d_limit_2.71"}, {4.61, "d_limit_4.61"}}) {
    const inference::Limit limit = profile.upper_limit(best, threshold, largest_x_mu_B2);
    CHECK(limit.status == inference::LimitStatus::ok);
    CHECK(coupling(limit.poi) == expected(column, tolerances.limit));
  }
  return best;
}

std::size_t check_limits(const std::string& experiment, const std::string& table_name,
                         const std::vector<std::string>& options, const Options& fixed_options,
                         const LimitTolerances& tolerances) {
  const config::Table table = reference_table(table_name);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Options chosen = fixed_options;
    for (const std::string& option : options) chosen[option] = table.text_column(option)[row];
    const std::string& flavour = table.text_column("flavour")[row];
    const double mass_MeV = table.column("mass", "MeV")[row];
    INFO(table.where(row, "mass") << ": flavour " << flavour << ", m_N " << mass_MeV << " MeV");
    const experiment::Experiment& one = load(experiment, chosen);
    check_fits(table, row, profile_of(one, mass_MeV, parse_portal_flavour(flavour).value()),
               tolerances);
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
    const auto value = [&](const std::vector<double>& at) {
      return term.evaluate(signal_at(at[0], portal), std::span{at}.subspan(1), observed, {});
    };
    const double level = std::abs(term.evaluate(signal_at(point[0], portal),
                                                std::span{point}.subspan(1), observed, gradient));
    for (std::size_t k = 0; k < point.size(); ++k) {
      // Truncation h^2 times the third derivative, rounding 1e-16 of the level over h.
      const double expected = central_difference(value, point, k, 1e-4);
      INFO("trial " << trial << ", parameter " << k);
      CHECK(gradient[k] == Approx(expected).epsilon(1e-5).margin(1e-5 + 1e-11 * level));
    }
  }
}

}  // namespace nudipole::test
