// COHERENT CsI 2022 with N that decay removed, against direct double integrals.
#include "csi_2022_reference.hpp"
#include "nudipole/campaign/setup.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/inference/profile.hpp"
#include "support/catch2.hpp"
#include "support/paths.hpp"

#include <array>
#include <cmath>
#include <map>
#include <string>

using namespace nudipole;
using namespace nudipole::test;
using inference::LimitStatus;

namespace {

constexpr double largest_x_mu_B2 = 1e-9;

const campaign::Setup& setup_of(const std::string& flavour) {
  static std::map<std::string, campaign::Setup> loaded;
  const auto found = loaded.find(flavour);
  if (found != loaded.end()) return found->second;
  experiment::DataFolder data{test::data_dir()};
  const std::string text = "{format: 1, experiments: [coherent_csi_2022], flavour: " + flavour +
                           ", decay: {path_cm: 30}, mass: {values_MeV: [50]}, "
                           "coupling: {values_mu_B: [1e-8]}}";
  campaign::Setup setup{campaign::RunConfig::parse(text, "test"), data};
  return loaded.emplace(flavour, std::move(setup)).first->second;
}

/// Events of the independent program in the 99 bins, of the neutrinos of one flavour.
Eigen::ArrayXd reference(double mass_MeV, double d_mu_B, const std::string& flavour) {
  static const config::Table energies = reference_table("csi_2022_decay.csv");
  static const config::Table times = reference_table("csi_2022_time.csv");
  Eigen::ArrayXd events = Eigen::ArrayXd::Zero(99);
  for (std::size_t row = 0, energy = 0; row < energies.rows(); ++row) {
    if (energies.column("mass", "MeV")[row] != mass_MeV ||
        energies.column("d", "mu_B")[row] != d_mu_B) {
      continue;
    }
    for (std::size_t time = 0; time < 11; ++time) {
      double& bin = events(static_cast<Eigen::Index>(11 * (energy % 9) + time));
      const double delayed = times.column("delayed", "-")[time];
      if (flavour == "mu") {
        bin += energies.column("nu_mu", "counts")[row] * times.column("prompt", "-")[time] +
               energies.column("nubar_mu", "counts")[row] * delayed;
      } else {
        bin += energies.column("nu_e", "counts")[row] * delayed;
      }
    }
    ++energy;
  }
  return events;
}

}  // namespace

TEST_CASE("CsI 2022: events of N that do not decay are those of direct integration") {
  for (const auto& [mass_MeV, couplings_mu_B] :
       std::map<double, std::vector<double>>{{5.0, {1e-8, 3e-6, 1e-5}},
                                             {29.0, {1e-8, 3e-7}},
                                             {47.0, {1e-8, 5e-8, 1.5e-7}},
                                             {50.0, {1e-8, 5e-8, 1.2e-7}},
                                             {52.0, {1e-8, 3e-8, 8e-8}}}) {
    for (const std::string flavour : {"mu", "e"}) {
      const auto signal = setup_of(flavour).signals(mass_MeV).front();
      for (const double d_mu_B : couplings_mu_B) {
        INFO("m_N " << mass_MeV << " MeV, d_" << flavour << " " << d_mu_B << " mu_B");
        const Eigen::ArrayXd ours = signal->at(std::array{d_mu_B * d_mu_B}).events();
        const Eigen::ArrayXd wanted = reference(mass_MeV, d_mu_B, flavour);
        REQUIRE(wanted.sum() > 0.0);
        INFO("deviation " << ours.sum() / wanted.sum() - 1.0);
        // Of what a bin has, and of what the largest has where a bin has next to nothing. Achieved:
        // 2e-5, and 5e-5 where one N in 1e5 or fewer is left.
        CHECK(((ours - wanted).abs() <= 1e-4 * wanted + 1e-7 * wanted.maxCoeff()).all());
        CHECK(ours.sum() == Approx(wanted.sum()).epsilon(7e-5));
      }
    }
  }
}

TEST_CASE("CsI 2022: without decays nothing is left of them") {
  for (const double mass_MeV : {0.1, 29.7, 50.0}) {
    const auto events = setup_of("universal").signals(mass_MeV).front()->at(std::array{0.0});
    const Eigen::ArrayXXd plain =
        load("coherent_csi_2022").signal().dipole(mass_MeV).total(PortalFlavour::universal);
    INFO("m_N " << mass_MeV << " MeV: "
                << ((*events.templates[1] - plain).abs() / plain.maxCoeff()).maxCoeff());
    // The slope at d = 0: two lines in a cell have the moments of the spectrum, but where they
    // would lie outside, at the low end of a spectrum. Achieved: 4e-9.
    CHECK(((*events.templates[1] - plain).abs() <= 1e-7 * plain.maxCoeff()).all());
  }
  CHECK(setup_of("mu").signals(53.0).front()->is_closed());
}

TEST_CASE("CsI 2022: excluded couplings have two ends where N decay") {
  const config::Table table = reference_table("csi_2022_decay_limits.csv");
  std::size_t closed = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string flavour = table.text_column("flavour")[row];
    const double mass_MeV = table.column("mass", "MeV")[row];
    INFO("m_N " << mass_MeV << " MeV, d_" << flavour);
    const campaign::Setup& setup = setup_of(flavour);
    const inference::Profile profile = setup.profile(setup.signals(mass_MeV));
    const inference::ProfilePoint best = profile.best_fit().best;
    CHECK(fit::is_converged(best.status));
    // Events are good to 1e-5 and the drop is 0.6 or less.
    CHECK(best.minus_two_log_l ==
          Approx(table.column("chi2_min", "-")[row]).epsilon(0.0).margin(1e-5));
    CHECK(std::sqrt(best.poi.front()) == Approx(table.column("d_best", "mu_B")[row]).epsilon(1e-3));
    const std::array thresholds{2.71, 4.61};
    const auto limits = profile.upper_limits(best, 0, thresholds, largest_x_mu_B2);
    for (std::size_t i = 0; i < thresholds.size(); ++i) {
      const std::string level = i == 0 ? "2.71" : "4.61";
      const double low = table.column("d_low_" + level, "mu_B")[row];
      if (low == 0.0) {
        CHECK(limits[i].status == LimitStatus::none_in_range);
        continue;
      }
      CHECK(limits[i].status == LimitStatus::closed_from_above);
      // Events are good to 1e-5; d^2 runs with -2 ln L as they do, but near the top of the curve.
      CHECK(std::sqrt(limits[i].poi) == Approx(low).epsilon(1e-4));
      CHECK(std::sqrt(limits[i].excluded_to) ==
            Approx(table.column("d_high_" + level, "mu_B")[row]).epsilon(1e-4));
      ++closed;
    }
  }
  CHECK(closed == 17);
}
