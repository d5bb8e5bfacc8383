#include "nudipole/likelihood/term.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace nudipole::likelihood {
namespace {

/// 1 + the sum of the nuisances that scale a process.
double scale(const std::vector<std::size_t>& scaled_by, const std::vector<double>& values) {
  double factor = 1.0;
  for (const std::size_t k : scaled_by) factor += values[k];
  return factor;
}

/// Values of some nuisances.
std::vector<double> values_of(const std::vector<std::size_t>& nuisances,
                              const std::vector<double>& values) {
  std::vector<double> chosen;
  chosen.reserve(nuisances.size());
  for (const std::size_t k : nuisances) chosen.push_back(values[k]);
  return chosen;
}

/// A process that scales with nuisances: a merged component, or a template of the signal.
struct Process {
  const Eigen::ArrayXXd* variants;  ///< [bin, variant]
  const prediction::Variations* variations;
  const std::vector<std::size_t>* scaled_by;
  double strength;  ///< 1 for a component
};

/// How a process changes with its shape nuisances: d mu/d pull_j = factor_j (variants by_value)_j.
struct ShapeSlopes {
  const Eigen::ArrayXXd& variants;            ///< [bin, variant]
  const Eigen::MatrixXd& by_value;            ///< [variant, shape nuisance]
  const std::vector<std::size_t>& nuisances;  ///< of the term
  std::size_t first;                          ///< parameter that is the term's first nuisance
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
      gradient[shapes.first + shapes.nuisances[j]] +=
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
      (*this)(shapes.first + shapes.nuisances[j], shapes.factors[j],
              slopes.col(static_cast<Eigen::Index>(j)));
    }
  }
};

}  // namespace

Term::Term(Definition definition) : definition_(std::move(definition)) {
  check_scaling();
  for (const Component& component : definition_.components) {
    if (static_cast<std::size_t>(component.events.rows()) != bin_count()) {
      throw Error(ErrorKind::unexpected, definition_.name + ": component '" + component.name +
                                             "' and the term have different numbers of bins");
    }
    const auto same = std::ranges::find_if(merged_, [&](const Component& other) {
      return other.scaled_by == component.scaled_by && other.variations == component.variations;
    });
    if (same == merged_.end()) {
      merged_.push_back(component);
    } else {
      same->events += component.events;
    }
  }
  const auto remember = [this](const std::shared_ptr<const prediction::Variations>& variations) {
    if (variations && std::ranges::find(variations_, variations.get()) == variations_.end()) {
      variations_.push_back(variations.get());
    }
  };
  for (const Component& component : merged_) remember(component.variations);
  remember(definition_.signal_variations);
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
  check("signal", definition_.signal_scaled_by);
}

