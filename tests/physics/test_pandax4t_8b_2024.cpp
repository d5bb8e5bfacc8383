#include "nudipole/campaign/signal_strength.hpp"
#include "nudipole/core/units.hpp"
#include "support/catch2.hpp"
#include "support/experiment_profile.hpp"
#include "xenon_reference.hpp"

#include <cmath>

// The two counts of PandaX-4T 2024 against the independent program in tests/reference/independent
// and against published numbers.

using namespace nudipole;
using namespace nudipole::test;
using namespace nudipole::test::xenon;

namespace {

constexpr const char* name = "pandax4t_8b_2024";

double tau_limit_per_GeV(const Options& options, double mass_MeV) {
  const inference::Profile profile =
      test::profile_of(load(name, options), mass_MeV, PortalFlavour::tau);
  const inference::Limit limit = profile.upper_limit(profile.best_fit().best, 2.706, 1e-8);
  return DipoleCoupling::from_square(limit.poi).per_GeV();
}

}  // namespace

TEST_CASE("PandaX-4T 2024: events, fits and limits for all efficiencies and masses") {
  const config::Table table = reference_table("pandax4t_8b_limits.csv");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const experiment::Experiment& pandax =
        load(name, {{"efficiency", table.text_column("efficiency")[row]},
                    {"us2_threshold", table.text_column("us2_threshold")[row]}});
    INFO(table.where(row, "mass"));
    const Eigen::ArrayXd standard =
        pandax.signal().standard_model(prediction::Scattering::nucleus).col(0);
    const PortalFlavour flavour = *parse_portal_flavour(table.text_column("flavour")[row]);
    const Eigen::ArrayXd dipole =
        pandax.signal().dipole(table.column("mass", "MeV")[row]).total(flavour).col(0) *
        reference_x_mu_B2();
    const auto expected = [&](const char* column) {
      return Approx(table.column(column, "counts")[row]).epsilon(1e-9);
    };
    CHECK(standard(0) == expected("sm_paired"));
    CHECK(standard(1) == expected("sm_us2"));
    CHECK(dipole(0) == expected("dipole_paired"));
    CHECK(dipole(1) == expected("dipole_us2"));
  }
  // The independent fits are good to 1e-10, ours stop at 1e-9 of -2 ln L; a flat minimum is the
  // root of a slope.
  CHECK(check_limits(name, "pandax4t_8b_limits.csv", {"efficiency", "us2_threshold"}, {},
                     {.chi2 = 1e-8, .best = 1e-5, .limit = 1e-8}) == 19);
}

TEST_CASE("PandaX-4T 2024: published events") {
  // Published best fit, 3.5 paired and 75 ionisation-only events at 8.4e6 /cm2/s, scaled to 5.25e6:
  // 2.2 and 47; the efficiencies were made to give this with the Bahcall shape.
  const Eigen::ArrayXd standard = load(name, {{"shape", "bahcall"}})
                                      .signal()
                                      .standard_model(prediction::Scattering::nucleus)
                                      .col(0);
  CHECK(standard(0) == Approx(2.2).epsilon(0.0).margin(0.05));  // printed digits
  CHECK(standard(1) == Approx(47.0).epsilon(0.0).margin(0.5));
  // Two counts find 6.0e6 where the published fit of spectra has 8.4e6 +- 3.1e6.
  const campaign::Setup analysis =
      analyse("[{name: pandax4t_8b_2024, options: {shape: bahcall, efficiency: fixed}}]");
  CHECK(campaign::fit_signal_strength(analysis, 1.0).best * 5.25 == Approx(6.0).epsilon(0.01));
}

TEST_CASE("PandaX-4T 2024: limits near those of another calculation") {
  // 7.5e-7 /GeV at .1 MeV. With the errors of backgrounds and flux alone it is 9 % less; pulls of
  // 25 % on both efficiencies give it within 2.2 % (Winter) and 0.2 % (Bahcall).
  CHECK(tau_limit_per_GeV({}, 0.1) == Approx(7.5e-7).epsilon(0.03));
  CHECK(tau_limit_per_GeV({{"shape", "bahcall"}}, 0.1) == Approx(7.5e-7).epsilon(0.005));
  CHECK(tau_limit_per_GeV({{"efficiency", "fixed"}}, 0.1) == Approx(6.85e-7).epsilon(0.001));
  // What is assumed for the width of the threshold does not matter.
  for (const char* width : {"narrow", "wide"}) {
    CHECK(tau_limit_per_GeV({{"us2_threshold", width}}, 0.1) ==
          Approx(tau_limit_per_GeV({}, 0.1)).epsilon(0.01));
  }
}
