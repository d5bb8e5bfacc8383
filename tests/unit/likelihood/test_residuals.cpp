#include "nudipole/likelihood/residuals.hpp"

#include "support/catch2.hpp"
#include "unit/likelihood/toy_term.hpp"

#include <cmath>

using namespace nudipole;
using namespace nudipole::likelihood;

namespace {

Eigen::ArrayXd list(std::initializer_list<double> values) {
  Eigen::ArrayXd result(static_cast<Eigen::Index>(values.size()));
  std::ranges::copy(values, result.begin());
  return result;
}

}  // namespace

TEST_CASE("Residuals of counts are signed roots of their deviance") {
  const Eigen::ArrayXd found = residuals(PoissonSampling{}, list({4.0, 4.0, 2.0, 0.0, -1.0}),
                                         list({9.0, 1.0, 0.0, 0.0, 3.0}));
  // 2 (4 - 9 + 9 ln(9/4)), 2 (4 - 1 + ln(1/4)), 2 x 2
  CHECK(found(0) == Approx(std::sqrt(2.0 * (9.0 * std::log(2.25) - 5.0))).epsilon(1.0e-13));
  CHECK(found(1) == Approx(-std::sqrt(2.0 * (3.0 - std::log(4.0)))).epsilon(1.0e-13));
  CHECK(found(2) == Approx(-2.0).epsilon(1.0e-13));
  CHECK(found(3) == 0.0);
  CHECK(std::isnan(found(4)));
  const Eigen::ArrayXd errors = data_errors(PoissonSampling{}, list({9.0, 0.0}));
  CHECK(errors(0) == 3.0);
  CHECK(errors(1) == 0.0);
}

TEST_CASE("Residuals of Gaussian data are in units of their errors") {
  const GaussianSampling sampling{list({2.0, 4.0})};
  const Eigen::ArrayXd found = residuals(sampling, list({5.0, 5.0}), list({4.0, 13.0}));
  CHECK(found(0) == -0.5);
  CHECK(found(1) == 2.0);
  CHECK((data_errors(sampling, list({4.0, 13.0})) == sampling.errors).all());
}

TEST_CASE("Processes of a term at its nuisances add up to its expectation") {
  const Term term{test::toy_definition("toy")};
  const std::vector<double> pulls{0.7, -1.1, 0.4};
  const auto owner = std::make_shared<const std::vector<Eigen::ArrayXXd>>(
      std::vector<Eigen::ArrayXXd>{test::toy_portal()});
  const prediction::SignalPoint signal{.templates = {&owner->front()},
                                       .strength = {test::toy_x},
                                       .by_poi = Eigen::MatrixXd::Identity(1, 1),
                                       .owner = owner};
  Eigen::ArrayXd sum = term.signal_events(signal, pulls);
  // flux: width 0.1, centre 0
  CHECK((sum - 1.07 * test::toy_x * test::toy_portal()).abs().maxCoeff() < 1.0e-14);
  for (const Component& component : term.components()) {
    sum += term.component_events(component, pulls);
  }
  CHECK((sum - term.expected(signal, pulls)).abs().maxCoeff() < 1.0e-12);
}
