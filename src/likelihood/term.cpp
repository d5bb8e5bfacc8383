#include "nudipole/likelihood/term.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace nudipole::likelihood {
namespace {

/// Calls use(template at these pulls [bin]), an expression that is not copied without need.
template <class Use>
void with_template(const Eigen::ArrayXXd& variants, const Morphing* morphing,
                   std::span<const double> pulls, Use&& use) {
  if (morphing == nullptr) {
    use(variants.col(0));
  } else {
    const Eigen::ArrayXd events = variants.matrix() * morphing->weights(pulls).weights;
    use(events);
  }
}

}  // namespace

Term::Term(Definition definition) : definition_(std::move(definition)) {
  for (const Component& component : definition_.components) {
    if (component.events.rows() != statistic().data().size()) {
      throw Error(ErrorKind::unexpected, definition_.name + ": component '" + component.name +
                                             "' and the data have different numbers of bins");
    }
    const auto same = std::ranges::find_if(merged_, [&](const Component& other) {
      return other.scaled_by == component.scaled_by && other.morphing == component.morphing;
    });
    if (same == merged_.end()) {
      merged_.push_back(component);
    } else {
      same->events += component.events;
    }
  }
}

Term Term::without(std::span<const std::string> names) const {
  Definition rest = definition_;
  std::erase_if(rest.components, [names](const Component& component) {
    return std::ranges::find(names, component.name) != names.end();
  });
  return Term{std::move(rest)};
}

std::size_t Term::bin_count() const { return static_cast<std::size_t>(statistic().data().size()); }

double Term::scale(const std::vector<std::size_t>& scaled_by, std::span<const double> pulls) const {
  double factor = 1.0;
  for (const std::size_t k : scaled_by) factor += definition_.nuisances[k].value(pulls[k]);
  return factor;
}

std::vector<double> Term::values_of(const std::vector<std::size_t>& nuisances,
                                    std::span<const double> pulls) const {
  std::vector<double> values;
  for (const std::size_t k : nuisances) values.push_back(definition_.nuisances[k].value(pulls[k]));
  return values;
}

Term::Predictions Term::predict_parametric(std::span<const double> pulls) const {
  Predictions predictions;
  predictions.reserve(definition_.parametric.size());
  for (const auto& background : definition_.parametric) {
    predictions.push_back(background->predict(values_of(background->nuisances(), pulls)));
  }
  return predictions;
}

Eigen::ArrayXd Term::expected(double x, const Eigen::ArrayXXd& portal,
                              std::span<const double> pulls) const {
  return expected(x, portal, pulls, predict_parametric(pulls));
}

Eigen::ArrayXd Term::expected(double x, const Eigen::ArrayXXd& portal,
                              std::span<const double> pulls, const Predictions& parametric) const {
  Eigen::ArrayXd mu(portal.rows());
  const double strength = x * scale(definition_.portal_scaled_by, pulls);
  with_template(portal, definition_.portal_morphing.get(), pulls,
                [&](const auto& events) { mu = strength * events; });
  for (const Component& component : merged_) {
    const double factor = scale(component.scaled_by, pulls);
    with_template(component.events, component.morphing.get(), pulls,
                  [&](const auto& events) { mu += factor * events; });
  }
  for (const ParametricBackground::Prediction& prediction : parametric) mu += prediction.events;
  return mu;
}

/// Calls visit(parameter, factor, array expression [bin]) for every piece of d mu/d parameter;
/// parameter 0 is x, 1 + k the pull of nuisance k.
template <class Visitor>
void Term::visit_derivatives(double x, const Eigen::ArrayXXd& portal, std::span<const double> pulls,
                             const Predictions& parametric, Visitor&& visit) const {
  const auto process = [&](const Eigen::ArrayXXd& variants, const Morphing* morphing,
                           const std::vector<std::size_t>& scaled_by, double strength) {
    if (!scaled_by.empty()) {
      with_template(variants, morphing, pulls, [&](const auto& events) {
        for (const std::size_t k : scaled_by) {
          visit(1 + k, strength * definition_.nuisances[k].width, events);
        }
      });
    }
    if (morphing == nullptr || strength == 0.0) return;
    const double factor = strength * scale(scaled_by, pulls);
    const Eigen::ArrayXXd slopes = (variants.matrix() * morphing->weights(pulls).by_pull).array();
    for (std::size_t k = 0; k < morphing->nuisances().size(); ++k) {
      visit(1 + morphing->nuisances()[k], factor, slopes.col(static_cast<Eigen::Index>(k)));
    }
  };
  for (const Component& component : merged_) {
    process(component.events, component.morphing.get(), component.scaled_by, 1.0);
  }
  const Morphing* portal_morphing = definition_.portal_morphing.get();
  process(portal, portal_morphing, definition_.portal_scaled_by, x);
  with_template(portal, portal_morphing, pulls, [&](const auto& events) {
    visit(std::size_t{0}, scale(definition_.portal_scaled_by, pulls), events);
  });
  for (std::size_t b = 0; b < parametric.size(); ++b) {
    const std::vector<std::size_t>& nuisances = definition_.parametric[b]->nuisances();
    for (std::size_t k = 0; k < nuisances.size(); ++k) {
      visit(1 + nuisances[k], definition_.nuisances[nuisances[k]].width,
            parametric[b].by_value.col(static_cast<Eigen::Index>(k)));
    }
  }
}

double Term::evaluate(double x, const Eigen::ArrayXXd& portal, std::span<const double> pulls,
                      std::span<double> gradient) const {
  const Predictions parametric = predict_parametric(pulls);
  const Eigen::ArrayXd mu = expected(x, portal, pulls, parametric);
  Eigen::ArrayXd by_mu;
  const double value = statistic().evaluate(mu, by_mu);
  if (!std::isfinite(value)) {
    std::ostringstream coupling;
    coupling << "d = " << std::sqrt(x) << " mu_B";
    throw NumericalError(
        "-2 ln L of " + name() + " is not finite",
        {.where = coupling.str(),
         .hint = "an expected number of events is not positive: check bounds and backgrounds"});
  }
  if (gradient.empty()) return value;
  std::ranges::fill(gradient, 0.0);
  visit_derivatives(x, portal, pulls, parametric,
                    [&](std::size_t parameter, double factor, const auto& slope) {
                      gradient[parameter] += factor * (by_mu * slope).sum();
                    });
  return value;
}

Eigen::MatrixXd Term::curvature(double x, const Eigen::ArrayXXd& portal,
                                std::span<const double> pulls) const {
  const auto parameters = static_cast<Eigen::Index>(1 + definition_.nuisances.size());
  const Predictions predictions = predict_parametric(pulls);
  Eigen::MatrixXd jacobian = Eigen::MatrixXd::Zero(portal.rows(), parameters);
  visit_derivatives(x, portal, pulls, predictions,
                    [&](std::size_t parameter, double factor, const auto& slope) {
                      jacobian.col(static_cast<Eigen::Index>(parameter)).array() += factor * slope;
                    });
  const Eigen::ArrayXd weights = statistic().curvature(expected(x, portal, pulls, predictions));
  return jacobian.transpose() * weights.matrix().asDiagonal() * jacobian;
}

}  // namespace nudipole::likelihood
