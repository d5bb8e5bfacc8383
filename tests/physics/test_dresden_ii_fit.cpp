#include "dresden_ii_reference.hpp"
#include "nudipole/fit/minimise.hpp"
#include "nudipole/likelihood/joint.hpp"
#include "support/catch2.hpp"
#include "support/signals.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace nudipole;
using namespace nudipole::test::dresden_ii;

namespace {

constexpr int trials = 50;

/// The fit of the seven background parameters at one coupling, from any start.
struct BackgroundFit {
  likelihood::Joint joint;
  likelihood::Observation observation;
  test::Templates portal;
  double x_mu_B2;
  mutable std::vector<double> full_gradient{std::vector<double>(8)};

  BackgroundFit(const Options& options, double mass_MeV, double x)
      : joint{{library(options).term()}},
        observation{joint.observe({library(options).observed()})},
        portal{library(options).signal().dipole(mass_MeV).total(PortalFlavour::e)},
        x_mu_B2(x) {}

  [[nodiscard]] fit::Problem problem(std::vector<double> start) const {
    fit::Problem problem{
        .objective = {}, .curvature = {}, .start = std::move(start), .lower = {}, .upper = {}};
    for (const likelihood::Nuisance& nuisance : joint.nuisances()) {
      problem.lower.push_back(nuisance.lower_pull());
      problem.upper.push_back(nuisance.upper_pull());
    }
    problem.objective = [this](std::span<const double> pulls, std::span<double> gradient) {
      const double value =
          joint.evaluate(test::signals_at(x_mu_B2, portal), pulls, observation, full_gradient);
      std::copy(full_gradient.begin() + 1, full_gradient.end(), gradient.begin());
      return value;
    };
    problem.curvature = [this](std::span<const double> pulls) -> Eigen::MatrixXd {
      return joint.curvature(test::signals_at(x_mu_B2, portal), pulls).bottomRightCorner(7, 7);
    };
    return problem;
  }
};

}  // namespace

TEST_CASE("Dresden-II: the background fit finds one minimum from 50 random points of the box") {
  struct Case {
    const char* quenching;
    double coupling_mu_B;
    double chi2;
  };
  // Minima of the direct-integration program, m_N = 1 MeV: without portal, and at the limit, where
  // they are 2.71 above the smallest (dresden_ii_limits.csv).
  for (const Case& one :
       {Case{"fef", 0.0, 103.84443569}, Case{"fef", 2.6120978103e-10, 106.55443569},
        Case{"ybe", 3.8888860307e-10, 108.30952469},
        Case{"lindhard", 5.9168396155e-10, 109.50861265}}) {
    const BackgroundFit background{
        {{"quenching", one.quenching}}, 1.0, one.coupling_mu_B * one.coupling_mu_B};
    std::mt19937_64 generator{20240611};
    std::uniform_real_distribution<double> uniform{0.0, 1.0};
    for (int trial = 0; trial < trials; ++trial) {
      fit::Problem problem = background.problem(std::vector<double>(7));
      for (std::size_t k = 0; k < 7; ++k) {
        problem.start[k] =
            problem.lower[k] + (problem.upper[k] - problem.lower[k]) * uniform(generator);
      }
      const fit::Result result = fit::minimise(problem, {});
      INFO(one.quenching << ", d = " << one.coupling_mu_B << " mu_B, trial " << trial << ", "
                         << fit::to_string(result.status) << " after " << result.evaluations
                         << " evaluations, distance " << result.distance);
      CHECK(fit::is_converged(result.status));
      CHECK(result.value == Approx(one.chi2).epsilon(0.0).margin(1e-6));
    }
  }
}

TEST_CASE("Dresden-II: gradient and curvature of the background against finite differences") {
  const BackgroundFit background{{}, 0.1, 4e-20};
  const fit::Problem problem = background.problem(std::vector<double>(7));
  // A point off the minimum where every parameter matters, in units of the scales.
  const std::vector<double> point{1.5, -4.0, 3.0, -2.0, 5.0, 6.0, 1.0};
  std::vector<double> gradient(7);
  problem.objective(point, gradient);
  std::vector<double> unused(7);
  for (std::size_t k = 0; k < 7; ++k) {
    // Fourth-order differences: truncation h^4 f5/30, rounding 1e-16 f/h, f about 500.
    constexpr double h = 1e-2;
    const auto at = [&](double steps) {
      std::vector<double> moved = point;
      moved[k] += steps * h;
      return problem.objective(moved, unused);
    };
    const double slope = (8.0 * (at(1.0) - at(-1.0)) - (at(2.0) - at(-2.0))) / (12.0 * h);
    INFO("parameter " << k);
    CHECK(gradient[k] == Approx(slope).epsilon(1e-7).margin(1e-6));
  }
}
