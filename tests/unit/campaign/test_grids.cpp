// The grids of a configuration and the limits it asks for.
#include "nudipole/campaign/run_config.hpp"

#include "nudipole/core/units.hpp"
#include "support/catch2.hpp"
#include "unit/campaign/toy_setup.hpp"

#include <cmath>

using namespace nudipole;
using campaign::RunConfig;

namespace {

RunConfig with_grids(const std::string& masses, const std::string& couplings) {
  return RunConfig::parse(test::toy_yaml(masses, couplings), "grid.yaml");
}

}  // namespace

TEST_CASE("Logarithmic grids have equal ratios and end exactly") {
  const auto config = with_grids("{from_MeV: 0.01, to_MeV: 50, points: 60}",
                                 "{from_mu_B: 1e-10, to_mu_B: 1e-7, points: 80, spacing: log}");
  REQUIRE(config.mass_MeV.size() == 60);
  CHECK(config.mass_MeV.front() == 0.01);
  CHECK(config.mass_MeV.back() == 50.0);
  CHECK(config.coupling_mu_B().front() == 1.0e-10);
  CHECK(config.coupling_mu_B().back() == 1.0e-7);
  const double ratio = std::pow(5000.0, 1.0 / 59.0);
  for (std::size_t i = 1; i < 60; ++i) {
    CHECK(config.mass_MeV[i] / config.mass_MeV[i - 1] == Approx(ratio).epsilon(1.0e-12));
  }
}

TEST_CASE("Linear grids have equal steps and end exactly") {
  const auto config = with_grids("{from_MeV: 0.1, to_MeV: 0.7, points: 7, spacing: linear}",
                                 "{values_mu_B: [1e-9]}");
  REQUIRE(config.mass_MeV.size() == 7);
  CHECK(config.mass_MeV.back() == 0.7);
  for (std::size_t i = 0; i < 7; ++i) {
    CHECK(config.mass_MeV[i] == Approx(0.1 * static_cast<double>(i + 1)).epsilon(1.0e-14));
  }
}

TEST_CASE("Grids end exactly where their formula would round") {
  // 0.3 (0.9/0.3) and 0.3 + (0.9 - 0.3) both differ from 0.9 in the last digit.
  REQUIRE(0.3 * (0.9 / 0.3) != 0.9);
  REQUIRE(0.3 + (0.9 - 0.3) != 0.9);
  for (const std::string spacing : {"log", "linear"}) {
    const auto config =
        with_grids("{from_MeV: 0.3, to_MeV: 0.9, points: 4, spacing: " + spacing + "}",
                   "{values_mu_B: [1e-9]}");
    CHECK(config.mass_MeV.front() == 0.3);
    CHECK(config.mass_MeV.back() == 0.9);
  }
}

TEST_CASE("A grid of one point needs equal ends") {
  const auto config = with_grids("{from_MeV: 3, to_MeV: 3, points: 1}", "{values_mu_B: [1e-9]}");
  CHECK(config.mass_MeV == std::vector<double>{3.0});
}

TEST_CASE("Lists are taken as they are") {
  const auto config = with_grids("{values_MeV: [1, 10, 29.8]}", "{values_mu_B: [1e-9, 2e-9]}");
  CHECK(config.mass_MeV == std::vector<double>{1.0, 10.0, 29.8});
  CHECK(config.coupling_mu_B() == std::vector<double>{1.0e-9, 2.0e-9});
}

TEST_CASE("More points join a range in order, once each") {
  const auto config = with_grids(
      "{from_MeV: 1, to_MeV: 4, points: 4, spacing: linear, also_MeV: [29.8, 2, 2.5, 29.8]}",
      "{from_mu_B: 1e-9, to_mu_B: 1e-8, points: 2, also_mu_B: [5e-9]}");
  CHECK(config.mass_MeV == std::vector<double>{1.0, 2.0, 2.5, 3.0, 4.0, 29.8});
  CHECK(config.coupling_mu_B() == std::vector<double>{1.0e-9, 5.0e-9, 1.0e-8});
}

TEST_CASE("Couplings in natural units are converted") {
  const auto grid =
      with_grids("{values_MeV: [1]}", "{from_per_GeV: 1e-7, to_per_GeV: 1e-5, points: 5}");
  REQUIRE(grid.coupling_mu_B().size() == 5);
  CHECK(grid.coupling_mu_B().front() == Approx(1.0e-7 / 296.304053924).epsilon(1.0e-11));
  CHECK(grid.coupling_mu_B()[2] == Approx(1.0e-6 / 296.304053924).epsilon(1.0e-11));
  CHECK(grid.coupling_mu_B().back() == DipoleCoupling::from_per_GeV(1.0e-5).mu_B());
  const auto list = with_grids("{values_MeV: [1]}", "{values_per_GeV: [1e-6, 3e-6]}");
  CHECK(list.coupling_mu_B()[1] == DipoleCoupling::from_per_GeV(3.0e-6).mu_B());
}

TEST_CASE("Thresholds are the tabulated ones, or the quantiles themselves") {
  auto config = with_grids("{values_MeV: [1]}", "{values_mu_B: [1e-9]}");
  CHECK(config.limits.delta_chi2(0.90, 1) == 2.71);
  CHECK(config.limits.delta_chi2(0.90, 2) == 4.61);
  CHECK(config.limits.delta_chi2(0.95, 1) == 3.84);
  // The median of chi^2 with one degree is 0.45494; what would round to 0 stays itself.
  CHECK(config.limits.delta_chi2(0.5, 1) == Approx(0.4549364).epsilon(1.0e-6));
  CHECK(config.limits.delta_chi2(0.01, 2) == Approx(-2.0 * std::log(0.99)).epsilon(1.0e-12));
  config.limits.thresholds = inference::Thresholds::exact;
  CHECK(config.limits.delta_chi2(0.90, 2) == Approx(-2.0 * std::log(0.1)).epsilon(1.0e-12));
}
