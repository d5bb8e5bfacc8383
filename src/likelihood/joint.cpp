#include "nudipole/likelihood/joint.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>

namespace nudipole::likelihood {
namespace {

double prior_sum(const std::vector<Nuisance>& nuisances, std::span<const double> pulls,
                 const std::vector<double>& centres) {
  double sum = 0.0;
  for (std::size_t k = 0; k < nuisances.size(); ++k) {
    if (nuisances[k].prior != Prior::gaussian) continue;
    const double distance = pulls[k] - centres[k];
    sum += distance * distance;
  }
  return sum;
}

/// Number of parameters of interest.
std::size_t poi_count(Joint::SignalPoints signals) {
  return signals.empty() ? 0 : signals.front().poi_count();
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
  std::vector<Eigen::ArrayXd> events;
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    events.push_back(terms_[t].expected(signals[t], term_pulls(t, pulls)));
  }
  return events;
}

double Joint::evaluate(SignalPoints signals, std::span<const double> pulls,
                       const Observation& observation, std::span<double> gradient) const {
  const std::size_t pois = poi_count(signals);
  double value = prior_sum(nuisances_, pulls, observation.centres);
  if (!gradient.empty()) {
    std::ranges::fill(gradient.first(pois), 0.0);
    for (std::size_t k = 0; k < nuisances_.size(); ++k) {
      gradient[pois + k] =
          nuisances_[k].prior == Prior::gaussian ? 2.0 * (pulls[k] - observation.centres[k]) : 0.0;
    }
  }
  std::vector<double> local;
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    if (!gradient.empty()) local.resize(pois + index_[t].size());
    value += terms_[t].evaluate(signals[t], term_pulls(t, pulls), observation.terms[t], local);
    if (gradient.empty()) continue;
    for (std::size_t a = 0; a < pois; ++a) gradient[a] += local[a];
    for (std::size_t k = 0; k < index_[t].size(); ++k) {
      gradient[pois + index_[t][k]] += local[pois + k];
    }
  }
  return value;
}

Eigen::MatrixXd Joint::curvature(SignalPoints signals, std::span<const double> pulls) const {
  const std::size_t pois = poi_count(signals);
  const auto size = static_cast<Eigen::Index>(pois + nuisances_.size());
  Eigen::MatrixXd hessian = Eigen::MatrixXd::Zero(size, size);
  for (std::size_t k = 0; k < nuisances_.size(); ++k) {
    const auto i = static_cast<Eigen::Index>(pois + k);
    if (nuisances_[k].prior == Prior::gaussian) hessian(i, i) = 2.0;
  }
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    const Eigen::MatrixXd local = terms_[t].curvature(signals[t], term_pulls(t, pulls));
    const auto global = [&](Eigen::Index i) {
      const auto place = static_cast<std::size_t>(i);
      return place < pois ? i : static_cast<Eigen::Index>(pois + index_[t][place - pois]);
    };
    for (Eigen::Index i = 0; i < local.rows(); ++i) {
      for (Eigen::Index j = 0; j < local.cols(); ++j) hessian(global(i), global(j)) += local(i, j);
    }
  }
  return hessian;
}

std::vector<double> Joint::contributions(SignalPoints signals, std::span<const double> pulls,
                                         const Observation& observation) const {
  std::vector<double> parts;
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    parts.push_back(terms_[t].evaluate(signals[t], term_pulls(t, pulls), observation.terms[t], {}));
  }
  parts.push_back(prior_sum(nuisances_, pulls, observation.centres));
  return parts;
}

}  // namespace nudipole::likelihood
