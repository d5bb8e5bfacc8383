#include "nudipole/likelihood/electron_capture_background.hpp"

#include "support/catch2.hpp"

#include <array>
#include <vector>

using namespace nudipole::likelihood;

namespace {

std::shared_ptr<const ParametricBackground> germanium(std::vector<double> centres_keV) {
  return electron_capture_background("background", centres_keV,
                                     {.reference_energy_keV = 0.4,
                                      .l2_energy_keV = 1.142,
                                      .l2_share = 0.008,
                                      .m_energy_keV = 0.158,
                                      .m_width_keV = 0.0685},
                                     {0, 1, 2, 3, 4, 5, 6});
}

const std::vector<double> values{14.0, 29.5, 14.7, -1.4, 1.292, 0.07, 0.16};

}  // namespace

TEST_CASE("electron-capture background against multi-precision values") {
  // The formula with 40 digits (mpmath): in the M peak, at E_0, on L2 and on L1.
  const auto prediction = germanium({0.205, 0.405, 1.145, 1.295})->predict(values);
  const std::array<double, 4> expected{89.87490160280187, 42.928453899386442, 25.344181694024441,
                                       98.545162987847346};
  REQUIRE(prediction.events.size() == 4);
  for (Eigen::Index bin = 0; bin < 4; ++bin) {
    CHECK(prediction.events(bin) == Approx(expected[static_cast<std::size_t>(bin)]).epsilon(1e-14));
  }
}

TEST_CASE("derivatives of the electron-capture background against finite differences") {
  std::vector<double> centres;
  for (double energy = 0.205; energy < 1.5; energy += 0.01) centres.push_back(energy);
  const auto background = germanium(centres);
  const auto prediction = background->predict(values);
  REQUIRE(prediction.by_value.cols() == 7);
  for (std::size_t k = 0; k < values.size(); ++k) {
    INFO("parameter " << k);
    const double h = 1e-4 * (k == 4 || k == 5 ? 0.07 : 1.0);
    const auto at = [&](double steps) {
      std::vector<double> moved = values;
      moved[k] += steps * h;
      return background->predict(moved).events;
    };
    // Fourth-order differences, steps of 1e-4 of the scale on which each parameter matters:
    // truncation 1e-16, rounding 1e-16 of the events over the step.
    const Eigen::ArrayXd slope = (8.0 * (at(1.0) - at(-1.0)) - (at(2.0) - at(-2.0))) / (12.0 * h);
    const Eigen::ArrayXd analytic = prediction.by_value.col(static_cast<Eigen::Index>(k));
    const double scale = analytic.abs().maxCoeff();
    CHECK((slope - analytic).abs().maxCoeff() < 1e-14 * 100.0 / h + 1e-9 * scale);
  }
}

TEST_CASE("A background with more events has more in every derivative") {
  const std::vector<double> centres{0.205, 0.405, 1.145, 1.295};
  const auto base = germanium(centres);
  const auto scaled = with_events(base, 3.0);
  CHECK(scaled->name() == base->name());
  CHECK(scaled->nuisances() == base->nuisances());
  const auto one = base->predict(values);
  ParametricBackground::Prediction three = one;  // memory that a fit has
  scaled->fill(values, three);
  CHECK((three.events == 3.0 * one.events).all());
  CHECK((three.by_value == 3.0 * one.by_value).all());
  CHECK((scaled->predict(values).events == three.events).all());
  Eigen::ArrayXd by_events(4);
  by_events << 0.5, -1.0, 2.0, 0.25;
  Eigen::MatrixXd of_one = Eigen::MatrixXd::Zero(7, 7);
  Eigen::MatrixXd of_three = Eigen::MatrixXd::Zero(7, 7);
  base->add_second_derivatives(values, one, by_events, of_one);
  scaled->add_second_derivatives(values, three, by_events, of_three);
  REQUIRE(of_one.norm() > 0.0);
  CHECK((of_three - 3.0 * of_one).norm() < 1e-14 * of_three.norm());  // rounding of the way back
}
