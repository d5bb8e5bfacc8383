#include "nudipole/inference/toys.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <utility>

namespace nudipole::inference {
namespace {

std::vector<PoissonSampler> poisson_samplers(const likelihood::Term& term,
                                             const Eigen::ArrayXd& expected) {
  std::vector<PoissonSampler> samplers;
  for (Eigen::Index bin = 0; bin < expected.size(); ++bin) {
    if (!(expected(bin) >= 0.0)) {
      throw NumericalError(
          term.name() + " expects " + shortest_text(expected(bin)) + " events in bin " +
              std::to_string(bin) + ": toys cannot be drawn",
          {.expected = "events >= 0 wherever the bounds of its nuisances let a fit go",
           .hint = "narrow the bounds in the configuration (nuisances: ...: lower, upper)"});
    }
    samplers.emplace_back(expected(bin));
  }
  return samplers;
}

/// What of q two verified fits may make negative: their distances to the minima.
constexpr double rounding = 1.0e-6;

/// Whether both fits are verified and the one with more freedom is the lower one.
bool is_sound(const HypothesisTest& test) {
  return fit::is_converged(test.tested.status) && fit::is_converged(test.best.status) &&
         test.tested.minus_two_log_l - test.best.minus_two_log_l >=
             -rounding * (1.0 + std::abs(test.best.minus_two_log_l));
}

/// Takes another fit in the place of one that is not verified, or lies higher.
void take_if_better(ProfilePoint other, ProfilePoint& fit) {
  if (!fit::is_converged(other.status)) return;
  if (!fit::is_converged(fit.status) || other.minus_two_log_l < fit.minus_two_log_l) {
    fit = std::move(other);
  }
}

using Given = std::span<const std::optional<double>>;

/// Each fit of a test that is not sound, once more from where the other one ended.
void look_again(const Profile& profile, Given given, HypothesisTest& test) {
  if (is_sound(test)) return;
  take_if_better(profile.minimum_from(test.tested), test.best);
  take_if_better(profile.minimum(given, test.best.pulls), test.tested);
}

bool is_standard_model(Given given) {
  return std::ranges::all_of(given, [](const auto& poi) { return poi == 0.0; });
}

}  // namespace

ToyGenerator::ToyGenerator(std::shared_ptr<const likelihood::Joint> joint,
                           likelihood::Joint::SignalPoints signals, std::vector<double> pulls,
                           Auxiliary auxiliary)
    : joint_(std::move(joint)),
      expected_(joint_->expected(signals, pulls)),
      pulls_(std::move(pulls)),
      auxiliary_(auxiliary) {
  for (std::size_t t = 0; t < expected_.size(); ++t) {
    const likelihood::Term& term = joint_->terms()[t];
    const likelihood::Sampling sampling = term.statistic().sampling();
    if (const auto* gaussian = std::get_if<likelihood::GaussianSampling>(&sampling)) {
      samplers_.emplace_back(gaussian->errors);
    } else {
      samplers_.emplace_back(poisson_samplers(term, expected_[t]));
    }
  }
}

likelihood::Observation ToyGenerator::asimov() const {
  likelihood::Observation data = joint_->observe(expected_);
  data.centres = pulls_;
  return data;
}

likelihood::Observation ToyGenerator::draw(RandomStream& stream) const {
  std::vector<Eigen::ArrayXd> values = expected_;
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (const auto* errors = std::get_if<Eigen::ArrayXd>(&samplers_[t])) {
      for (Eigen::Index bin = 0; bin < errors->size(); ++bin) {
        values[t](bin) += (*errors)(bin)*stream.normal();
      }
      continue;
    }
    const auto& samplers = std::get<std::vector<PoissonSampler>>(samplers_[t]);
    for (std::size_t bin = 0; bin < samplers.size(); ++bin) {
      values[t](static_cast<Eigen::Index>(bin)) = samplers[bin](stream);
    }
  }
  likelihood::Observation toy = joint_->observe(std::move(values));
  if (auxiliary_ == Auxiliary::fixed) return toy;
  for (std::size_t k = 0; k < pulls_.size(); ++k) {
    if (joint_->nuisances()[k].prior != likelihood::Prior::gaussian) continue;
    toy.centres[k] = pulls_[k] + stream.normal();
  }
  return toy;
}

HypothesisTest test_hypothesis(const Profile& profile, Given given) {
  BestFit fits = profile.best_fit();
  // As Profile::at: the fit with a signal starts where that without one ended.
  std::vector<double> start(fits.without_signal.pulls.size());
  if (!profile.is_closed() && fit::is_converged(fits.without_signal.status)) {
    start = fits.without_signal.pulls;
  }
  HypothesisTest test{.tested = is_standard_model(given) ? std::move(fits.without_signal)
                                                         : profile.minimum(given, std::move(start)),
                      .best = std::move(fits.best)};
  look_again(profile, given, test);
  return test;
}

HypothesisTest test_hypothesis(const Profile& profile, double poi) {
  const std::optional<double> given{poi};
  return test_hypothesis(profile, Given{&given, 1});
}

double two_sided_statistic(const HypothesisTest& test) {
  if (!is_sound(test)) return std::numeric_limits<double>::quiet_NaN();
  return std::max(test.tested.minus_two_log_l - test.best.minus_two_log_l, 0.0);
}

double one_sided_statistic(const HypothesisTest& test) {
  const double q = two_sided_statistic(test);
  return q > 0.0 && test.best.poi.front() > test.tested.poi.front() ? 0.0 : q;
}

}  // namespace nudipole::inference
