#include "nudipole/detector/smearing.hpp"

#include "nudipole/detector/efficiency.hpp"
#include "nudipole/detector/quenching.hpp"
#include "nudipole/math/gauss_legendre.hpp"
#include "support/catch2.hpp"

#include <cmath>

using namespace nudipole;
using namespace nudipole::detector;

namespace {

std::shared_ptr<const Smearing> germanium(Truncation truncation) {
  return ionisation_smearing(
      {.noise_keV = 0.0685, .pair_energy_keV = 0.00296, .fano = 0.11, .truncation = truncation});
}

}  // namespace

TEST_CASE("probabilities of the ionisation resolution against multi-precision values") {
  // Differences of erfc with 150 digits (mpmath): in the body, and far out on either side, where a
  // difference of erf would be nothing but rounding. Rounding of z times z^2.
  const auto truncated = germanium(Truncation::at_zero);
  const auto plain = germanium(Truncation::none);
  CHECK(truncated->probability(0.20, 0.21, 0.05e-3) ==
        Approx(0.0059336669336915291).epsilon(1e-13));
  CHECK(plain->probability(0.20, 0.21, 0.05e-3) == Approx(0.0045505078140161886).epsilon(1e-13));
  CHECK(truncated->probability(0.70, 0.71, 0.7e-3) == Approx(0.056682744122279661).epsilon(1e-13));
  CHECK(truncated->probability(1.49, 1.50, 0.30e-3) ==
        Approx(1.3469659981921174e-66).epsilon(1e-11));
  CHECK(truncated->probability(0.20, 0.21, 1.2e-3) == Approx(3.313593355744849e-44).epsilon(1e-11));
}

TEST_CASE("the truncated resolution is normalised above zero, the plain one everywhere") {
  for (const double e_ee_MeV : {0.0, 0.01e-3, 0.1e-3, 1.0e-3}) {
    INFO("E_ee " << e_ee_MeV);
    const auto truncated = germanium(Truncation::at_zero);
    CHECK(truncated->probability(0.0, 10.0, e_ee_MeV) == Approx(1.0).epsilon(1e-14));
    CHECK(truncated->probability(-1.0, 0.0, e_ee_MeV) == 0.0);
    CHECK(germanium(Truncation::none)->probability(-10.0, 10.0, e_ee_MeV) ==
          Approx(1.0).epsilon(1e-14));
  }
}

TEST_CASE("density, mean and probability of the ionisation resolution belong together") {
  for (const Truncation truncation : {Truncation::at_zero, Truncation::none}) {
    const auto smearing = germanium(truncation);
    for (const double e_ee_MeV : {0.02e-3, 0.3e-3}) {
      const double lower = truncation == Truncation::at_zero ? 0.0 : -1.0;
      double norm = 0.0;
      double mean = 0.0;
      for (int panel = 0; panel < 60; ++panel) {
        const double start = lower + panel * 0.05;
        const auto& rule = math::gauss_legendre(16);
        norm += math::integrate(rule, start, start + 0.05,
                                [&](double x) { return smearing->density(x, e_ee_MeV); });
        mean += math::integrate(rule, start, start + 0.05,
                                [&](double x) { return x * smearing->density(x, e_ee_MeV); });
        // Numerical integral over a part: rounding.
        CHECK(math::integrate(rule, start, start + 0.05,
                              [&](double x) { return smearing->density(x, e_ee_MeV); }) ==
              Approx(smearing->probability(start, start + 0.05, e_ee_MeV))
                  .epsilon(1e-11)
                  .margin(1e-16));
      }
      CHECK(norm == Approx(1.0).epsilon(1e-13));
      CHECK(smearing->mean(e_ee_MeV) == Approx(mean).epsilon(1e-12));
    }
  }
  // sigma^2 = 0.0685^2 + 0.00296 x 0.11 x 1 keV
  CHECK(germanium(Truncation::none)->width(1e-3) == Approx(0.07083678423).epsilon(1e-9));
}

TEST_CASE("Lindhard quenching") {
  // The formula of SOURCE.md with 40 digits (mpmath); k = 0.157, Z = 32.
  const auto quenching = lindhard_quenching(0.157, 32.0);
  CHECK(quenching->electron_equivalent_MeV(0.01e-3) ==
        Approx(0.0009212507982939252e-3).epsilon(1e-14));
  CHECK(quenching->electron_equivalent_MeV(1e-3) == Approx(0.17099087092253352e-3).epsilon(1e-14));
  CHECK(quenching->electron_equivalent_MeV(4e-3) == Approx(0.8239755470755127e-3).epsilon(1e-14));
}

TEST_CASE("tabulated quenching interpolates the factor and holds it outside") {
  const auto quenching = tabulated_quenching({1e-3, 2e-3, 4e-3}, {0.4, 0.2, 0.3});
  CHECK(quenching->electron_equivalent_MeV(1.5e-3) == Approx(0.3 * 1.5e-3).epsilon(1e-15));
  CHECK(quenching->electron_equivalent_MeV(0.5e-3) == Approx(0.4 * 0.5e-3).epsilon(1e-15));
  CHECK(quenching->electron_equivalent_MeV(5e-3) == Approx(0.3 * 5e-3).epsilon(1e-15));
  CHECK(quenching->breaks_MeV() == std::vector<double>{1e-3, 2e-3, 4e-3});
}

TEST_CASE("a threshold passes what is at it and above") {
  const auto threshold = threshold_efficiency(2.5);
  CHECK((*threshold)(2.4999) == 0.0);
  CHECK((*threshold)(2.5) == 1.0);
  CHECK((*threshold)(1e9) == 1.0);
  CHECK(threshold->breaks() == std::vector<double>{2.5});
}
