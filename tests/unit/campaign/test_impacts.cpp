#include "nudipole/campaign/impacts.hpp"
#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"
#include "support/throws_like.hpp"
#include "unit/campaign/toy_setup.hpp"

#include <cmath>

using namespace nudipole;
using campaign::BinGroups;
using campaign::Impacts;
using campaign::Setup;

namespace {

// The toy with Gaussian errors and Asimov data, and one nuisance: the ambient background b with a
// prior of width w. With <x, y> = sum x y/error^2 and s the signal at d = 1 mu_B, chi2 at X = d^2
// and a pull p is |X s + p w b|^2 + p^2.
constexpr double mass_MeV = 10.0;
constexpr double width = 0.05;
constexpr double threshold = 2.71;
// Searches end at 1e-6 of Delta chi2 and better: 2.5e-7 of d.
constexpr double precision = 1.0e-6;

std::shared_ptr<const Setup> twin() {
  std::string yaml = test::toy_yaml("{values_MeV: [10]}", "{values_mu_B: [1e-10, 1e-7]}") +
                     "nuisances: {toy_signal: {fix: 0}}\n"
                     "data: {kind: asimov, generate_at: nominal}\n";
  yaml.replace(yaml.find("[toy]"), 5, "[{name: toy, options: {data: gaussian}}]");
  return test::toy_setup(yaml);
}

struct Closed {
  double ss, sb, bb;

  /// \param first, count  bins that are left out
  explicit Closed(const Setup& setup, Eigen::Index first = 0, Eigen::Index count = 0) {
    Eigen::ArrayXd error(4);
    error << 12.5, 10.5, 11.5, 10.0;
    Eigen::ArrayXd b(4);
    b << 24.0, 18.0, 12.0, 6.0;  // 60 events in the ratios of bins.csv: 40, 30, 20, 10
    Eigen::ArrayXd s = setup.dipole(0, mass_MeV).total(PortalFlavour::mu).col(0);
    Eigen::ArrayXd weight = error.square().inverse();
    weight.segment(first, count) = 0.0;
    ss = (weight * s * s).sum();
    sb = (weight * s * b).sum();
    bb = (weight * b * b).sum();
  }
  /// With the nuisance profiled: its best pull is -X w <s, b>/(w^2 <b, b> + 1).
  [[nodiscard]] double limit_mu_B() const {
    const double w2 = width * width;
    return std::pow(threshold / (ss - w2 * sb * sb / (w2 * bb + 1.0)), 0.25);
  }
  /// With the nuisance at p = +1: more background leaves less room, and X = 0 fits best.
  [[nodiscard]] double limit_up_mu_B() const {
    const double half = width * sb;
    return std::sqrt((std::sqrt(half * half + threshold * ss) - half) / ss);
  }
  /// At p = -1 the signal makes up for it: X = w <s, b>/<s, s> fits best.
  [[nodiscard]] double limit_down_mu_B() const {
    return std::sqrt(width * sb / ss + std::sqrt(threshold / ss));
  }
};

}  // namespace

TEST_CASE("Impacts of the only nuisance in closed form") {
  const auto setup = twin();
  const Impacts impacts = find_impacts(*setup, mass_MeV, 0.90, 1);
  const Closed closed{*setup};
  CHECK(impacts.nominal.poi == Approx(closed.limit_mu_B()).epsilon(precision));
  REQUIRE(impacts.nuisances.size() == 1);
  const campaign::NuisanceImpact& ambient = impacts.nuisances.front();
  CHECK(ambient.name == "toy_ambient");
  CHECK(ambient.up.pull == 1.0);
  CHECK(ambient.up.limit.poi == Approx(closed.limit_up_mu_B()).epsilon(precision));
  CHECK(ambient.down.limit.poi == Approx(closed.limit_down_mu_B()).epsilon(precision));
  CHECK(ambient.held.pull == Approx(0.0).margin(1.0e-6));
  CHECK(ambient.held.limit.poi == Approx(std::pow(threshold / closed.ss, 0.25)).epsilon(precision));
  CHECK(impacts.experiments.empty());
  CHECK(impacts.bins.empty());
  // The shifts are no rounding errors.
  CHECK(closed.limit_up_mu_B() < 0.99 * closed.limit_mu_B());
  CHECK(closed.limit_down_mu_B() > 1.01 * closed.limit_mu_B());
}

TEST_CASE("Groups of bins left out in closed form") {
  const auto setup = twin();
  const Impacts two = find_impacts(*setup, mass_MeV, 0.90, 1, BinGroups{"energy", 2});
  REQUIRE(two.bins.size() == 2);
  CHECK(two.bins[0].experiment == "toy");
  CHECK(two.bins[0].bins == "energy 4 .. 12 PE");
  CHECK(two.bins[1].bins == "energy 12 .. 40 PE");
  CHECK(two.bins[0].without.poi == Approx(Closed(*setup, 0, 2).limit_mu_B()).epsilon(precision));
  CHECK(two.bins[1].without.poi == Approx(Closed(*setup, 2, 2).limit_mu_B()).epsilon(precision));
  const Impacts three = find_impacts(*setup, mass_MeV, 0.90, 1, BinGroups{"energy", 3});
  REQUIRE(three.bins.size() == 3);
  CHECK(three.bins[2].bins == "energy 12 .. 40 PE");
  CHECK(three.bins[1].without.poi == Approx(Closed(*setup, 1, 1).limit_mu_B()).epsilon(precision));
  // No more groups than bins; all bins in one group leave no data.
  CHECK(find_impacts(*setup, mass_MeV, 0.90, 1, BinGroups{"energy", 99}).bins.size() == 4);
  const Impacts one = find_impacts(*setup, mass_MeV, 0.90, 1, BinGroups{"energy", 1});
  REQUIRE(one.bins.size() == 1);
  CHECK(one.bins[0].without.status == inference::LimitStatus::closed);
}

TEST_CASE("An axis that no experiment has is refused with those there are") {
  test::check_throws<ConfigError>(
      [] {
        find_impacts(*twin(), mass_MeV, 0.90, 1, BinGroups{"time", 2});
      },
      {"'time'", "one of: energy"});
}
