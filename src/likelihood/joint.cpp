#include "nudipole/likelihood/joint.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/likelihood/evaluator.hpp"

#include <algorithm>
#include <numeric>

namespace nudipole::likelihood {
namespace {

/// Number of parameters of interest.
std::size_t poi_count(Joint::SignalPoints signals) {
  return signals.empty() ? 0 : signals.front().poi_count();
}

/// What evaluates the likelihood at some signals, with derivatives by all parameters.
Evaluator evaluator_at(const Joint& joint, Joint::SignalPoints signals) {
  const std::size_t pois = poi_count(signals);
  std::vector<std::size_t> all(pois + joint.nuisances().size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  Evaluator evaluator{joint, pois, std::move(all)};
  evaluator.set_signals(signals);
  return evaluator;
}

}  // namespace

Joint::Joint(std::vector<Term> terms) : terms_(std::move(terms)) {
  std::vector<std::string> owner;
  for (const Term& term : terms_) {
    std::vector<std::size_t>& local = index_.emplace_back();
    for (const Nuisance& nuisance : term.nuisances()) {
      const auto known = std::ranges::find(nuisances_, nuisance.name, &Nuisance::name);
      local.push_back(static_cast<std::size_t>(known - nuisances_.begin()));
      if (known == nuisances_.end()) {
        nuisances_.push_back(nuisance);
        owner.push_back(term.name());
      } else if (*known != nuisance) {
        throw ConfigError("nuisance '" + nuisance.name + "' is defined differently by " +
                              owner[local.back()] + " (" + describe(*known) + ") and by " +
                              term.name() + " (" + describe(nuisance) + ")",
                          {.hint = "rename one of them, or give both one definition"});
      }
    }
  }
}

std::vector<double> Joint::term_pulls(std::size_t term, std::span<const double> pulls) const {
  std::vector<double> local;
  local.reserve(index_[term].size());
  for (const std::size_t global : index_[term]) local.push_back(pulls[global]);
  return local;
}

Observation Joint::observe(std::vector<Eigen::ArrayXd> values) const {
  if (values.size() != terms_.size()) {
    throw Error(ErrorKind::unexpected, "data of " + std::to_string(values.size()) +
                                           " terms for a likelihood of " +
                                           std::to_string(terms_.size()));
  }
  Observation observation{.terms = {}, .centres = std::vector<double>(nuisances_.size())};
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    observation.terms.push_back(terms_[t].observe(std::move(values[t])));
  }
  return observation;
}

std::vector<Eigen::ArrayXd> Joint::expected(SignalPoints signals,
                                            std::span<const double> pulls) const {
  return evaluator_at(*this, signals).expected(pulls);
}

double Joint::evaluate(SignalPoints signals, std::span<const double> pulls,
                       const Observation& observation, std::span<double> gradient) const {
  return evaluator_at(*this, signals).value(pulls, observation, gradient);
}

Eigen::MatrixXd Joint::curvature(SignalPoints signals, std::span<const double> pulls) const {
  Eigen::MatrixXd hessian;
  evaluator_at(*this, signals).curvature(pulls, hessian);
  return hessian;
}

std::vector<double> Joint::contributions(SignalPoints signals, std::span<const double> pulls,
                                         const Observation& observation) const {
  Evaluator evaluator = evaluator_at(*this, signals);
  (void)evaluator.value(pulls, observation, {});
  return evaluator.parts();
}

}  // namespace nudipole::likelihood
