#include "dresden_ii_reference.hpp"
#include "nudipole/fit/minimise.hpp"
#include "nudipole/likelihood/joint.hpp"
#include "support/catch2.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace nudipole;
using namespace nudipole::test::dresden_ii;

namespace {

/// The fit of the seven background parameters at one coupling, from any start.
struct BackgroundFit {
  likelihood::Joint joint;
  likelihood::PortalTemplates portal;
  double x_mu_B2;
  mutable std::vector<double> full_gradient{std::vector<double>(8)};

  BackgroundFit(const Options& options, double mass_MeV, double x)
      : joint{{library(options).term()}},
        portal{library(options).signal().portal(mass_MeV).total(PortalFlavour::e)},
        x_mu_B2(x) {}

  [[nodiscard]] fit::Problem problem(std::vector<double> start) const {
    fit::Problem problem{.objective = {}, .curvature = {}, .start = std::move(start), .lower = {},
                         .upper = {}};
    for (const likelihood::Nuisance& nuisance : joint.nuisances()) {
      problem.lower.push_back(nuisance.lower_pull());
      problem.upper.push_back(nuisance.upper_pull());
    }
    problem.objective = [this](std::span<const double> pulls, std::span<double> gradient) {
      const double value = joint.evaluate(x_mu_B2, portal, pulls, full_gradient);
      std::copy(full_gradient.begin() + 1, full_gradient.end(), gradient.begin());
      return value;
    };
    problem.curvature = [this](std::span<const double> pulls) -> Eigen::MatrixXd {
      return joint.curvature(x_mu_B2, portal, pulls).bottomRightCorner(7, 7);
    };
    return problem;
  }
};

}  // namespace

TEST_CASE("Dresden-II: the background fit finds one minimum from 50 random points of the box") {
  // chi2 of the Standard Model (Fef): 103.8444 from the direct-integration program.
  for (const auto& [x_mu_B2, chi2] : {std::pair{0.0, 103.8444357}}) {
    const BackgroundFit background{{}, 1.0, x_mu_B2};
    std::mt19937_64 generator{20240611};
    std::uniform_real_distribution<double> uniform{0.0, 1.0};
    for (int trial = 0; trial < 50; ++trial) {
      fit::Problem problem = background.problem(std::vector<double>(7));
      for (std::size_t k = 0; k < 7; ++k) {
        problem.start[k] =
            problem.lower[k] + (problem.upper[k] - problem.lower[k]) * uniform(generator);
      }
      const fit::Result result = fit::minimise(problem, {});
      INFO("trial " << trial << ", status " << fit::to_string(result.status) << ", evaluations "
                    << result.evaluations << ", distance " << result.distance);
      CHECK(fit::is_converged(result.status));
      CHECK(result.value == Approx(chi2).epsilon(0.0).margin(1e-6));
    }
  }
}
