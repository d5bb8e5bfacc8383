#include "support/plain_likelihood.hpp"

#include <algorithm>

namespace nudipole::test {
namespace {

/// Expected events and their derivatives as lists.
class Expectation {
 public:
  Expectation(std::size_t bins, std::size_t parameters)
      : events(bins), by_parameter(parameters, std::vector<double>(bins)) {}

  std::vector<double> events;                     ///< [bin]
  std::vector<std::vector<double>> by_parameter;  ///< [parameter][bin]
};

struct Process {
  const Eigen::ArrayXXd& variants;
  const std::vector<std::size_t>& scaled_by;
  const prediction::Variations* variations;
  double strength;
  std::vector<double> by_poi;  ///< derivatives of the strength
};

void add(const Process& process, const std::vector<likelihood::Nuisance>& nuisances,
         const std::vector<double>& values, Expectation& sum) {
  prediction::VariantWeights weights{.weights = Eigen::VectorXd::Ones(1), .by_value = {}};
  std::vector<std::size_t> shapes;
  if (process.variations != nullptr) {
    weights = process.variations->weights(values);
    shapes = process.variations->nuisances();
  }
  double scale = 1.0;
  for (const std::size_t k : process.scaled_by) scale += values[k];
  const std::size_t pois = sum.by_parameter.size() - nuisances.size();
  for (std::size_t bin = 0; bin < sum.events.size(); ++bin) {
    const auto row = static_cast<Eigen::Index>(bin);
    double events = 0.0;
    for (Eigen::Index v = 0; v < weights.weights.size(); ++v) {
      events += weights.weights(v) * process.variants(row, v);
    }
    sum.events[bin] += process.strength * scale * events;
    for (std::size_t a = 0; a < process.by_poi.size(); ++a) {
      sum.by_parameter[a][bin] += process.by_poi[a] * scale * events;
    }
    for (const std::size_t k : process.scaled_by) {
      sum.by_parameter[pois + k][bin] += process.strength * nuisances[k].width * events;
    }
    for (std::size_t j = 0; j < shapes.size(); ++j) {
      double slope = 0.0;
      for (Eigen::Index v = 0; v < weights.weights.size(); ++v) {
        slope += weights.by_value(v, static_cast<Eigen::Index>(j)) * process.variants(row, v);
      }
      sum.by_parameter[pois + shapes[j]][bin] +=
          process.strength * scale * nuisances[shapes[j]].width * slope;
    }
  }
}

void add_parametric(const likelihood::ParametricBackground& background,
                    const std::vector<likelihood::Nuisance>& nuisances,
                    const std::vector<double>& values, Expectation& sum) {
  std::vector<double> own;
  for (const std::size_t k : background.nuisances()) own.push_back(values[k]);
  const auto prediction = background.predict(own);
  const std::size_t pois = sum.by_parameter.size() - nuisances.size();
  for (std::size_t bin = 0; bin < sum.events.size(); ++bin) {
    const auto row = static_cast<Eigen::Index>(bin);
    sum.events[bin] += prediction.events(row);
    for (std::size_t j = 0; j < own.size(); ++j) {
      const std::size_t k = background.nuisances()[j];
      sum.by_parameter[pois + k][bin] +=
          nuisances[k].width * prediction.by_value(row, static_cast<Eigen::Index>(j));
    }
  }
}

Expectation expectation(const likelihood::Term& term, const prediction::SignalPoint& signal,
                        std::span<const double> pulls) {
  std::vector<double> values;
  for (std::size_t k = 0; k < pulls.size(); ++k) {
    values.push_back(term.nuisances()[k].value(pulls[k]));
  }
  Expectation sum{term.bin_count(), signal.poi_count() + pulls.size()};
  const likelihood::Term::Definition& definition = term.definition();
  for (const likelihood::Component& component : definition.components) {
    add({component.events, component.scaled_by, component.variations.get(), 1.0, {}},
        term.nuisances(), values, sum);
  }
  for (std::size_t b = 0; b < signal.templates.size(); ++b) {
    Process process{*signal.templates[b],
                    definition.signal_scaled_by,
                    definition.signal_variations.get(),
                    signal.strength[b],
                    {}};
    for (std::size_t a = 0; a < signal.poi_count(); ++a) {
      process.by_poi.push_back(
          signal.by_poi(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b)));
    }
    add(process, term.nuisances(), values, sum);
  }
  for (const auto& background : definition.parametric) {
    add_parametric(*background, term.nuisances(), values, sum);
  }
  return sum;
}

}  // namespace

PlainValue plain_evaluate(const likelihood::Term& term, const prediction::SignalPoint& signal,
                          std::span<const double> pulls, const likelihood::Observed& observed) {
  const Expectation sum = expectation(term, signal, pulls);
  const Eigen::ArrayXd mu =
      Eigen::ArrayXd::Map(sum.events.data(), static_cast<Eigen::Index>(sum.events.size()));
  Eigen::ArrayXd by_mu;
  PlainValue result{.value = term.statistic().deviance(mu, observed, by_mu), .gradient = {}};
  for (const std::vector<double>& slopes : sum.by_parameter) {
    double slope = 0.0;
    for (std::size_t bin = 0; bin < slopes.size(); ++bin) {
      slope += by_mu(static_cast<Eigen::Index>(bin)) * slopes[bin];
    }
    result.gradient.push_back(slope);
  }
  return result;
}

PlainValue plain_evaluate(const likelihood::Joint& joint,
                          const std::vector<prediction::SignalPoint>& signals,
                          std::span<const double> pulls,
                          const likelihood::Observation& observation) {
  const std::size_t pois = signals.front().poi_count();
  PlainValue sum{.value = 0.0, .gradient = std::vector<double>(pois + pulls.size())};
  for (std::size_t k = 0; k < pulls.size(); ++k) {
    if (joint.nuisances()[k].prior != likelihood::Prior::gaussian) continue;
    const double distance = pulls[k] - observation.centres[k];
    sum.value += distance * distance;
    sum.gradient[pois + k] += 2.0 * distance;
  }
  for (std::size_t t = 0; t < joint.terms().size(); ++t) {
    const PlainValue part = plain_evaluate(joint.terms()[t], signals[t], joint.term_pulls(t, pulls),
                                           observation.terms[t]);
    sum.value += part.value;
    for (std::size_t a = 0; a < pois; ++a) sum.gradient[a] += part.gradient[a];
    for (std::size_t k = 0; k < joint.nuisances_of(t).size(); ++k) {
      sum.gradient[pois + joint.nuisances_of(t)[k]] += part.gradient[pois + k];
    }
  }
  return sum;
}

}  // namespace nudipole::test
