#include "nudipole/fit/minimise.hpp"

#include "newton.hpp"
#include "nlopt_driver.hpp"
#include "nudipole/core/error.hpp"
#include "whitened.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

namespace nudipole::fit {
namespace {

constexpr std::array algorithm_names{std::pair{Algorithm::automatic, std::string_view{"auto"}},
                                     std::pair{Algorithm::lbfgs, std::string_view{"lbfgs"}},
                                     std::pair{Algorithm::slsqp, std::string_view{"slsqp"}},
                                     std::pair{Algorithm::tnewton, std::string_view{"tnewton"}},
                                     std::pair{Algorithm::mma, std::string_view{"mma"}}};

nlopt_algorithm nlopt_code(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::slsqp: return NLOPT_LD_SLSQP;
    case Algorithm::tnewton: return NLOPT_LD_TNEWTON_PRECOND_RESTART;
    case Algorithm::mma: return NLOPT_LD_MMA;
    case Algorithm::automatic:
    case Algorithm::lbfgs: break;
  }
  return NLOPT_LD_LBFGS;
}

/// A distance below this moves -2 ln L by less than what any use of it could notice.
double negligible_distance(const Settings& settings, double value) {
  return std::max(1.0e-9, settings.tolerance * std::abs(value));
}

/// The fit under way: the best point so far and how far from the minimum it is.
class Search {
 public:
  /// \param spent  evaluations of a search before
  Search(const Problem& problem, const Settings& settings, std::span<const double> start,
         int spent = 0)
      : problem_(&problem),
        settings_(&settings),
        best_{.point = {start.begin(), start.end()}, .evaluations = spent} {}

  [[nodiscard]] const Result& best() const { return best_; }

  /// One run in whitened coordinates from where Newton's iteration leads.
  bool confirmed(detail::Newton& newton) {
    const bool arrived = newton.descend(best_.point, settings_->max_evaluations);
    best_.evaluations += newton.evaluations();
    if (!arrived) return false;
    detail::Whitened objective{*problem_, newton.model()};
    // Where the estimated distance is below rounding, another evaluation could only add noise.
    constexpr detail::Stop settled{.half_squared_slope = 1.0e-14};
    detail::RunResult run;
    try {
      run = detail::run_nlopt(NLOPT_LD_LBFGS, std::ref(objective),
                              std::vector<double>(objective.dimension()), {}, *settings_, settled);
    } catch (const NumericalError&) {
      return false;  // Newton's iteration, which sees no values, has left the domain
    }
    best_.evaluations += run.evaluations;
    if (!objective.is_inside(run.point)) return false;
    best_.point = objective.point(run.point);
    best_.value = run.value;
    best_.distance = run.half_squared_slope;
    have_value_ = true;
    return best_.distance <= negligible_distance(*settings_, best_.value);
  }

  /// Minimises from the best point in whitened coordinates, again and again from the point reached.
  /// \param known  the value of a minimum: a run that ends in one that is not lower is not followed
  bool whitened(double known = -std::numeric_limits<double>::infinity()) {
    constexpr int rounds = 12;
    // A parameter just inside a bound that its slope pushes against dominates every step, and the
    // others get nowhere. Where the first rounds have not helped, it is put onto the bound.
    constexpr int patient_rounds = 3;
    constexpr double wide_snap = 1.0e-3;
    // So near a minimum its value is known to this distance: it is not lower than the known one.
    constexpr double near = 1.0e-6;
    const detail::Stop not_lower{.half_squared_slope = std::isfinite(known) ? near : -1.0,
                                 .value = known - near};
    detail::LocalModel model = detail::local_model(*problem_, best_.point);
    for (int round = 0; round < rounds; ++round) {
      if (model.all_held()) return take(model);
      detail::Whitened objective{*problem_, model};
      const detail::RunResult run =
          detail::run_nlopt(NLOPT_LD_LBFGS, std::ref(objective),
                            std::vector<double>(objective.dimension()), {}, *settings_, not_lower);
      best_.evaluations += run.evaluations;
      const bool is_known = not_lower.holds(run.half_squared_slope, run.value);
      const std::vector<bool> held = model.held;
      if (is_known && std::ranges::find(held, true) == held.end()) return false;
      model = detail::local_model(*problem_, objective.point(run.point),
                                  round < patient_rounds ? detail::rounding_snap : wide_snap);
      // Unless it lets go what a bound has held so far, which may lead on.
      if (is_known && std::ranges::equal(held, model.held, std::less_equal<>{})) return false;
      if (take(model)) return true;
    }
    return false;
  }

  /// One bounded run from the best point, in units of 1/sqrt(curvature) of each parameter.
  bool bounded(Algorithm algorithm) {
    try {
      return bounded_run(algorithm);
    } catch (const NumericalError&) {
      return false;  // some algorithms step to where nothing is finite
    }
  }

  /// True when a parameter has ended at its bound.
  [[nodiscard]] bool at_bound() const {
    for (std::size_t i = 0; i < best_.point.size(); ++i) {
      if (best_.point[i] == problem_->lower[i] || best_.point[i] == problem_->upper[i]) return true;
    }
    return false;
  }

