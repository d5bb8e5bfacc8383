#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"
#include "unit/fit/problems.hpp"

#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

using namespace nudipole;
using namespace nudipole::fit;
using test::all_algorithms;
using test::quadratic;

namespace {

struct OwnError : std::logic_error {
  using std::logic_error::logic_error;
};

Problem plain() {
  const Eigen::Vector2d centre{0.3, -0.4};
  const Eigen::MatrixXd hessian = Eigen::Vector2d{2.0, 4.0}.asDiagonal();
  return quadratic(hessian, centre, {0.0, 0.0}, {-1.0, -1.0}, {1.0, 1.0});
}

/// The plain problem with its gradient changed.
template <class Change>
Problem with_gradient(Change change) {
  Problem problem = plain();
  problem.objective = [inner = problem.objective, change](std::span<const double> point,
                                                          std::span<double> gradient) {
    const double value = inner(point, gradient);
    change(gradient);
    return value;
  };
  return problem;
}

/// Calls an objective a number of times, then throws whenever it is called.
template <class ErrorClass>
Problem throwing_after(int calls, const std::string& text) {
  Problem problem = test::rosenbrock();
  problem.objective = [inner = problem.objective, count = 0, calls, text](
                          std::span<const double> point,
                          std::span<double> gradient) mutable -> double {
    if (count++ >= calls) throw ErrorClass{text};
    return inner(point, gradient);
  };
  return problem;
}

template <class ErrorClass>
std::string text_thrown(const Problem& problem, Algorithm algorithm) {
  try {
    minimise(problem, {.algorithm = algorithm});
  } catch (const ErrorClass& error) {
    return error.what();
  }
  return "(nothing)";
}

}  // namespace

TEST_CASE("An exception of the objective comes out with its own type and text") {
  for (const Algorithm algorithm : all_algorithms) {
    for (const int calls : {0, 1, 3}) {
      INFO("algorithm " << to_string(algorithm) << ", call " << calls);
      CHECK(text_thrown<OwnError>(throwing_after<OwnError>(calls, "bin 7"), algorithm) == "bin 7");
      CHECK(text_thrown<NumericalError>(throwing_after<NumericalError>(calls, "not finite"),
                                        algorithm) == "not finite");
    }
  }
}

TEST_CASE("A step to where the objective is not finite does not end a bounded fit") {
  // The first point stands for one that an algorithm should not have tried.
  for (const Algorithm algorithm : {Algorithm::slsqp, Algorithm::mma, Algorithm::tnewton}) {
    INFO("algorithm " << to_string(algorithm));
    Problem problem = plain();
    problem.objective = [inner = problem.objective, once = true](
                            std::span<const double> point,
                            std::span<double> gradient) mutable -> double {
      if (std::exchange(once, false)) throw NumericalError{"not finite"};
      return inner(point, gradient);
    };
    CHECK(minimise(problem, {.algorithm = algorithm}).status == FitStatus::converged_fallback);
  }
}

TEST_CASE("The objective is not called again after it has thrown") {
  for (const Algorithm algorithm : all_algorithms) {
    int calls = 0;
    Problem problem = plain();
    problem.objective = [&](std::span<const double>, std::span<double>) -> double {
      ++calls;
      throw OwnError{"once"};
    };
    CHECK_THROWS_AS(minimise(problem, {.algorithm = algorithm}), OwnError);
    CHECK(calls == 1);
  }
}

TEST_CASE("A wrong gradient does not come out as converged") {
  const auto reversed = with_gradient([](std::span<double> g) {
    for (double& slope : g) slope = -slope;
  });
  // The false zero of this one lies above the start. One below it could not be told from a minimum:
  // the gradient is all the minimiser has, so gradients are tested against differences elsewhere.
  const auto shifted = with_gradient([](std::span<double> g) { g[0] += 2.0; });
  const auto steep = with_gradient([](std::span<double> g) { g[1] = 3.0; });
  for (const Algorithm algorithm : all_algorithms) {
    INFO("algorithm " << to_string(algorithm));
    for (const Problem& problem : {shifted, steep}) {
      const Result result = minimise(problem, {.algorithm = algorithm});
      CHECK(result.status == FitStatus::not_converged);
      CHECK(result.distance > 1.0e-9);
    }
    // A reversed gradient vanishes at the minimum too: only that point may be called converged.
    const Result result = minimise(reversed, {.algorithm = algorithm});
    CHECK((!is_converged(result.status) || result.value < 1.0e-9));
  }
}

TEST_CASE("A gradient that is not a number does not come out as converged") {
  const auto lost = with_gradient([](std::span<double> g) { g[0] = std::nan(""); });
  for (const Algorithm algorithm : all_algorithms) {
    INFO("algorithm " << to_string(algorithm));
    CHECK(minimise(lost, {.algorithm = algorithm}).status == FitStatus::not_converged);
  }
}

TEST_CASE("Too few evaluations do not come out as converged") {
  for (const Algorithm algorithm : all_algorithms) {
    INFO("algorithm " << to_string(algorithm));
    const Result result =
        minimise(test::rosenbrock(), {.algorithm = algorithm, .max_evaluations = 1});
    CHECK(result.status == FitStatus::not_converged);
    // Up to four times twelve whitened runs and up to four bounded ones, of one evaluation each,
    // and two more to judge each.
    CHECK(result.evaluations <= 3 * (4 * 12 + 4));
    // The best point is kept, it is no worse than the start.
    CHECK(result.value <= 24.2 * (1.0 + 1.0e-12));
  }
}

TEST_CASE("Where the first algorithm stalls another one goes on, and the status says so") {
  // SLSQP and MMA crawl along Rosenbrock's valley: with few evaluations for each run, the first of
  // them ends early and whitened L-BFGS, which starts anew from the point reached, finishes.
  for (const Algorithm algorithm : {Algorithm::mma, Algorithm::slsqp, Algorithm::tnewton}) {
    INFO("algorithm " << to_string(algorithm));
    const Result result =
        minimise(test::rosenbrock(), {.algorithm = algorithm, .max_evaluations = 15});
    CHECK(result.status == FitStatus::converged_fallback);
    CHECK(result.value < 1.0e-8);
  }
}

TEST_CASE("Algorithms that are given a kink fall back or say so") {
  // |a| + (b - 0.2)^2 has no gradient at its minimum: nothing may claim the point of a slope 1.
  Problem problem = plain();
  problem.objective = [](std::span<const double> p, std::span<double> gradient) {
    gradient[0] = p[0] < 0.0 ? -1.0 : 1.0;
    gradient[1] = 2.0 * (p[1] - 0.2);
    return std::abs(p[0]) + (p[1] - 0.2) * (p[1] - 0.2);
  };
  problem.start = {0.7, -0.5};
  for (const Algorithm algorithm : all_algorithms) {
    INFO("algorithm " << to_string(algorithm));
    CHECK(minimise(problem, {.algorithm = algorithm}).status == FitStatus::not_converged);
  }
}

TEST_CASE("A curvature that is not positive definite only sets the scales") {
  Problem problem = plain();
  Eigen::MatrixXd indefinite(2, 2);
  indefinite << 2.0, 5.0, 5.0, 4.0;
  problem.curvature = [indefinite](std::span<const double>) { return indefinite; };
  for (const Algorithm algorithm : all_algorithms) {
    INFO("algorithm " << to_string(algorithm));
    const Result result = minimise(problem, {.algorithm = algorithm});
    CHECK(is_converged(result.status));
    CHECK(result.point[0] == Approx(0.3).margin(1.0e-4));
    CHECK(result.point[1] == Approx(-0.4).margin(1.0e-4));
  }
}
