#include "nudipole/likelihood/term.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace nudipole::likelihood {
namespace {

/// 1 + the sum of the nuisances that scale a process.
double scale(const std::vector<std::size_t>& scaled_by, const std::vector<double>& values) {
  double factor = 1.0;
  for (const std::size_t k : scaled_by) factor += values[k];
  return factor;
}

/// How a process changes with its shape nuisances: d mu/d pull_j = factor_j (variants by_value)_j.
struct ShapeSlopes {
  const Eigen::ArrayXXd& variants;            ///< [bin, variant]
  const Eigen::MatrixXd& by_value;            ///< [variant, shape nuisance]
  const std::vector<std::size_t>& nuisances;  ///< of the term
  std::vector<double> factors;                ///< [shape nuisance]
};

/// Collects derivatives of -2 ln L, of which d(-2 ln L)/d mu is `by_mu` [bin].
struct Gradient {
  std::span<double> gradient;
  const Eigen::ArrayXd& by_mu;

  template <class Slope>
  void operator()(std::size_t parameter, double factor, const Slope& slope) const {
    gradient[parameter] += factor * (by_mu * slope).sum();
  }
  /// Sums over the bins first: that leaves one small product for all shapes.
  void operator()(const ShapeSlopes& shapes) const {
    const Eigen::VectorXd by_variant = shapes.variants.matrix().transpose() * by_mu.matrix();
    const Eigen::VectorXd by_value = shapes.by_value.transpose() * by_variant;
    for (std::size_t j = 0; j < shapes.nuisances.size(); ++j) {
      gradient[1 + shapes.nuisances[j]] +=
          shapes.factors[j] * by_value(static_cast<Eigen::Index>(j));
    }
  }
};

/// Collects d mu/d parameter [bin, parameter].
struct Jacobian {
  Eigen::MatrixXd& jacobian;

  template <class Slope>
  void operator()(std::size_t parameter, double factor, const Slope& slope) const {
    jacobian.col(static_cast<Eigen::Index>(parameter)).array() += factor * slope;
  }
  void operator()(const ShapeSlopes& shapes) const {
    const Eigen::ArrayXXd slopes = (shapes.variants.matrix() * shapes.by_value).array();
    for (std::size_t j = 0; j < shapes.nuisances.size(); ++j) {
      (*this)(1 + shapes.nuisances[j], shapes.factors[j], slopes.col(static_cast<Eigen::Index>(j)));
    }
  }
};

}  // namespace

Term::Term(Definition definition) : definition_(std::move(definition)) {
  check_scaling();
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
  const auto remember = [this](const std::shared_ptr<const prediction::Variations>& morphing) {
    if (morphing && std::ranges::find(morphings_, morphing.get()) == morphings_.end()) {
      morphings_.push_back(morphing.get());
    }
  };
  for (const Component& component : merged_) remember(component.morphing);
  remember(definition_.portal_morphing);
}

void Term::check_scaling() const {
  const auto check = [this](const std::string& process, const std::vector<std::size_t>& scaled_by) {
    for (std::size_t i = 0; i < scaled_by.size(); ++i) {
      for (std::size_t j = i + 1; j < scaled_by.size(); ++j) {
        const std::string& name_of_one = definition_.nuisances[scaled_by[i]].name;
        if (name_of_one != definition_.nuisances[scaled_by[j]].name) continue;
        throw ConfigError("two nuisances of " + definition_.name + " are called '" + name_of_one +
                              "' and both scale '" + process + "'",
                          {.hint = "one parameter would count twice there: keep two names"});
      }
    }
  };
  for (const Component& component : definition_.components) {
    check(component.name, component.scaled_by);
  }
  check("portal", definition_.portal_scaled_by);
}

Term Term::without(std::span<const std::string> names) const {
  Definition rest = definition_;
  std::erase_if(rest.components, [names](const Component& component) {
    return std::ranges::find(names, component.name) != names.end();
  });
  return Term{std::move(rest)};
}

Term Term::with_nuisances(std::vector<Nuisance> nuisances) const {
  if (nuisances.size() != definition_.nuisances.size()) {
    throw Error(ErrorKind::unexpected, name() + ": another number of nuisances");
  }
  Definition other = definition_;
  other.nuisances = std::move(nuisances);
  return Term{std::move(other)};
}

std::size_t Term::bin_count() const { return static_cast<std::size_t>(statistic().data().size()); }

std::vector<double> Term::values(std::span<const double> pulls) const {
  std::vector<double> result(pulls.size());
  for (std::size_t k = 0; k < pulls.size(); ++k) {
    result[k] = definition_.nuisances[k].value(pulls[k]);
  }
  return result;
}

std::vector<double> Term::values_of(const std::vector<std::size_t>& nuisances,
                                    const std::vector<double>& values) {
  std::vector<double> chosen;
  chosen.reserve(nuisances.size());
  for (const std::size_t k : nuisances) chosen.push_back(values[k]);
  return chosen;
}

