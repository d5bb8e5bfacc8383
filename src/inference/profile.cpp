#include "nudipole/inference/profile.hpp"

#include "fitter.hpp"
#include "nudipole/core/error.hpp"

#include <boost/math/tools/toms748_solve.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

namespace nudipole::inference {
namespace {

/// Times the value of the largest signal: what decays has all but gone there.
constexpr double far_beyond = 40.0;

/// Events of the signals of all data sets together.
double events_at(const prediction::Signals& signals, double poi) {
  double sum = 0.0;
  for (const auto& signal : signals) sum += signal->at(std::span{&poi, 1}).events().sum();
  return sum;
}

std::vector<double> values_or_zero(std::span<const std::optional<double>> given) {
  std::vector<double> values;
  values.reserve(given.size());
  for (const auto& poi : given) values.push_back(poi.value_or(0.0));
  return values;
}

/// Places of those that are not given.
std::vector<std::size_t> free_of(std::span<const std::optional<double>> given) {
  std::vector<std::size_t> free;
  for (std::size_t a = 0; a < given.size(); ++a) {
    if (!given[a]) free.push_back(a);
  }
  return free;
}

}  // namespace

Profile::Profile(std::shared_ptr<const likelihood::Joint> joint, prediction::Signals signals,
                 std::shared_ptr<const likelihood::Observation> observation,
                 const fit::Settings& settings)
    : joint_(std::move(joint)),
      signals_(std::move(signals)),
      observation_(std::move(observation)),
      settings_(settings),
      fitters_(std::make_shared<std::vector<std::unique_ptr<detail::Fitter>>>()) {
  const std::size_t terms = joint_->terms().size();
  if (terms == 0 || signals_.size() != terms || observation_->terms.size() != terms ||
      std::ranges::any_of(signals_,
                          [this](const auto& one) { return one->poi_count() != poi_count(); })) {
    throw Error(ErrorKind::unexpected, "likelihood, signals and data do not belong together");
  }
}

bool Profile::is_closed() const {
  return std::ranges::all_of(signals_, [](const auto& signal) { return signal->is_closed(); });
}

void Profile::observe(std::shared_ptr<const likelihood::Observation> observation) {
  if (observation->terms.size() != joint_->terms().size()) {
    throw Error(ErrorKind::unexpected, "likelihood and data do not belong together");
  }
  observation_ = std::move(observation);
  start_.reset();
}

double Profile::rises_to() const {
  double turn = std::numeric_limits<double>::infinity();
  if (poi_count() > 1) return turn;
  for (const auto& signal : signals_) turn = std::min(turn, signal->rises_to());
  return turn;
}

detail::Fitter& Profile::fitter(const std::vector<std::size_t>& pois) const {
  const auto known = std::ranges::find_if(
      *fitters_, [&pois](const auto& fitter) { return fitter->pois() == pois; });
  if (known != fitters_->end()) return **known;
  return *fitters_->emplace_back(
      std::make_unique<detail::Fitter>(joint_, signals_, settings_, pois));
}

detail::Fitter& Profile::all_pois() const {
  std::vector<std::size_t> all(poi_count());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return fitter(all);
}

ProfilePoint Profile::at(std::span<const double> poi) const {
  std::vector<double> none(joint_->nuisances().size());
  const bool has_signal = std::ranges::any_of(poi, [](double x) { return x != 0.0; });
  if (!has_signal || is_closed()) return at(poi, std::move(none));
  if (!start_) {
    const ProfilePoint without_signal = at(std::vector<double>(poi_count()), none);
    start_ = fit::is_converged(without_signal.status) ? without_signal.pulls : none;
  }
  return at(poi, *start_);
}

ProfilePoint Profile::at(std::span<const double> poi, std::vector<double> start) const {
  ProfilePoint point;
  point.poi.assign(poi.begin(), poi.end());
  point.pulls = std::move(start);
  return fitter({}).fit(point, {}, *observation_);
}

ProfilePoint Profile::improve(const ProfilePoint& at_bound, std::vector<std::size_t> pois) const {
  if (is_closed() ||
      std::ranges::none_of(pois, [&](std::size_t a) { return at_bound.slope[a] < 0.0; })) {
    return at_bound;
  }
  // -2 ln L falls: the minimum is inside.
  ProfilePoint inside = freed(at_bound, pois);
  return inside.minus_two_log_l > at_bound.minus_two_log_l ? at_bound : inside;
}

ProfilePoint Profile::freed(const ProfilePoint& start, const std::vector<std::size_t>& pois) const {
  // The parameters of interest move in units of their standard errors; those without any effect on
  // the data stay.
  const std::vector<double> curvature = fitter(pois).poi_curvature(start);
  std::vector<std::size_t> seen;
  std::vector<double> units;
  for (std::size_t i = 0; i < pois.size(); ++i) {
    if (curvature[i] == 0.0) continue;
    seen.push_back(pois[i]);
    units.push_back(1.0 / std::sqrt(curvature[i]));
  }
  return fitter(seen).fit(start, units, *observation_);
}

ProfilePoint Profile::minimum_from(const ProfilePoint& start) const {
  if (is_closed()) return start;
  std::vector<std::size_t> all(poi_count());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return freed(start, all);
}

ProfilePoint Profile::minimum(std::span<const std::optional<double>> given) const {
  return improve(at(values_or_zero(given)), free_of(given));
}

ProfilePoint Profile::minimum(std::span<const std::optional<double>> given,
                              std::vector<double> start) const {
  return improve(at(values_or_zero(given), std::move(start)), free_of(given));
}

BestFit Profile::best_fit() const {
  return best_fit(std::vector<double>(joint_->nuisances().size()));
}

BestFit Profile::below_turn(std::vector<double> start) const {
  BestFit result{.best = {},
                 .without_signal = at(std::vector<double>(poi_count()), std::move(start))};
  const double turn = rises_to();
  if (std::isinf(turn) || is_closed()) {
    std::vector<std::size_t> all(poi_count());
    std::iota(all.begin(), all.end(), std::size_t{0});
    result.best = improve(result.without_signal, std::move(all));
    return result;
  }
  result.best = result.without_signal;
  if (result.best.slope.front() >= 0.0) return result;
  const double curvature = all_pois().poi_curvature(result.best).front();
  double step = std::min(1.0 / std::sqrt(curvature), 0.25 * turn);
  ProfilePoint low = result.best;
  double poi = step;
  while (poi < far_beyond * turn) {
    ProfilePoint high = at(std::span{&poi, 1}, low.pulls);
    if (high.slope.front() >= 0.0) {
      result.best = between(low, high);
      return result;
    }
    low = std::move(high);
    poi += step;
    step *= 1.5;
  }
  result.best = low;
  return result;
}

BestFit Profile::best_fit(std::vector<double> start) const {
  BestFit result = below_turn(std::move(start));
  result.best = or_beyond_turn(result.best);
  return result;
}

ProfilePoint Profile::or_beyond_turn(const ProfilePoint& below) const {
  const double turn = rises_to();
  if (std::isinf(turn) || is_closed()) return below;
  constexpr double step = 1.3;  // small against what the signal does here
  // Nothing is near the best fit as long as there are far more events than a standard error of
  // small values, or the minimum there, has.
  constexpr double many = 30.0;
  const double curvature = all_pois().poi_curvature(at(0.0)).front();
  const double unit = std::max(below.poi.front(), std::min(1.0 / std::sqrt(curvature), turn));
  const double most = many * events_at(signals_, unit);
  double start = turn;
  while (events_at(signals_, step * start) > most) start *= step;
  ProfilePoint best = below;
  ProfilePoint low = at(std::span{&start, 1}, below.pulls);
  double poi = step * start;
  while (poi < far_beyond * turn) {
    ProfilePoint high = at(std::span{&poi, 1}, low.pulls);
    const double least = low.minus_two_log_l + low.slope.front() * (poi - low.poi.front());
    const bool holds_minimum = low.slope.front() < 0.0 && high.slope.front() >= 0.0;
    if (holds_minimum && least < best.minus_two_log_l) {
      ProfilePoint inside = between(low, high);
      if (inside.minus_two_log_l < best.minus_two_log_l) best = std::move(inside);
    }
    low = std::move(high);
    poi *= step;
  }
  return best;
}

ProfilePoint Profile::between(const ProfilePoint& low, const ProfilePoint& high) const {
  if (high.slope.front() == 0.0) return high;
  // The slope of the profile is exact, and near its root -2 ln L is flat.
  constexpr int bits = 30;
  std::uintmax_t iterations = 100;
  const auto slope = [&](double poi) { return at(std::span{&poi, 1}, low.pulls).slope.front(); };
  const auto bracket = boost::math::tools::toms748_solve(
      slope, low.poi.front(), high.poi.front(), low.slope.front(), high.slope.front(),
      boost::math::tools::eps_tolerance<double>(bits), iterations);
  const double poi = 0.5 * (bracket.first + bracket.second);
  return at(std::span{&poi, 1}, low.pulls);
}

}  // namespace nudipole::inference
