#include "nudipole/prediction/signal.hpp"

#include "support/catch2.hpp"

#include <array>

using namespace nudipole::prediction;

TEST_CASE("A linear signal is the sum of its templates times their parameters") {
  Eigen::ArrayXXd first(2, 3);
  first << 1.0, 2.0, 3.0, 4.0, 5.0, 6.0;
  const Eigen::ArrayXXd second = Eigen::ArrayXXd::Constant(2, 3, 10.0);
  const LinearSignal signal{{first, second}};
  REQUIRE(signal.poi_count() == 2);
  const SignalPoint point = signal.at(std::array{3.0, 0.5});
  CHECK(point.poi_count() == 2);
  CHECK((point.events() == Eigen::Array2d{3.0 * 1.0 + 5.0, 3.0 * 4.0 + 5.0}).all());
  // d events/d poi_a is template a, with all variants.
  REQUIRE(point.templates.size() == 2);
  CHECK(point.by_poi == Eigen::MatrixXd::Identity(2, 2));
  CHECK((*point.templates[0] == first).all());
  CHECK((*point.templates[1] == second).all());
}

TEST_CASE("A signal is closed when no parameter brings events") {
  const Eigen::ArrayXXd none = Eigen::ArrayXXd::Zero(4, 2);
  Eigen::ArrayXXd some = none;
  some(3, 1) = 1.0e-30;
  CHECK(LinearSignal{{none}}.is_closed());
  CHECK(LinearSignal{{none, none}}.is_closed());
  CHECK_FALSE(LinearSignal{{none, some}}.is_closed());
}
