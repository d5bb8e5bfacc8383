#include "nudipole/likelihood/joint.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>

namespace nudipole::likelihood {
namespace {

double prior_sum(const std::vector<Nuisance>& nuisances, std::span<const double> pulls) {
  double sum = 0.0;
  for (std::size_t k = 0; k < nuisances.size(); ++k) {
    if (nuisances[k].prior == Prior::gaussian) sum += pulls[k] * pulls[k];
  }
  return sum;
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

double Joint::evaluate(double x, const PortalTemplates& portal, std::span<const double> pulls,
                       std::span<double> gradient) const {
  double value = prior_sum(nuisances_, pulls);
  if (!gradient.empty()) {
    gradient[0] = 0.0;
    for (std::size_t k = 0; k < nuisances_.size(); ++k) {
      gradient[1 + k] = nuisances_[k].prior == Prior::gaussian ? 2.0 * pulls[k] : 0.0;
    }
  }
  std::vector<double> local_gradient;
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    if (!gradient.empty()) local_gradient.resize(1 + index_[t].size());
    value += terms_[t].evaluate(x, portal[t], term_pulls(t, pulls), local_gradient);
    if (gradient.empty()) continue;
    gradient[0] += local_gradient[0];
    for (std::size_t k = 0; k < index_[t].size(); ++k) {
      gradient[1 + index_[t][k]] += local_gradient[1 + k];
    }
  }
  return value;
}

Eigen::MatrixXd Joint::curvature(double x, const PortalTemplates& portal,
                                 std::span<const double> pulls) const {
  const auto size = static_cast<Eigen::Index>(1 + nuisances_.size());
  Eigen::MatrixXd hessian = Eigen::MatrixXd::Zero(size, size);
  for (std::size_t k = 0; k < nuisances_.size(); ++k) {
    const auto i = static_cast<Eigen::Index>(1 + k);
    if (nuisances_[k].prior == Prior::gaussian) hessian(i, i) = 2.0;
  }
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    const Eigen::MatrixXd local = terms_[t].curvature(x, portal[t], term_pulls(t, pulls));
    const auto global = [&](Eigen::Index i) {
      return i == 0 ? Eigen::Index{0}
                    : static_cast<Eigen::Index>(1 + index_[t][static_cast<std::size_t>(i - 1)]);
    };
    for (Eigen::Index i = 0; i < local.rows(); ++i) {
      for (Eigen::Index j = 0; j < local.cols(); ++j) hessian(global(i), global(j)) += local(i, j);
    }
  }
  return hessian;
}

std::vector<double> Joint::contributions(double x, const PortalTemplates& portal,
                                         std::span<const double> pulls) const {
  std::vector<double> parts;
  for (std::size_t t = 0; t < terms_.size(); ++t) {
    parts.push_back(terms_[t].evaluate(x, portal[t], term_pulls(t, pulls), {}));
  }
  parts.push_back(prior_sum(nuisances_, pulls));
  return parts;
}

}  // namespace nudipole::likelihood