std::vector<Term::Process> Term::processes(double x, const Eigen::ArrayXXd& portal) const {
  std::vector<Process> list;
  list.reserve(merged_.size() + 1);
  for (const Component& component : merged_) {
    list.push_back({&component.events, component.morphing.get(), &component.scaled_by, 1.0});
  }
  list.push_back({&portal, definition_.portal_morphing.get(), &definition_.portal_scaled_by, x});
  return list;
}

const prediction::VariantWeights& Term::weights(const Point& point,
                                                const prediction::Variations* morphing) const {
  const auto place = std::ranges::find(morphings_, morphing) - morphings_.begin();
  return point.weights[static_cast<std::size_t>(place)];
}

Term::Point Term::at(const std::vector<Process>& processes, std::span<const double> pulls) const {
  Point point{.values = values(pulls), .weights = {}, .parametric = {}, .morphed = {}};
  for (const prediction::Variations* morphing : morphings_) {
    point.weights.push_back(morphing->weights(point.values));
  }
  for (const auto& background : definition_.parametric) {
    point.parametric.push_back(
        background->predict(values_of(background->nuisances(), point.values)));
  }
  point.morphed.resize(processes.size());
  for (std::size_t i = 0; i < processes.size(); ++i) {
    if (processes[i].morphing == nullptr) continue;
    point.morphed[i] =
        (processes[i].variants->matrix() * weights(point, processes[i].morphing).weights).array();
  }
  return point;
}

Eigen::ArrayXd Term::expected(const std::vector<Process>& processes, const Point& point) {
  // The portal first: the order of a sum belongs to its bits.
  const std::size_t portal = processes.size() - 1;
  Eigen::ArrayXd mu = processes[portal].strength *
                      scale(*processes[portal].scaled_by, point.values) *
                      events(processes[portal], point.morphed[portal]);
  for (std::size_t i = 0; i < portal; ++i) {
    mu += scale(*processes[i].scaled_by, point.values) * events(processes[i], point.morphed[i]);
  }
  for (const ParametricBackground::Prediction& prediction : point.parametric) {
    mu += prediction.events;
  }
  return mu;
}

Eigen::ArrayXd Term::expected(double x, const Eigen::ArrayXXd& portal,
                              std::span<const double> pulls) const {
  const std::vector<Process> list = processes(x, portal);
  return expected(list, at(list, pulls));
}

/// Calls visit(parameter, factor, array expression [bin]) for every piece of d mu/d parameter, and
/// visit(ShapeSlopes) for those by morphing; parameter 0 is x, 1 + k the pull of nuisance k.
template <class Visitor>
void Term::visit_derivatives(const std::vector<Process>& processes, const Point& point,
                             Visitor&& visit) const {
  const auto width = [this](std::size_t k) { return definition_.nuisances[k].width; };
  for (std::size_t i = 0; i < processes.size(); ++i) {
    const auto& [variants, morphing, scaled_by, strength] = processes[i];
    for (const std::size_t k : *scaled_by) {
      visit(1 + k, strength * width(k), events(processes[i], point.morphed[i]));
    }
    if (morphing == nullptr || strength == 0.0) continue;
    const double factor = strength * scale(*scaled_by, point.values);
    std::vector<double> factors;
    for (const std::size_t k : morphing->nuisances()) factors.push_back(factor * width(k));
    visit(ShapeSlopes{*variants, weights(point, morphing).by_value, morphing->nuisances(),
                      std::move(factors)});
  }
  visit(std::size_t{0}, scale(*processes.back().scaled_by, point.values),
        events(processes.back(), point.morphed.back()));
  for (std::size_t b = 0; b < point.parametric.size(); ++b) {
    const std::vector<std::size_t>& nuisances = definition_.parametric[b]->nuisances();
    for (std::size_t j = 0; j < nuisances.size(); ++j) {
      visit(1 + nuisances[j], width(nuisances[j]),
            point.parametric[b].by_value.col(static_cast<Eigen::Index>(j)));
    }
  }
}

double Term::evaluate(double x, const Eigen::ArrayXXd& portal, std::span<const double> pulls,
                      std::span<double> gradient) const {
  const std::vector<Process> list = processes(x, portal);
  const Point point = at(list, pulls);
  Eigen::ArrayXd by_mu;
  const double value = statistic().evaluate(expected(list, point), by_mu);
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
  visit_derivatives(list, point, Gradient{gradient, by_mu});
  return value;
}

Eigen::MatrixXd Term::curvature(double x, const Eigen::ArrayXXd& portal,
                                std::span<const double> pulls) const {
  const auto parameters = static_cast<Eigen::Index>(1 + definition_.nuisances.size());
  const std::vector<Process> list = processes(x, portal);
  const Point point = at(list, pulls);
  Eigen::MatrixXd jacobian = Eigen::MatrixXd::Zero(portal.rows(), parameters);
  visit_derivatives(list, point, Jacobian{jacobian});
  const Eigen::ArrayXd weights = statistic().curvature(expected(list, point));
  jacobian.array().colwise() *= weights.sqrt();
  Eigen::MatrixXd hessian = Eigen::MatrixXd::Zero(parameters, parameters);
  hessian.selfadjointView<Eigen::Lower>().rankUpdate(jacobian.transpose());
  return hessian.selfadjointView<Eigen::Lower>();
}

}  // namespace nudipole::likelihood
