#include "nudipole/math/linear_interpolation.hpp"

#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"

using nudipole::math::LinearInterpolation;
using nudipole::math::Outside;

TEST_CASE("values between knots lie on the chord") {
  const LinearInterpolation f{{1.0, 2.0, 4.0}, {10.0, 30.0, -10.0}, Outside::zero, Outside::hold};
  // By hand; sums and products of small integers are exact in binary.
  CHECK(f(1.0) == 10.0);
  CHECK(f(1.5) == 20.0);
  CHECK(f(2.0) == 30.0);
  CHECK(f(2.5) == 20.0);
  CHECK(f(3.5) == 0.0);
  CHECK(f(4.0) == -10.0);
  CHECK(f.knots() == std::vector{1.0, 2.0, 4.0});
}

TEST_CASE("outside the knots a function is zero or keeps its last value") {
  const LinearInterpolation zero_hold{{1.0, 2.0}, {5.0, 7.0}, Outside::zero, Outside::hold};
  CHECK(zero_hold(0.999999) == 0.0);
  CHECK(zero_hold(2.000001) == 7.0);
  const LinearInterpolation hold_zero{{1.0, 2.0}, {5.0, 7.0}, Outside::hold, Outside::zero};
  CHECK(hold_zero(0.5) == 5.0);
  CHECK(hold_zero(2.5) == 0.0);
}

TEST_CASE("knots must ascend and match their values") {
  using Numbers = std::vector<double>;
  const auto make = [](Numbers x, Numbers y) {
    return LinearInterpolation{std::move(x), std::move(y), Outside::zero, Outside::zero};
  };
  CHECK_THROWS_AS(make({1.0}, {1.0}), nudipole::Error);
  CHECK_THROWS_AS(make({1.0, 2.0}, {1.0}), nudipole::Error);
  CHECK_THROWS_AS(make({1.0, 1.0}, {1.0, 2.0}), nudipole::Error);
  CHECK_THROWS_AS(make({2.0, 1.0}, {1.0, 2.0}), nudipole::Error);
}

TEST_CASE("Values at ascending points are those at each of them") {
  const LinearInterpolation f{
      {1.0, 2.0, 2.1, 4.0}, {10.0, 30.0, 7.0, -10.0}, Outside::zero, Outside::hold};
  const std::vector<double> points{0.5, 1.0, 1.0, 1.3, 2.0, 2.05, 3.9, 4.0, 5.0, 6.0};
  std::vector<double> values(points.size());
  f.values(points, values);
  for (std::size_t i = 0; i < points.size(); ++i) CHECK(values[i] == f(points[i]));
}