 private:
  bool bounded_run(Algorithm algorithm) {
    const Eigen::MatrixXd curvature = problem_->curvature(best_.point);
    const std::size_t n = best_.point.size();
    std::vector<double> unit(n);
    std::vector<double> start(n);
    detail::Box box{.lower = std::vector<double>(n), .upper = std::vector<double>(n)};
    for (std::size_t i = 0; i < n; ++i) {
      const auto k = static_cast<Eigen::Index>(i);
      unit[i] = 1.0 / std::sqrt(std::max(curvature(k, k), 1.0e-300));
      box.lower[i] = problem_->lower[i] / unit[i];
      box.upper[i] = problem_->upper[i] / unit[i];
      start[i] = std::clamp(best_.point[i] / unit[i], box.lower[i], box.upper[i]);
    }
    std::vector<double> point(n);
    const auto to_problem = [&](std::span<const double> scaled) {
      for (std::size_t i = 0; i < n; ++i) {
        point[i] = std::clamp(scaled[i] * unit[i], problem_->lower[i], problem_->upper[i]);
      }
    };
    const detail::RunResult run = detail::run_nlopt(
        nlopt_code(algorithm),
        [&](std::span<const double> scaled, std::span<double> gradient) {
          to_problem(scaled);
          const double value = problem_->objective(point, gradient);
          for (std::size_t i = 0; i < n; ++i) gradient[i] *= unit[i];
          return value;
        },
        start, box, *settings_);
    best_.evaluations += run.evaluations;
    to_problem(run.point);
    return take(detail::local_model(*problem_, point));
  }

  /// Keeps a point if it is the best. \return true when the kept point is a verified minimum
  bool take(const detail::LocalModel& model) {
    std::vector<double> unused(model.point.size());
    const double value = problem_->objective(model.point, unused);
    best_.evaluations += 2;
    if (!have_value_ || value <= best_.value) {
      best_.point = model.point;
      best_.value = value;
      best_.distance = model.distance();
      have_value_ = true;
    }
    return best_.distance <= negligible_distance(*settings_, best_.value);
  }

  const Problem* problem_;
  const Settings* settings_;
  Result best_;
  bool have_value_ = false;
};

/// Goes on until a minimum is verified or nothing is left to try.
FitStatus descend(Search& search, const Settings& settings) {
  const bool automatic = settings.algorithm == Algorithm::automatic;
  if (automatic ? search.whitened() : search.bounded(settings.algorithm)) {
    return FitStatus::converged;
  }
  if (!automatic && search.whitened()) return FitStatus::converged_fallback;
  for (const Algorithm algorithm : {Algorithm::slsqp, Algorithm::tnewton, Algorithm::lbfgs}) {
    // What a bounded run has brought near a minimum, whitened coordinates finish.
    if (algorithm != settings.algorithm && (search.bounded(algorithm) || search.whitened())) {
      return FitStatus::converged_fallback;
    }
  }
  return FitStatus::not_converged;
}

/// Which way a fit went first.
enum class FirstWay { newton, nlopt };

/// From the start again, on another way, for a minimum that is lower than the known one. After
/// Newton's iteration that is L-BFGS from the start: with many parameters SLSQP takes several times
/// as long, and finds the same minima.
bool descend_otherwise(Search& search, const Settings& settings, FirstWay first, double known) {
  if (first == FirstWay::newton) return search.whitened(known);
  if (settings.algorithm != Algorithm::automatic) return search.whitened();
  return search.bounded(Algorithm::slsqp) || search.whitened();
}

}  // namespace

std::string_view to_string(Algorithm algorithm) noexcept {
  for (const auto& [value, name] : algorithm_names) {
    if (value == algorithm) return name;
  }
  return "?";
}

std::optional<Algorithm> parse_algorithm(std::string_view text) noexcept {
  for (const auto& [value, name] : algorithm_names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

std::string_view to_string(FitStatus status) noexcept {
  switch (status) {
    case FitStatus::not_done: return "not_done";
    case FitStatus::converged: return "converged";
    case FitStatus::converged_fallback: return "converged_fallback";
    case FitStatus::not_converged: return "not_converged";
    case FitStatus::not_applicable: return "not_applicable";
    case FitStatus::beyond: return "beyond";
    case FitStatus::not_wanted: return "not_wanted";
    case FitStatus::failed: break;
  }
  return "failed";
}

struct Minimiser::Parts {
  Problem problem;
  Settings settings;
  std::optional<detail::Newton> newton{};
};

Minimiser::Minimiser(Problem problem, const Settings& settings)
    : parts_(std::make_unique<Parts>(Parts{std::move(problem), settings})) {
  if (parts_->problem.derivatives && settings.algorithm == Algorithm::automatic) {
    parts_->newton.emplace(parts_->problem);
  }
}
Minimiser::~Minimiser() = default;
Minimiser::Minimiser(Minimiser&&) noexcept = default;
Minimiser& Minimiser::operator=(Minimiser&&) noexcept = default;

Result Minimiser::from(std::span<const double> start) {
  const Problem& problem = parts_->problem;
  const Settings& settings = parts_->settings;
  if (start.empty()) {
    return {.point = {},
            .value = problem.objective({}, {}),
            .status = FitStatus::converged,
            .evaluations = 1};
  }
  Search search{problem, settings, start};
  FitStatus status = FitStatus::converged;
  const FirstWay first =
      parts_->newton && search.confirmed(*parts_->newton) ? FirstWay::newton : FirstWay::nlopt;
  if (first == FirstWay::nlopt) {
    const int spent = search.best().evaluations;
    search = Search{problem, settings, start, spent};
    status = descend(search, settings);
  }
  Result result = search.best();
  result.status = status;
  if (!search.at_bound()) return result;

  Search other{problem, settings, start, result.evaluations};
  const bool verified = descend_otherwise(other, settings, first, result.value);
  const double gain = result.value - other.best().value;
  const int evaluations = other.best().evaluations;
  if (verified && (gain > negligible_distance(settings, result.value) || !is_converged(status))) {
    result = other.best();
    result.status = FitStatus::converged_fallback;
  }
  result.evaluations = evaluations;
  return result;
}

Result minimise(const Problem& problem, const Settings& settings) {
  return Minimiser{problem, settings}.from(problem.start);
}

}  // namespace nudipole::fit
