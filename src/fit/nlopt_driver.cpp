#include "nlopt_driver.hpp"

#include "nudipole/core/error.hpp"

#include <exception>
#include <limits>
#include <memory>
#include <numeric>
#include <type_traits>

namespace nudipole::fit::detail {
namespace {

struct Session {
  const Objective* objective;
  nlopt_opt optimiser;
  std::vector<double> scratch_gradient;
  std::vector<double> best_point;
  Stop stop;
  double best_value = std::numeric_limits<double>::infinity();
  double half_squared_slope = std::numeric_limits<double>::infinity();
  int evaluations = 0;
  std::exception_ptr error;
};

double evaluate(unsigned n, const double* point, double* gradient, void* data) noexcept {
  auto& session = *static_cast<Session*>(data);
  if (session.error) return session.best_value;
  try {
    ++session.evaluations;
    const std::span<const double> x{point, n};
    const std::span<double> g =
        gradient != nullptr ? std::span{gradient, n} : std::span{session.scratch_gradient};
    const double value = (*session.objective)(x, g);
    if (value < session.best_value) {
      session.best_value = value;
      session.best_point.assign(x.begin(), x.end());
      session.half_squared_slope = 0.5 * std::inner_product(g.begin(), g.end(), g.begin(), 0.0);
      if (session.stop.holds(session.half_squared_slope, value)) {
        nlopt_force_stop(session.optimiser);
      }
    }
    return value;
  } catch (...) {
    session.error = std::current_exception();
    nlopt_force_stop(session.optimiser);
    return session.best_value;
  }
}

void require(nlopt_result code, const char* call) {
  if (code < 0) {
    throw Error(ErrorKind::unexpected, std::string{"NLopt refuses "} + call);
  }
}

}  // namespace

RunResult run_nlopt(nlopt_algorithm algorithm, const Objective& objective,
                    const std::vector<double>& start, const Box& box, const Settings& settings,
                    const Stop& stop) {
  struct Destroy {
    void operator()(nlopt_opt optimiser) const noexcept { nlopt_destroy(optimiser); }
  };
  const std::unique_ptr<std::remove_pointer_t<nlopt_opt>, Destroy> optimiser{
      nlopt_create(algorithm, static_cast<unsigned>(start.size()))};
  if (!optimiser) throw Error(ErrorKind::unexpected, "NLopt cannot create an optimiser");

  Session session{.objective = &objective,
                  .optimiser = optimiser.get(),
                  .scratch_gradient = std::vector<double>(start.size()),
                  .best_point = start,
                  .stop = stop,
                  .error = nullptr};
  require(nlopt_set_min_objective(optimiser.get(), evaluate, &session), "the objective");
  if (!box.lower.empty()) {
    require(nlopt_set_lower_bounds(optimiser.get(), box.lower.data()), "the lower bounds");
    require(nlopt_set_upper_bounds(optimiser.get(), box.upper.data()), "the upper bounds");
  }
  require(nlopt_set_ftol_rel(optimiser.get(), settings.tolerance), "the tolerance");
  require(nlopt_set_ftol_abs(optimiser.get(), settings.tolerance), "the tolerance");
  require(nlopt_set_maxeval(optimiser.get(), settings.max_evaluations), "the evaluation limit");
  // By itself NLopt makes room for, and clears, a history of `maxeval` steps: 0.8 MB a run with 25
  // parameters, which costs more than the run.
  constexpr unsigned steps_remembered = 40;
  require(nlopt_set_vector_storage(optimiser.get(), steps_remembered), "the length of its memory");

  std::vector<double> point = start;
  double value = 0.0;
  // The code is not needed: the caller judges the best point by its gradient.
  nlopt_optimize(optimiser.get(), point.data(), &value);
  if (session.error) std::rethrow_exception(session.error);
  return {.point = session.best_point,
          .value = session.best_value,
          .half_squared_slope = session.half_squared_slope,
          .evaluations = session.evaluations};
}

}  // namespace nudipole::fit::detail
