#include "dresden_ii_reference.hpp"
#include "nudipole/inference/profile.hpp"
#include "support/catch2.hpp"
#include "support/experiment_profile.hpp"
#include "support/paths.hpp"

#include <cmath>
#include <string>

using namespace nudipole;
using namespace nudipole::test;
using namespace nudipole::test::dresden_ii;
using inference::LimitStatus;
using prediction::Scattering;

namespace {

/// Far above all limits here [mu_B^2].
constexpr double largest_x_mu_B2 = 1e-8;

inference::Profile profile_at(const experiment::Experiment& experiment, double mass_MeV) {
  return test::profile_of(experiment, mass_MeV, PortalFlavour::e);
}

/// Relative tolerance of events in all bins. Rounding and 11 printed digits, but: the reference
/// does not cut its recoil integrals at the steps of the capture spectrum; and the tail is a table
/// of straight lines in the library, the polynomials themselves in the reference, 4e-4 apart
/// (step^2/8 times the squared logarithmic slope of about 2 - 5 per MeV). The tail is 1.3 % of all
/// events of light N, and everything above 8 MeV. Log-linear rows are straight lines over steps of
/// 12.5 keV in the library, exponentials in the reference: step^2/8 times squared slopes of up
/// to 2.5 per MeV is 1.2e-4 of the density, 2e-5 where most neutrinos are, and the flux is
/// normalised.
double event_tolerance(const std::string& options, double mass_MeV) {
  if (options.find("interpolation") != std::string::npos) return 1e-4;
  if (options.find("capture") != std::string::npos) return 2e-8;
  if (options.find("tail") == std::string::npos) return 2e-9;
  return mass_MeV < 7.0 ? 1e-5 : 6e-4;
}

}  // namespace

TEST_CASE("Dresden-II: events, fits and limits for all options and masses") {
  const config::Table table = reference_table("dresden_ii_limits.csv");
  REQUIRE(table.rows() == 60);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string& text = table.text_column("options")[row];
    const std::string& channels = table.text_column("channels")[row];
    const double mass_MeV = table.column("mass", "MeV")[row];
    INFO("options " << text << ", channels " << channels << ", m_N " << mass_MeV << " MeV");
    const auto number = [&](const char* name, const char* unit) {
      return table.column(name, unit)[row];
    };

    Options options = parse_options(text);
    if (channels != "both") options.emplace("channels", channels);
    const experiment::Experiment& dresden = library(options);
    const double tolerance = event_tolerance(text, mass_MeV);
    CHECK(dresden.signal().standard_model(Scattering::nucleus).sum() ==
          Approx(number("cevns", "1/day")).epsilon(event_tolerance(text, 0.0)));
    CHECK(dresden.signal().standard_model(Scattering::electron).sum() ==
          Approx(number("eves", "1/day")).epsilon(event_tolerance(text, 0.0)));
    const prediction::DipoleEvents events = dresden.signal().dipole(mass_MeV);
    if (channels != "electron") {
      CHECK(reference_x_mu_B2 * events.nucleus[0].sum() ==
            Approx(number("dipole_nucleus", "1/day")).epsilon(tolerance));
    }
    if (channels != "nuclear") {
      // Absolute: nothing of the electrons is in the window above 0.6 MeV.
      CHECK(reference_x_mu_B2 * events.electron[0].sum() ==
            Approx(number("dipole_electron", "1/day")).epsilon(tolerance).margin(1e-14));
    }

    // Fits stop when -2 ln L is within 1e-8 of the minimum (1e-10 of it); events differ by
    // `event_tolerance`, chi2 changes by 7 for all of them. The minimum is flat: 1e-8 of a depth of
    // 0.1 or more is 3e-4 of x.
    check_fits(table, row, profile_at(dresden, mass_MeV),
               {.chi2 = 2e-8 + 10.0 * event_tolerance(text, 0.0),
                .best = 3e-4,
                .limit = 2e-8 + tolerance});
  }
}

TEST_CASE("Dresden-II: chi2 of the Standard Model and of the background alone") {
  // Direct-integration program: 103.84444 with CEvNS (Fef) and EvES, 110.69097 without; 130 bins
  // and one prior, seven parameters: 124 degrees of freedom.
  const experiment::Experiment& dresden = library({});
  REQUIRE(dresden.term().nuisances().size() == 7);
  REQUIRE(dresden.binning().size() == 130);
  CHECK(profile_at(dresden, 1.0).at(0.0).minus_two_log_l ==
        Approx(103.84444).epsilon(0.0).margin(1e-5));

  likelihood::Term::Definition alone{.name = "background only",
                                     .bin_count = 130,
                                     .statistic = {},
                                     .nuisances = dresden.term().nuisances(),
                                     .components = {},
                                     .signal_scaled_by = {},
                                     .parametric = dresden.term().parametric()};
  const config::Table rates = config::Table::load(test::data_dir() / "dresden_ii/rates.csv");
  const auto errors = rates.column("on_err", "1/10eV/day");
  alone.statistic = likelihood::gaussian_chi2(Eigen::Map<const Eigen::ArrayXd>(errors.data(), 130));
  const inference::Profile profile =
      test::profile_of(likelihood::Joint{{likelihood::Term{alone}}},
                       {Eigen::ArrayXXd::Zero(130, 1)}, {dresden.observed()});
  CHECK(profile.at(0.0).minus_two_log_l == Approx(110.69097).epsilon(0.0).margin(1e-5));
}

TEST_CASE("Dresden-II: closed channels have no limit") {
  const auto status = [](const Options& options, double mass_MeV) {
    const inference::Profile profile = profile_at(library(options), mass_MeV);
    return profile.upper_limit(profile.best_fit().best, 2.71, largest_x_mu_B2).status;
  };
  // The tables end at 8 MeV, where the threshold m + m^2/(2M) on the heaviest isotope is passed
  // (7.9995 MeV); on electrons the least recoil of m = 1 MeV, 2.5 keV, is above the window.
  CHECK(status({}, 8.0) == LimitStatus::closed);
  CHECK(status({}, 20.0) == LimitStatus::closed);
  CHECK(status({{"channels", "electron"}}, 1.0) == LimitStatus::closed);
  CHECK(status({{"channels", "electron"}}, 0.1) == LimitStatus::ok);
  CHECK(status({{"tail", "polynomial"}}, 8.3) == LimitStatus::ok);
  CHECK(status({{"tail", "polynomial"}}, 12.1) == LimitStatus::closed);
}

TEST_CASE("Dresden-II: the limit on a magnetic moment") {
  // m_N -> 0: the portal is a transition magnetic moment. AC22 (arXiv:2205.09484) publish
  // 2.13e-10 mu_B (90 %, Fef, Huber-Mueller spectra); ours must agree to 0.5 %.
  const inference::Profile profile = profile_at(library({{"spectra", "huber"}}), 0.001);
  const inference::Limit limit =
      profile.upper_limit(profile.best_fit().best, 2.71, largest_x_mu_B2);
  CHECK(std::sqrt(limit.poi) == Approx(2.13e-10).epsilon(5e-3));
}
