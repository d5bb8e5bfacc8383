#include "nudipole/campaign/impacts.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/core/units.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <span>

namespace nudipole::campaign {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Data sets with their signals at one mass.
struct Model {
  std::vector<likelihood::Term> terms;
  std::vector<Eigen::ArrayXd> values;     ///< [term][bin]
  std::vector<Eigen::ArrayXXd> events;    ///< at 1 mu_B [term], each [bin, variant]
  std::map<std::string, double> centres;  ///< of the priors [nuisance], in pulls
};

Model model_of(const Setup& setup, double mass_MeV) {
  const Likelihood& likelihood = setup.likelihood();
  Model model{likelihood.joint->terms(), {}, {}, {}};
  for (std::size_t i = 0; i < model.terms.size(); ++i) {
    model.events.push_back(setup.config().couplings.front().events(setup.dipole(i, mass_MeV)));
  }
  for (const likelihood::Observed& term : likelihood.observation->terms) {
    model.values.push_back(term.values);
  }
  const std::vector<likelihood::Nuisance>& nuisances = likelihood.joint->nuisances();
  for (std::size_t k = 0; k < nuisances.size(); ++k) {
    model.centres.emplace(nuisances[k].name, likelihood.observation->centres[k]);
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
  model.events.erase(model.events.begin() + place);
  return model;
}

/// Without some bins of an experiment; without the experiment where these are all of them.
Model without_bins(Model model, std::size_t experiment, const std::vector<bool>& left_out) {
  std::vector<Eigen::Index> kept;
  for (std::size_t bin = 0; bin < left_out.size(); ++bin) {
    if (!left_out[bin]) kept.push_back(static_cast<Eigen::Index>(bin));
  }
  if (kept.empty()) return without(std::move(model), experiment);
  model.terms[experiment] = model.terms[experiment].with_bins(kept);
  model.values[experiment] = Eigen::ArrayXd{model.values[experiment](kept)};
  model.events[experiment] = Eigen::ArrayXXd{model.events[experiment](kept, Eigen::all)};
  return model;
}

/// The question that is asked of every model.
struct Question {
  double delta_chi2;
  double largest_mu_B2;
  fit::Settings fit;

  [[nodiscard]] inference::Profile profile(const Model& model) const {
    const auto joint = std::make_shared<likelihood::Joint>(model.terms);
    const auto data = std::make_shared<likelihood::Observation>(joint->observe(model.values));
    for (std::size_t k = 0; k < data->centres.size(); ++k) {
      data->centres[k] = model.centres.at(joint->nuisances()[k].name);
    }
    prediction::Signals signals;
    for (const Eigen::ArrayXXd& events : model.events) {
      signals.push_back(std::make_shared<prediction::LinearSignal>(std::vector{events}));
    }
    return {joint, std::move(signals), data, fit};
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

/// The bins from `first` to before `last` of an axis in words.
std::string text_of(const math::BinAxis& axis, std::size_t first, std::size_t last) {
  if (!axis.labels.empty()) {
    return axis.name + " " + join(std::span{axis.labels}.subspan(first, last - first));
  }
  return axis.name + " " + shortest_text(axis.edges[first]) + " .. " +
         shortest_text(axis.edges[last]) + (axis.unit.empty() ? "" : " " + axis.unit);
}

/// One experiment without each of the groups of its bins.
std::vector<BinImpact> impacts_of_bins(const Question& question, const Model& model,
                                       std::size_t experiment, const math::Binning& binning,
                                       const BinGroups& groups) {
  const auto axis = std::ranges::find(binning.axes, groups.axis, &math::BinAxis::name);
  if (axis == binning.axes.end()) return {};
  const auto place = static_cast<std::size_t>(axis - binning.axes.begin());
  const std::size_t count = std::min(groups.count, axis->size());
  std::vector<BinImpact> impacts;
  for (std::size_t group = 0; group < count; ++group) {
    const std::size_t first = group * axis->size() / count;
    const std::size_t last = (group + 1) * axis->size() / count;
    std::vector<bool> left_out(binning.size());
    for (std::size_t bin = 0; bin < left_out.size(); ++bin) {
      const std::size_t along = binning.indices(bin)[place];
      left_out[bin] = first <= along && along < last;
    }
    const Model rest = without_bins(model, experiment, left_out);
    const inference::Limit no_data{nan, inference::LimitStatus::closed};
    impacts.push_back({model.terms[experiment].name(), text_of(*axis, first, last),
                       rest.terms.empty() ? no_data : question.limit_mu_B(rest)});
  }
  return impacts;
}

std::vector<BinImpact> impacts_of_bins(const Setup& setup, const Question& question,
                                       const Model& model, const BinGroups& groups) {
  std::vector<BinImpact> impacts;
  std::vector<std::string> axes;
  for (std::size_t i = 0; i < setup.experiments().size(); ++i) {
    const math::Binning& binning = setup.experiments()[i].binning();
    const std::vector<BinImpact> some = impacts_of_bins(question, model, i, binning, groups);
    impacts.insert(impacts.end(), some.begin(), some.end());
    for (const math::BinAxis& axis : binning.axes) {
      if (std::ranges::find(axes, axis.name) == axes.end()) axes.push_back(axis.name);
    }
  }
  if (!impacts.empty()) return impacts;
  throw ConfigError("no experiment has an axis '" + groups.axis + "'",
                    {.expected = "one of: " + join(axes)});
}

}  // namespace

Impacts find_impacts(const Setup& setup, double mass_MeV, double confidence, int dof,
                     const std::optional<BinGroups>& groups) {
  const RunConfig& config = setup.config();
  if (config.decay_path_cm) {
    throw ConfigError("impacts do not know decays of N",
                      {.where = "decay", .hint = "remove the block decay"});
  }
  if (config.couplings.size() != 1) {
    throw ConfigError("the configuration has several couplings",
                      {.hint = "impacts are those on the limit of a single coupling d"});
  }
  const Model model = model_of(setup, mass_MeV);
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
  if (groups) impacts.bins = impacts_of_bins(setup, question, model, *groups);
  if (model.terms.size() == 1) return impacts;
  for (std::size_t i = 0; i < model.terms.size(); ++i) {
    impacts.experiments.push_back({model.terms[i].name(), question.limit_mu_B(without(model, i))});
  }
  return impacts;
}

}  // namespace nudipole::campaign
