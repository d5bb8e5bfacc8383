#include "nudipole/likelihood/evaluator.hpp"

#include "term_evaluator.hpp"

#include <algorithm>
#include <cmath>

namespace nudipole::likelihood {
namespace {

Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }

}  // namespace

Evaluator::Evaluator(const Joint& joint, std::size_t poi_count, std::vector<std::size_t> moving)
    : joint_(&joint),
      poi_count_(poi_count),
      moving_(std::move(moving)),
      parts_(joint.terms().size() + 1) {
  for (std::size_t t = 0; t < joint.terms().size(); ++t) {
    Part& part = terms_.emplace_back();
    part.nuisances = joint.nuisances_of(t);
    part.pulls.resize(part.nuisances.size());
    std::vector<std::size_t> own;  // what moves in the term, in its own numbers
    const auto add = [&](std::size_t local, std::size_t global) {
      const auto place = std::ranges::find(moving_, global);
      if (place == moving_.end()) return;
      own.push_back(local);
      part.moving.push_back(static_cast<std::size_t>(place - moving_.begin()));
    };
    for (std::size_t poi = 0; poi < poi_count; ++poi) add(poi, poi);
    for (std::size_t k = 0; k < part.nuisances.size(); ++k) {
      add(poi_count + k, poi_count + part.nuisances[k]);
    }
    part.gradient.resize(own.size());
    part.hessian.resize(index(own.size()), index(own.size()));
    part.term =
        std::make_unique<detail::TermEvaluator>(joint.terms()[t], poi_count, std::move(own));
  }
}

Evaluator::~Evaluator() = default;
Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator& Evaluator::operator=(Evaluator&&) noexcept = default;

void Evaluator::set_signals(Joint::SignalPoints signals) {
  for (std::size_t t = 0; t < terms_.size(); ++t) terms_[t].term->set_signal(signals[t]);
}

void Evaluator::move(std::span<const double> pulls) {
  for (Part& part : terms_) {
    for (std::size_t k = 0; k < part.pulls.size(); ++k) part.pulls[k] = pulls[part.nuisances[k]];
    part.term->move(part.pulls);
  }
}

double Evaluator::value(std::span<const double> pulls, const Observation& observation,
                        std::span<double> gradient) {
  move(pulls);
  parts_.back() = prior(pulls, observation, gradient);
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    Part& part = terms_[t];
    parts_[t] = part.term->value(observation.terms[t],
                                 gradient.empty() ? std::span<double>{} : part.gradient);
    if (!std::isfinite(parts_[t])) detail::throw_not_finite(*part.term);
    if (!gradient.empty()) add_gradient(part, gradient);
  }
  double sum = parts_.back();
  for (std::size_t t = 0; t < terms_.size(); ++t) sum += parts_[t];
  return sum;
}

bool Evaluator::derivatives(std::span<const double> pulls, const Observation& observation,
                            Hessian kind, std::span<double> gradient, Eigen::MatrixXd& hessian) {
  move(pulls);
  (void)prior(pulls, observation, gradient);
  start_hessian(hessian);
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    Part& part = terms_[t];
    if (!part.term->derivatives(observation.terms[t], kind, part.gradient, part.hessian)) {
      return false;
    }
    add_gradient(part, gradient);
    add_hessian(part, hessian);
  }
  return true;
}

void Evaluator::curvature(std::span<const double> pulls, Eigen::MatrixXd& hessian) {
  move(pulls);
  start_hessian(hessian);
  for (Part& part : terms_) {
    part.term->curvature(part.hessian);
    add_hessian(part, hessian);
  }
}

double Evaluator::slope(std::size_t poi) {
  double sum = 0.0;
  for (Part& part : terms_) sum += part.term->slope(poi);
  return sum;
}

std::vector<Eigen::ArrayXd> Evaluator::expected(std::span<const double> pulls) {
  move(pulls);
  std::vector<Eigen::ArrayXd> events;
  for (const Part& part : terms_) events.push_back(part.term->expected());
  return events;
}

double Evaluator::prior(std::span<const double> pulls, const Observation& observation,
                        std::span<double> gradient) const {
  const std::vector<Nuisance>& nuisances = joint_->nuisances();
  double sum = 0.0;
  for (std::size_t k = 0; k < nuisances.size(); ++k) {
    if (nuisances[k].prior != Prior::gaussian) continue;
    const double distance = pulls[k] - observation.centres[k];
    sum += distance * distance;
  }
  if (gradient.empty()) return sum;
  for (std::size_t i = 0; i < moving_.size(); ++i) {
    gradient[i] = 0.0;
    if (moving_[i] < poi_count_) continue;
    const std::size_t k = moving_[i] - poi_count_;
    if (nuisances[k].prior == Prior::gaussian) {
      gradient[i] = 2.0 * (pulls[k] - observation.centres[k]);
    }
  }
  return sum;
}

void Evaluator::start_hessian(Eigen::MatrixXd& hessian) const {
  hessian.setZero(index(moving_.size()), index(moving_.size()));
  for (std::size_t i = 0; i < moving_.size(); ++i) {
    if (moving_[i] < poi_count_) continue;
    if (joint_->nuisances()[moving_[i] - poi_count_].prior == Prior::gaussian) {
      hessian(index(i), index(i)) = 2.0;
    }
  }
}

void Evaluator::add_gradient(const Part& part, std::span<double> gradient) {
  for (std::size_t i = 0; i < part.moving.size(); ++i) gradient[part.moving[i]] += part.gradient[i];
}

// A term knows few of the nuisances: its block goes to their places.
void Evaluator::add_hessian(const Part& part, Eigen::MatrixXd& hessian) {
  for (std::size_t j = 0; j < part.moving.size(); ++j) {
    for (std::size_t i = 0; i < part.moving.size(); ++i) {
      hessian(index(part.moving[i]), index(part.moving[j])) += part.hessian(index(i), index(j));
    }
  }
}

}  // namespace nudipole::likelihood