Term Term::without(Role role) const {
  Definition rest = definition_;
  std::erase_if(rest.components,
                [role](const Component& component) { return component.role == role; });
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

std::vector<double> Term::values(std::span<const double> pulls) const {
  std::vector<double> result(pulls.size());
  for (std::size_t k = 0; k < pulls.size(); ++k) {
    result[k] = definition_.nuisances[k].value(pulls[k]);
  }
  return result;
}

Eigen::ArrayXd Term::parametric_events(const ParametricBackground& background,
                                       std::span<const double> pulls) const {
  return background.predict(values_of(background.nuisances(), values(pulls))).events;
}

Eigen::ArrayXd Term::component_events(const Component& component,
                                      std::span<const double> pulls) const {
  const std::vector<double> at = values(pulls);
  const double factor = scale(component.scaled_by, at);
  if (!component.variations) return factor * component.events.col(0);
  return factor * (component.events.matrix() * component.variations->weights(at).weights).array();
}

Eigen::ArrayXd Term::signal_events(const prediction::SignalPoint& signal,
                                   std::span<const double> pulls) const {
  Eigen::ArrayXd events = Eigen::ArrayXd::Zero(static_cast<Eigen::Index>(bin_count()));
  for (std::size_t b = 0; b < signal.templates.size(); ++b) {
    events += signal.strength[b] * component_events({.name = "signal",
                                                     .events = *signal.templates[b],
                                                     .scaled_by = definition_.signal_scaled_by,
                                                     .variations = definition_.signal_variations,
                                                     .role = Role::signal},
                                                    pulls);
  }
  return events;
}

Observed Term::observe(Eigen::ArrayXd values) const {
  if (static_cast<std::size_t>(values.size()) != bin_count()) {
    throw Error(ErrorKind::unexpected, name() + ": data of " + std::to_string(values.size()) +
                                           " bins for a prediction of " +
                                           std::to_string(bin_count()));
  }
  try {
    return statistic().observe(std::move(values));
  } catch (const DataError& error) {
    throw_with_context(error, name());
  }
}

class Term::Point {
 public:
  Point(const Term& term, const prediction::SignalPoint& signal, std::span<const double> pulls);

  [[nodiscard]] Eigen::ArrayXd expected() const;
  /// Calls visit(parameter, factor, array expression [bin]) for every piece of d mu/d parameter,
  /// and visit(ShapeSlopes) for those that vary the shape.
  template <class Visitor>
  void visit_derivatives(Visitor&& visit) const;

 private:
  using Template = Eigen::Map<const Eigen::ArrayXd>;

  /// Events of a process [bin]; a view.
  [[nodiscard]] Template events(std::size_t process) const {
    const Process& of = processes_[process];
    return {of.variations ? varied_[process].data() : of.variants->data(), of.variants->rows()};
  }
  [[nodiscard]] const prediction::VariantWeights& weights(
      const prediction::Variations* variations) const {
    const auto place =
        std::ranges::find(term_->variations_, variations) - term_->variations_.begin();
    return weights_[static_cast<std::size_t>(place)];
  }
  [[nodiscard]] double width(std::size_t nuisance) const {
    return term_->definition_.nuisances[nuisance].width;
  }

  const Term* term_;
  const prediction::SignalPoint* signal_;
  std::vector<double> values_;                       ///< [nuisance]
  std::vector<prediction::VariantWeights> weights_;  ///< [variations]
  std::vector<ParametricBackground::Prediction> parametric_;
  std::vector<Process> processes_;      ///< merged components, then templates of the signal
  std::vector<Eigen::ArrayXd> varied_;  ///< [process]; empty where nothing varies
};

Term::Point::Point(const Term& term, const prediction::SignalPoint& signal,
                   std::span<const double> pulls)
    : term_(&term), signal_(&signal), values_(term.values(pulls)) {
  const Definition& definition = term.definition_;
  for (const prediction::Variations* variations : term.variations_) {
    weights_.push_back(variations->weights(values_));
  }
  for (const auto& background : definition.parametric) {
    parametric_.push_back(background->predict(values_of(background->nuisances(), values_)));
  }
  processes_.reserve(term.merged_.size() + signal.templates.size());
  for (const Component& component : term.merged_) {
    processes_.push_back(
        {&component.events, component.variations.get(), &component.scaled_by, 1.0});
  }
  for (std::size_t b = 0; b < signal.templates.size(); ++b) {
    processes_.push_back({signal.templates[b], definition.signal_variations.get(),
                          &definition.signal_scaled_by, signal.strength[b]});
  }
  varied_.resize(processes_.size());
  for (std::size_t i = 0; i < processes_.size(); ++i) {
    const auto& [variants, variations, scaled_by, strength] = processes_[i];
    if (variations != nullptr)
      varied_[i] = (variants->matrix() * weights(variations).weights).array();
  }
}

Eigen::ArrayXd Term::Point::expected() const {
  Eigen::ArrayXd mu = Eigen::ArrayXd::Zero(static_cast<Eigen::Index>(term_->bin_count()));
  const auto add = [&](std::size_t process) {
    const auto& [variants, variations, scaled_by, strength] = processes_[process];
    if (strength != 0.0) mu += strength * scale(*scaled_by, values_) * events(process);
  };
  // The signal first: the order of a sum belongs to its bits.
  const std::size_t components = term_->merged_.size();
  for (std::size_t i = components; i < processes_.size(); ++i) add(i);
  for (std::size_t i = 0; i < components; ++i) add(i);
  for (const ParametricBackground::Prediction& prediction : parametric_) mu += prediction.events;
  return mu;
}

template <class Visitor>
void Term::Point::visit_derivatives(Visitor&& visit) const {
  const std::size_t first = signal_->poi_count();
  for (std::size_t i = 0; i < processes_.size(); ++i) {
    const auto& [variants, variations, scaled_by, strength] = processes_[i];
    if (strength == 0.0) continue;
    for (const std::size_t k : *scaled_by) visit(first + k, strength * width(k), events(i));
    if (variations == nullptr) continue;
    const double factor = strength * scale(*scaled_by, values_);
    std::vector<double> factors;
    for (const std::size_t k : variations->nuisances()) factors.push_back(factor * width(k));
    visit(ShapeSlopes{*variants, weights(variations).by_value, variations->nuisances(), first,
                      std::move(factors)});
  }
  const double factor = scale(term_->definition_.signal_scaled_by, values_);
  for (std::size_t b = 0; b < signal_->templates.size(); ++b) {
    for (std::size_t a = 0; a < first; ++a) {
      const double slope =
          signal_->by_poi(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b));
      if (slope != 0.0) visit(a, slope * factor, events(term_->merged_.size() + b));
    }
  }
  for (std::size_t b = 0; b < parametric_.size(); ++b) {
    const std::vector<std::size_t>& nuisances = term_->definition_.parametric[b]->nuisances();
    for (std::size_t j = 0; j < nuisances.size(); ++j) {
      visit(first + nuisances[j], width(nuisances[j]),
            parametric_[b].by_value.col(static_cast<Eigen::Index>(j)));
    }
  }
}

