#include "nudipole/physics/kinematics.hpp"

#include "support/catch2.hpp"

#include <cmath>
#include <limits>
#include <vector>

using nudipole::physics::minimum_energy_MeV;
using nudipole::physics::momentum_transfer_MeV;
using nudipole::physics::recoil_range;
using nudipole::physics::threshold_energy_MeV;

namespace {

// Numbers named "40 digits" are of tests/reference/independent/forty_digits.py: the formulas as
// printed in LLX eq. 8 and KDK eq. 18, in multi-precision arithmetic.
constexpr double caesium_MeV = 123772.5397389;
constexpr double electron_MeV = 0.51099895;
constexpr double rounding = 2e-15;  // a few units in the last place

const std::vector<double> target_masses_MeV{electron_MeV, 37000.0, caesium_MeV};

}  // namespace

TEST_CASE("momentum transfer follows from the recoil energy") {
  // 40 digits.
  CHECK(momentum_transfer_MeV(0.010, caesium_MeV) == Approx(49.753903311981463).epsilon(rounding));
  // Relativistic: (T + M)^2 = q^2 + M^2, T = M gives q = sqrt(3) M.
  CHECK(momentum_transfer_MeV(2.0, 2.0) == Approx(2.0 * std::sqrt(3.0)).epsilon(rounding));
  CHECK(momentum_transfer_MeV(0.0, caesium_MeV) == 0.0);
}

TEST_CASE("least energy for a recoil on caesium") {
  // 40 digits; the form of LLX eq. 8, which is another than the one coded.
  CHECK(minimum_energy_MeV(0.010, caesium_MeV, 10.0) ==
        Approx(25.887099959018187).epsilon(rounding));
  CHECK(minimum_energy_MeV(0.010, caesium_MeV, 0.001) ==
        Approx(24.881951666042215).epsilon(rounding));
  CHECK(minimum_energy_MeV(0.012, caesium_MeV, 40.0) ==
        Approx(41.938747560815998).epsilon(rounding));
  CHECK(minimum_energy_MeV(0.008, caesium_MeV, 25.0) ==
        Approx(29.278160157125005).epsilon(rounding));
}

TEST_CASE("a massless neutrino recoils backwards at most") {
  for (const double M : target_masses_MeV) {
    for (const double E : {0.1, 8.0, 52.8}) {
      // Elastic scattering: T_max = 2 E^2/(M + 2 E), T_min = 0.
      const auto range = recoil_range(E, M, 0.0);
      REQUIRE(range);
      CHECK(range->lower_MeV == 0.0);
      CHECK(range->upper_MeV == Approx(2.0 * E * E / (M + 2.0 * E)).epsilon(rounding));
    }
  }
}

TEST_CASE("recoil range for light and heavy N") {
  struct Case {
    double energy, target, mass, lower, upper;
  };
  // 40 digits. T_- of the second and third case would keep no digit in plain double arithmetic.
  const std::vector<Case> cases{
      {40.0, caesium_MeV, 20.0, 0.00011601985312033727, 0.022490466348279298},
      {52.8, caesium_MeV, 0.01, 3.6225790670560719e-18, 0.045009393196485621},
      {30.0, caesium_MeV, 1e-4, 1.1221300716834998e-25, 0.014535759371367852},
      {50.0, electron_MeV, 1.0, 9.9821175389960816e-5, 48.76224949404889},
      {50.0, electron_MeV, 0.01, 9.7847752618191444e-13, 49.745701141934416}};
  for (const Case& c : cases) {
    INFO("E " << c.energy << " M " << c.target << " m " << c.mass);
    const auto range = recoil_range(c.energy, c.target, c.mass);
    REQUIRE(range);
    CHECK(range->lower_MeV == Approx(c.lower).epsilon(4e-15));  // rounding of ten operations
    CHECK(range->upper_MeV == Approx(c.upper).epsilon(4e-15));
  }
  // 7 keV above threshold the ends depend on E - E_th like a square root: 1e-16 x E/(E - E_th) / 2.
  const auto narrow = recoil_range(29.79, caesium_MeV, 29.78);
  REQUIRE(narrow);
  CHECK(narrow->lower_MeV == Approx(0.0034360615363995955).epsilon(1e-12));
  CHECK(narrow->upper_MeV == Approx(0.0037335351090661404).epsilon(1e-12));
}

TEST_CASE("least energy and recoil range are inverse to each other") {
  for (const double M : target_masses_MeV) {
    for (const double m : {1e-3, 0.1, 3.0, 20.0, 45.0}) {
      for (const double excess : {1.0001, 1.01, 1.5, 10.0}) {
        const double E = excess * threshold_energy_MeV(M, m);
        INFO("M " << M << " m " << m << " E " << E);
        const auto range = recoil_range(E, M, m);
        REQUIRE(range);
        CHECK(range->lower_MeV < range->upper_MeV);
        // Identity; rounding only, E_min is flat or well conditioned in T.
        CHECK(minimum_energy_MeV(range->lower_MeV, M, m) == Approx(E).epsilon(1e-13));
        CHECK(minimum_energy_MeV(range->upper_MeV, M, m) == Approx(E).epsilon(1e-13));
      }
    }
  }
}

TEST_CASE("nothing is produced below threshold") {
  for (const double M : target_masses_MeV) {
    for (const double m : {0.01, 1.0, 29.8}) {
      const double threshold = threshold_energy_MeV(M, m);
      // All final particles at rest in their centre of mass: s = M^2 + 2 M E = (M + m)^2.
      CHECK(threshold == Approx(((M + m) * (M + m) - M * M) / (2.0 * M)).epsilon(1e-9));
      CHECK_FALSE(recoil_range(std::nextafter(threshold, 0.0), M, m));
      const auto range = recoil_range(threshold, M, m);
      REQUIRE(range);
      CHECK(range->upper_MeV == Approx(range->lower_MeV).epsilon(1e-13));
      // At threshold the target takes the velocity of the centre of mass: T = m^2/(2 (M + m)).
      CHECK(range->upper_MeV == Approx(m * m / (2.0 * (M + m))).epsilon(1e-13));
      // It is the minimum of E_min(T).
      CHECK(minimum_energy_MeV(range->upper_MeV, M, m) == Approx(threshold).epsilon(1e-14));
      CHECK(minimum_energy_MeV(1.1 * range->upper_MeV, M, m) > threshold);
      CHECK(minimum_energy_MeV(0.9 * range->upper_MeV, M, m) > threshold);
    }
  }
}
