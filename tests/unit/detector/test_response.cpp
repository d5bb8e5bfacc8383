#include "nudipole/detector/response.hpp"

#include "nudipole/math/gauss_legendre.hpp"
#include "support/catch2.hpp"

#include <algorithm>
#include <cmath>

using namespace nudipole::detector;
using nudipole::math::BinAxis;

namespace {

const LogisticParameters csi_efficiency{
    .height = 1.32045, .slope = 0.285979, .centre = 10.8646, .offset = -0.333322};
const std::vector<double> csi_quenching{0.0554628, 4.30681, -111.707, 840.384};

bool holds(const std::vector<double>& list, double value, double tolerance) {
  return std::ranges::any_of(list, [&](double x) { return std::abs(x / value - 1.0) < tolerance; });
}

}  // namespace

TEST_CASE("a sharp response multiplies efficiencies of all three variables") {
  const EnergyResponse response{
      polynomial_quenching({0.5}),
      sharp_smearing(1000.0),
      {{EfficiencyVariable::recoil_MeV, tabulated_efficiency({0.0, 0.04}, {0.0, 1.0})},
       {EfficiencyVariable::electron_equivalent_MeV, tabulated_efficiency({0.0, 0.1}, {1.0, 0.0})},
       {EfficiencyVariable::observed, tabulated_efficiency({0.0, 20.0}, {0.0, 1.0})}}};
  // T = 10 keV: 0.25; E_ee = 5 keV: 0.95; x = 5: 0.25.
  CHECK(response.probability(4.0, 6.0, 0.010) == Approx(0.25 * 0.95 * 0.25).epsilon(1e-14));
  CHECK(response.probability(6.0, 8.0, 0.010) == 0.0);
}

TEST_CASE("without observed efficiency a response is the smearing's probability") {
  const auto smearing = gamma_smearing(0.0749e-3, 9.56e3);
  const EnergyResponse response{
      polynomial_quenching(csi_quenching),
      smearing,
      {{EfficiencyVariable::recoil_MeV, tabulated_efficiency({0.0, 1.0}, {0.5, 0.5})}}};
  // E_ee at 10 keV by hand: 8.8200584e-4 MeV.
  CHECK(response.probability(8.0, 12.0, 0.010) ==
        Approx(0.5 * smearing->probability(8.0, 12.0, 8.8200584e-4)).epsilon(1e-13));
}

TEST_CASE("an efficiency of the observed energy is folded with the density") {
  const auto smearing = gamma_smearing(0.0749e-3, 9.56e3);
  const auto efficiency = logistic_efficiency(csi_efficiency);
  const EnergyResponse response{
      polynomial_quenching(csi_quenching), smearing, {{EfficiencyVariable::observed, efficiency}}};
  for (const double recoil_MeV : {0.004, 0.010, 0.020}) {
    const double T = recoil_MeV;
    const double e_ee = T * (0.0554628 + T * (4.30681 + T * (-111.707 + T * 840.384)));
    for (const auto& [lower, upper] : {std::pair{0.0, 8.0}, {8.0, 12.0}, {24.0, 32.0}}) {
      // Midpoint rule with 20000 steps above the zero of the efficiency: error (h^2/24) f' < 1e-8.
      const double start = std::max(lower, efficiency->breaks()[0]);
      constexpr int steps = 20000;
      const double h = (upper - start) / steps;
      double sum = 0.0;
      for (int i = 0; i < steps; ++i) {
        const double x = start + (i + 0.5) * h;
        sum += smearing->density(x, e_ee) * (*efficiency)(x)*h;
      }
      INFO("T " << T << " bin " << lower << " .. " << upper);
      CHECK(response.probability(lower, upper, T) == Approx(sum).epsilon(1e-7).margin(1e-20));
    }
  }
}

TEST_CASE("probabilities of adjoining bins add up") {
  const EnergyResponse response{
      polynomial_quenching(csi_quenching),
      gamma_smearing(0.0749e-3, 9.56e3),
      {{EfficiencyVariable::observed, logistic_efficiency(csi_efficiency)}}};
  const double parts = response.probability(0.0, 8.0, 0.012) +
                       response.probability(8.0, 20.0, 0.012) +
                       response.probability(20.0, 60.0, 0.012);
  // Quadrature on different panels: 1e-13.
  CHECK(parts == Approx(response.probability(0.0, 60.0, 0.012)).epsilon(1e-12));
}

TEST_CASE("nothing is seen where an efficiency of the recoil is zero") {
  const EnergyResponse response{
      no_quenching(),
      gamma_smearing(0.0749e-3, 9.56e3),
      {{EfficiencyVariable::recoil_MeV, tabulated_efficiency({0.001, 0.002}, {1.0, 1.0})}}};
  CHECK(response.probability(0.0, 100.0, 0.0009) == 0.0);
  CHECK(response.probability(0.0, 100.0, 0.0011) > 0.99);
}

TEST_CASE("a sharp response breaks at the recoils of its bin edges") {
  // Observed x = 13.35 PE/keV x E_ee(T), quartic quenching: roots checked by inserting them.
  const EnergyResponse response{
      polynomial_quenching(csi_quenching),
      sharp_smearing(13.35e3),
      {{EfficiencyVariable::recoil_MeV, tabulated_efficiency({0.003, 0.011}, {0.5, 1.0})},
       {EfficiencyVariable::electron_equivalent_MeV,
        tabulated_efficiency({0.5e-3, 1e-3}, {0.5, 1.0})}}};
  const BinAxis axis{.name = "energy", .unit = "PE", .edges = {8.0, 12.0, 24.0, 1e6}};
  const auto breaks = response.recoil_breaks_MeV(axis, 1e-5, 0.04);
  CHECK(std::ranges::is_sorted(breaks));
  // Three edges (1e6 PE is out of reach), two knots in T, two in E_ee.
  CHECK(breaks.size() == 7);
  std::size_t found = 0;
  for (const double T : breaks) {
    const double e_ee = T * (0.0554628 + T * (4.30681 + T * (-111.707 + T * 840.384)));
    for (const double level : {8.0 / 13.35e3, 12.0 / 13.35e3, 24.0 / 13.35e3, 0.5e-3, 1e-3}) {
      if (std::abs(e_ee / level - 1.0) < 1e-13) ++found;
    }
  }
  CHECK(found == 5);
  CHECK(holds(breaks, 0.003, 1e-15));
  CHECK(holds(breaks, 0.011, 1e-15));
}

TEST_CASE("a smeared response breaks only at efficiencies of the recoil") {
  const EnergyResponse response{
      no_quenching(),
      gamma_smearing(0.0749e-3, 9.56e3),
      {{EfficiencyVariable::observed, logistic_efficiency(csi_efficiency)},
       {EfficiencyVariable::recoil_MeV, tabulated_efficiency({0.003, 0.5}, {0.5, 1.0})}}};
  const BinAxis axis{.name = "energy", .unit = "PE", .edges = {8.0, 12.0}};
  CHECK(response.recoil_breaks_MeV(axis, 1e-5, 0.04) == std::vector{0.003});
}