Eigen::ArrayXd Term::expected(const prediction::SignalPoint& signal,
                              std::span<const double> pulls) const {
  return Point{*this, signal, pulls}.expected();
}

double Term::evaluate(const prediction::SignalPoint& signal, std::span<const double> pulls,
                      const Observed& observed, std::span<double> gradient) const {
  const Point point{*this, signal, pulls};
  const Eigen::ArrayXd expected = point.expected();
  Eigen::ArrayXd by_mu;
  const double value = statistic().deviance(expected, observed, by_mu);
  if (!std::isfinite(value)) {
    Eigen::Index bin = 0;
    const double least = expected.minCoeff(&bin);
    throw NumericalError(
        "-2 ln L of " + name() + " is not finite",
        {.where =
             "least expectation: " + shortest_text(least) + " events in bin " + std::to_string(bin),
         .hint = "an expected number of events is not positive: check bounds and backgrounds"});
  }
  if (gradient.empty()) return value;
  std::ranges::fill(gradient, 0.0);
  point.visit_derivatives(Gradient{gradient, by_mu});
  return value;
}

Eigen::MatrixXd Term::curvature(const prediction::SignalPoint& signal,
                                std::span<const double> pulls) const {
  const auto bins = static_cast<Eigen::Index>(bin_count());
  const auto parameters =
      static_cast<Eigen::Index>(signal.poi_count() + definition_.nuisances.size());
  const Point point{*this, signal, pulls};
  Eigen::MatrixXd jacobian = Eigen::MatrixXd::Zero(bins, parameters);
  point.visit_derivatives(Jacobian{jacobian});
  const Eigen::ArrayXd weights = statistic().curvature(point.expected());
  jacobian.array().colwise() *= weights.sqrt();
  Eigen::MatrixXd hessian = Eigen::MatrixXd::Zero(parameters, parameters);
  hessian.selfadjointView<Eigen::Lower>().rankUpdate(jacobian.transpose());
  return hessian.selfadjointView<Eigen::Lower>();
}

}  // namespace nudipole::likelihood
