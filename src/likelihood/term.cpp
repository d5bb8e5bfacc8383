#include "nudipole/likelihood/term.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <cmath>

namespace nudipole::likelihood {

Term::Term(Definition definition) : definition_(std::move(definition)) {
  for (const Component& component : definition_.components) {
    if (component.events.size() != statistic().data().size()) {
      throw Error(ErrorKind::unexpected, definition_.name + ": component '" + component.name +
                                             "' and the data have different numbers of bins");
    }
    const auto same = std::ranges::find_if(merged_, [&](const Component& other) {
      return other.scaled_by == component.scaled_by;
    });
    if (same == merged_.end()) {
      merged_.push_back(component);
    } else {
      same->events += component.events;
    }
  }
}

std::size_t Term::bin_count() const { return static_cast<std::size_t>(statistic().data().size()); }

double Term::scale(const std::vector<std::size_t>& scaled_by,
                   std::span<const double> pulls) const {
  double factor = 1.0;
  for (const std::size_t k : scaled_by) factor += definition_.nuisances[k].value(pulls[k]);
  return factor;
}

Eigen::ArrayXd Term::expected(double x, const Eigen::ArrayXd& portal,
                              std::span<const double> pulls) const {
  Eigen::ArrayXd mu = (x * scale(definition_.portal_scaled_by, pulls)) * portal;
  for (const Component& component : merged_) {
    mu += scale(component.scaled_by, pulls) * component.events;
  }
  return mu;
}

double Term::evaluate(double x, const Eigen::ArrayXd& portal, std::span<const double> pulls,
                      std::span<double> gradient) const {
  const Eigen::ArrayXd mu = expected(x, portal, pulls);
  Eigen::ArrayXd by_mu;
  const double value = statistic().evaluate(mu, by_mu);
  if (!std::isfinite(value)) {
    throw NumericalError(
        "-2 ln L of " + name() + " is not finite",
        {.where = "d = " + std::to_string(std::sqrt(x)) + " mu_B",
         .hint = "an expected number of events is not positive: check bounds and backgrounds"});
  }
  if (gradient.empty()) return value;

  std::ranges::fill(gradient, 0.0);
  const auto add = [&](const std::vector<std::size_t>& scaled_by, double slope) {
    for (const std::size_t k : scaled_by) {
      gradient[1 + k] += definition_.nuisances[k].width * slope;
    }
  };
  for (const Component& component : merged_) {
    if (component.scaled_by.empty()) continue;
    add(component.scaled_by, (by_mu * component.events).sum());
  }
  const double portal_slope = (by_mu * portal).sum();
  add(definition_.portal_scaled_by, x * portal_slope);
  gradient[0] = scale(definition_.portal_scaled_by, pulls) * portal_slope;
  return value;
}

Eigen::MatrixXd Term::curvature(double x, const Eigen::ArrayXd& portal,
                                std::span<const double> pulls) const {
  const auto parameters = static_cast<Eigen::Index>(1 + definition_.nuisances.size());
  Eigen::MatrixXd jacobian = Eigen::MatrixXd::Zero(portal.size(), parameters);
  const auto add = [&](const std::vector<std::size_t>& scaled_by, double factor,
                       const Eigen::ArrayXd& events) {
    for (const std::size_t k : scaled_by) {
      jacobian.col(static_cast<Eigen::Index>(1 + k)).array() +=
          (factor * definition_.nuisances[k].width) * events;
    }
  };
  for (const Component& component : merged_) add(component.scaled_by, 1.0, component.events);
  add(definition_.portal_scaled_by, x, portal);
  jacobian.col(0) = scale(definition_.portal_scaled_by, pulls) * portal;
  const Eigen::ArrayXd weights = statistic().curvature(expected(x, portal, pulls));
  return jacobian.transpose() * weights.matrix().asDiagonal() * jacobian;
}

}  // namespace nudipole::likelihood
