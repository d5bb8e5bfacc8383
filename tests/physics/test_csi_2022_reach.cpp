#include "csi_2022_reference.hpp"
#include "nudipole/inference/profile.hpp"
#include "support/catch2.hpp"
#include "support/experiment_profile.hpp"

#include <cmath>

using namespace nudipole;
using namespace nudipole::test::csi_2022;

namespace {

// Kinematics by hand: N of mass m needs E = m + m^2/(2M), so the heaviest N that a neutrino of
// energy E makes on a nucleus M weighs sqrt(M^2 + 2 M E) - M.
constexpr double caesium_MeV = 132.90545196 * 931.49410242 - 55.0 * 0.51099895;
constexpr double line_MeV = 29.792140909877445;  // (m_pi^2 - m_mu^2)/(2 m_pi)
constexpr double end_MeV = 52.82918775;          // m_mu/2

double heaviest_MeV(double energy_MeV, double target_MeV) {
  // sqrt(M^2 + 2 M E) - M without cancellation.
  return 2.0 * target_MeV * energy_MeV /
         (std::sqrt(target_MeV * target_MeV + 2.0 * target_MeV * energy_MeV) + target_MeV);
}

double mu_events(double mass_MeV) {
  const auto events = library("full").signal().dipole(mass_MeV);
  return events.nucleus[index_of(Flavour::mu)].sum() * reference_x_mu_B2;
}

inference::LimitStatus limit_status(double mass_MeV, PortalFlavour flavour) {
  const experiment::Experiment& csi = library("full");
  const inference::Profile profile = test::profile_of(csi, mass_MeV, flavour);
  return profile.upper_limit(profile.best_fit().best, 2.71, 1e-8).status;
}

}  // namespace

TEST_CASE("CsI 2022: no tau neutrinos, no limit on d_tau") {
  for (const double mass_MeV : {0.01, 10.0, 52.0}) {
    const auto events = library("full").signal().dipole(mass_MeV);
    CHECK((events.total(PortalFlavour::tau) == 0.0).all());
    CHECK(limit_status(mass_MeV, PortalFlavour::tau) == inference::LimitStatus::closed);
  }
}

TEST_CASE("CsI 2022: nothing is produced beyond the end of muon decay") {
  // Caesium, the heavier nucleus, closes last: at 52.8179 MeV.
  const double last = heaviest_MeV(end_MeV, caesium_MeV);
  CHECK(last == Approx(52.8179).epsilon(0.0).margin(5e-5));
  for (const double mass_MeV : {last * (1.0 + 1e-9), 52.83, 60.0, 1000.0}) {
    const auto events = library("full").signal().dipole(mass_MeV);
    CHECK((events.total(PortalFlavour::universal) == 0.0).all());
    CHECK(limit_status(mass_MeV, PortalFlavour::universal) == inference::LimitStatus::closed);
  }
  for (const PortalFlavour flavour : {PortalFlavour::e, PortalFlavour::mu}) {
    const Eigen::ArrayXd events = library("full").signal().dipole(52.8).total(flavour);
    CHECK(events.allFinite());
    CHECK((events >= 0.0).all());
    CHECK(events.sum() > 0.0);
    CHECK(limit_status(52.8, flavour) == inference::LimitStatus::ok);
  }
}

TEST_CASE("CsI 2022: events end continuously where the line ends") {
  const double end = heaviest_MeV(line_MeV, caesium_MeV);
  // Above, nubar_mu alone: smooth. Below, the line adds what its recoil range allows, which opens
  // like the square root of the distance: 100 times closer, 10 times fewer events.
  const double above = mu_events(end + 1e-12);
  const double near = mu_events(end - 1e-8) - above;
  const double far = mu_events(end - 1e-6) - above;
  CHECK(near > 0.0);
  CHECK(far / near == Approx(10.0).epsilon(0.01));  // nubar_mu: 1e-3 of the difference
  CHECK(near < 1e-5 * above);
  // Between the line's end and 29.8 MeV only nubar_mu is left, falling by 3 events per MeV at most.
  CHECK(mu_events(29.8) == Approx(above).epsilon(1e-3));
}

TEST_CASE("CsI 2022: no prompt events above the line") {
  const config::Table times = reference_table("csi_2022_time.csv");
  const auto delayed = times.column("delayed", "-");
  const auto prompt = times.column("prompt", "-");
  const auto time_shape = [&](double mass_MeV, Eigen::Index time) {
    const Eigen::ArrayXd events =
        library("full").signal().dipole(mass_MeV).total(PortalFlavour::mu);
    double sum = 0.0;
    for (Eigen::Index energy = 0; energy < 9; ++energy) sum += events(11 * energy + time);
    return sum / events.sum();
  };
  double all_delayed = 0.0;
  for (const double factor : delayed) all_delayed += factor;
  for (Eigen::Index time = 0; time < 11; ++time) {
    // Independent time factors with 12 digits.
    CHECK(time_shape(29.8, time) ==
          Approx(delayed[static_cast<std::size_t>(time)] / all_delayed).epsilon(1e-10));
  }
  // At 20 MeV the line holds 28.7 % of the events (2.5267 of 8.8007, independent program) and the
  // bin 0.375 .. 0.5 us has its prompt excess.
  double all_prompt = 0.0;
  for (const double factor : prompt) all_prompt += factor;
  const double line = 2.526705297 / (2.526705297 + 6.274006809);
  CHECK(time_shape(20.0, 3) ==
        Approx(line * prompt[3] / all_prompt + (1.0 - line) * delayed[3] / all_delayed)
            .epsilon(1e-8));
}
