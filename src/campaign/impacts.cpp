#include "nudipole/campaign/impacts.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/units.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nudipole::campaign {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Data sets with their signals at one mass.
struct Model {
  std::vector<likelihood::Term> terms;
  std::vector<Eigen::ArrayXd> values;  ///< [term][bin]
  prediction::Signals signals;
};

Model model_of(const Setup& setup, double mass_MeV) {
  const Likelihood& likelihood = setup.likelihood();
  Model model{likelihood.joint->terms(), {}, setup.signals(mass_MeV)};
  for (const likelihood::Observed& term : likelihood.observation->terms) {
    model.values.push_back(term.values);
  }
  return model;
}

Model with_held(Model model, const likelihood::Nuisance& nuisance, double pull) {
  for (likelihood::Term& term : model.terms) {
    std::vector<likelihood::Nuisance> all = term.nuisances();
    const auto found = std::ranges::find(all, nuisance.name, &likelihood::Nuisance::name);
    if (found == all.end()) continue;
    found->centre = found->lower = found->upper = nuisance.value(pull);
    found->prior = likelihood::Prior::fixed;
    term = term.with_nuisances(std::move(all));
  }
  return model;
}

Model without(Model model, std::size_t experiment) {
  const auto place = static_cast<std::ptrdiff_t>(experiment);
  model.terms.erase(model.terms.begin() + place);
  model.values.erase(model.values.begin() + place);
  model.signals.erase(model.signals.begin() + place);
  return model;
}

/// The question that is asked of every model.
struct Question {
  double delta_chi2;
  double largest_mu_B2;
  fit::Settings fit;

  [[nodiscard]] inference::Profile profile(const Model& model) const {
    const auto joint = std::make_shared<likelihood::Joint>(model.terms);
    return {joint, model.signals,
            std::make_shared<likelihood::Observation>(joint->observe(model.values)), fit};
  }
  [[nodiscard]] inference::Limit limit_mu_B(const inference::Profile& profile,
                                            const inference::ProfilePoint& best) const {
    inference::Limit limit = profile.upper_limit(best, delta_chi2, largest_mu_B2);
    limit.poi = std::sqrt(limit.poi);
    return limit;
  }
  [[nodiscard]] inference::Limit limit_mu_B(const Model& model) const {
    const inference::Profile all = profile(model);
    return limit_mu_B(all, all.best_fit().best);
  }
};

NuisanceImpact impact_of(const Question& question, const Model& model,
                         const likelihood::Nuisance& nuisance, double fitted_pull) {
  const auto at = [&](double pull) {
    return HeldLimit{pull, question.limit_mu_B(with_held(model, nuisance, pull))};
  };
  const HeldLimit not_asked{nan, {nan, inference::LimitStatus::not_done}};
  if (nuisance.prior == likelihood::Prior::none) {
    return {nuisance.name, at(fitted_pull), not_asked, not_asked};
  }
  return {nuisance.name, at(fitted_pull), at(std::max(-1.0, nuisance.lower_pull())),
          at(std::min(1.0, nuisance.upper_pull()))};
}

}  // namespace

Impacts find_impacts(const Setup& setup, double mass_MeV, double confidence, int dof) {
  const RunConfig& config = setup.config();
  const Model model = model_of(setup, mass_MeV);
  if (config.couplings.size() != 1) {
    throw ConfigError("the configuration has several couplings",
                      {.hint = "impacts are those on the limit of a single coupling d"});
  }
  const Question question{config.limits.delta_chi2(confidence, dof),
                          DipoleCoupling::from_mu_B(config.coupling_mu_B().back()).squared_mu_B2(),
                          config.fit};
  const inference::Profile profile = question.profile(model);
  const inference::ProfilePoint best = profile.best_fit().best;
  Impacts impacts{question.limit_mu_B(profile, best), {}, {}};
  const std::vector<likelihood::Nuisance>& nuisances = setup.likelihood().joint->nuisances();
  for (std::size_t k = 0; k < nuisances.size(); ++k) {
    if (nuisances[k].is_fixed()) continue;
    impacts.nuisances.push_back(impact_of(question, model, nuisances[k], best.pulls[k]));
  }
  if (model.terms.size() == 1) return impacts;
  for (std::size_t i = 0; i < model.terms.size(); ++i) {
    impacts.experiments.push_back({model.terms[i].name(), question.limit_mu_B(without(model, i))});
  }
  return impacts;
}

}  // namespace nudipole::campaign
