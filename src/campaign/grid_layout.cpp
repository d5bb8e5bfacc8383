#include "grid_layout.hpp"

#include "toy_layout.hpp"

#include "nudipole/core/units.hpp"
#include "nudipole/fit/minimise.hpp"
#include "nudipole/inference/profile.hpp"

namespace nudipole::campaign::detail {
namespace {

using labelled::Dataset;
using labelled::FieldRole;

template <class Status>
Flags flags_of(std::initializer_list<Status> statuses) {
  Flags flags;
  for (const Status status : statuses) {
    flags.emplace_back(static_cast<int>(status), std::string{to_string(status)});
  }
  return flags;
}

/// Names of the axes of the map.
std::vector<std::string> coupling_axes(const RunConfig& config) {
  if (config.couplings.size() == 1) return {"coupling"};
  std::vector<std::string> axes;
  for (const Coupling& coupling : config.couplings) {
    if (coupling.is_mapped()) axes.push_back("coupling_" + coupling.name);
  }
  return axes;
}

void add_coupling_axes(const RunConfig& config, Dataset& data) {
  const std::vector<std::string> axes = coupling_axes(config);
  for (std::size_t a = 0; a < axes.size(); ++a) {
    data.add_axis({axes[a], "mu_B", "transition magnetic moment d", config.couplings[a].grid_mu_B});
  }
  if (config.couplings.size() == 1) return;
  std::vector<std::string> names;
  for (const Coupling& coupling : config.couplings) names.push_back(coupling.name);
  data.add_axis({"parameter", "", "coupling that a best fit or a limit is about", names});
  data.add_axis({"others", "", "the other couplings: at their best value, or at 0",
                 std::vector<std::string>{"profiled", "zero"}});
}

std::vector<std::string> with(std::vector<std::string> axes, const char* last) {
  axes.emplace_back(last);
  return axes;
}

/// What is known before any fit.
void add_constants(const Setup& setup, Dataset& data) {
  std::vector<double> centres;
  std::vector<double> widths;
  for (const likelihood::Nuisance& nuisance : setup.likelihood().joint->nuisances()) {
    centres.push_back(nuisance.centre);
    widths.push_back(nuisance.width);
  }
  for (const std::string& axis : coupling_axes(setup.config())) {
    std::vector<double> natural;
    for (const double coupling : std::get<std::vector<double>>(data.axis(axis).values)) {
      natural.push_back(DipoleCoupling::from_mu_B(coupling).per_GeV());
    }
    data.add_field({axis + "_per_GeV", "GeV-1", "coupling in natural units", {axis}, natural});
  }
  data.add_field({"nuisance_centre", "1", "prior mean", {"nuisance"}, centres});
  data.add_field({"nuisance_width", "1", "prior standard deviation", {"nuisance"}, widths});
  data.add_empty_field<double>({"standard_model", "1", "-2 ln L without portal, profiled", {}});
}

void add_grid_fields(const RunConfig& config, Dataset& data) {
  std::vector<std::string> point = coupling_axes(config);
  point.insert(point.begin(), "mass");
  Flags flags = fit_flags();
  flags.emplace_back(static_cast<int>(fit::FitStatus::beyond), to_string(fit::FitStatus::beyond));
  if (config.coupling_tolerance) {
    constexpr auto not_wanted = fit::FitStatus::not_wanted;
    flags.emplace_back(static_cast<int>(not_wanted), to_string(not_wanted));
  }
  data.add_empty_field<double>(
      {"minus_two_log_l", "1", "-2 ln L, profiled over the nuisances", point});
  data.add_empty_field<std::int8_t>({.name = "fit_status",
                                     .units = "1",
                                     .long_name = "how the fit ended",
                                     .axes = point,
                                     .flags = flags,
                                     .role = FieldRole::progress});
  data.add_empty_field<std::int32_t>(
      {"fit_evaluations", "1", "likelihood evaluations of the fit", point});
  data.add_empty_field<double>(
      {"nuisance_value", "1", "nuisances at the fit", with(point, "nuisance")});
  data.add_empty_field<double>(
      {"contribution", "1", "part of -2 ln L that an experiment's data give", with(point, "term")});
  data.add_empty_field<double>({"prior", "1", "part of -2 ln L that the priors give", point});
}

void add_best_fits(Dataset& data) {
  const std::vector<std::string> place{"mass", "experiment"};
  const bool several = data.has_axis("parameter");
  data.add_empty_field<double>(
      {"best_minus_two_log_l", "1", "least -2 ln L over couplings >= 0", place});
  data.add_empty_field<double>({"best_coupling", "mu_B", "coupling of the least -2 ln L",
                                several ? with(place, "parameter") : place});
  data.add_empty_field<std::int8_t>({.name = "best_status",
                                     .units = "1",
                                     .long_name = "how the fit ended",
                                     .axes = place,
                                     .flags = fit_flags()});
  data.add_empty_field<double>(
      {"best_nuisance_value", "1", "nuisances at the joint best fit", {"mass", "nuisance"}});
}

}  // namespace

Flags fit_flags() {
  using enum fit::FitStatus;
  return flags_of({not_done, converged, converged_fallback, not_converged, failed});
}

Flags limit_flags() {
  using enum inference::LimitStatus;
  return flags_of({not_done, ok, none_in_range, closed, failed});
}

labelled::Axis experiment_axis(const Setup& setup) {
  std::vector<std::string> names;
  if (setup.config().limits.each_experiment) names = setup.experiment_names();
  names.emplace_back("joint");
  return {"experiment", "", "data sets that a best fit or a limit is from", names};
}

void add_common_axes(const Setup& setup, std::vector<double> masses_MeV, Dataset& data) {
  const RunConfig& config = setup.config();
  data.add_axis({"mass", "MeV", "mass of the sterile neutrino", std::move(masses_MeV)});
  data.add_axis(experiment_axis(setup));
  data.add_axis({"confidence", "1", "confidence level", config.limits.confidence});
  data.add_axis({"dof", "1", "degrees of freedom",
                 std::vector<std::int32_t>(config.limits.dof.begin(), config.limits.dof.end())});
}

void add_limits(Dataset& data, FieldRole role_of_status, const Flags& flags) {
  std::vector<std::string> axes{"mass", "experiment", "confidence", "dof"};
  if (data.has_axis("parameter")) axes.insert(axes.begin() + 2, {"parameter", "others"});
  data.add_empty_field<double>({"limit", "mu_B", "upper limit on the coupling", axes});
  data.add_empty_field<std::int8_t>({.name = "limit_status",
                                     .units = "1",
                                     .long_name = "what the limit is worth",
                                     .axes = axes,
                                     .flags = flags,
                                     .role = role_of_status});
}

Dataset make_grid_dataset(const Setup& setup, std::vector<double> masses_MeV) {
  Dataset data;
  add_common_axes(setup, std::move(masses_MeV), data);
  add_coupling_axes(setup.config(), data);
  data.add_axis({"term", "", "data set whose part of -2 ln L it is", setup.experiment_names()});
  std::vector<std::string> nuisances;
  for (const auto& nuisance : setup.likelihood().joint->nuisances()) {
    nuisances.push_back(nuisance.name);
  }
  data.add_axis({"nuisance", "", "nuisance parameter", nuisances});
  add_constants(setup, data);
  add_grid_fields(setup.config(), data);
  add_best_fits(data);
  Flags flags = limit_flags();
  if (!setup.config().decay_path_cm) {
    add_limits(data, FieldRole::result, flags);
  } else {
    constexpr auto closed_from_above = inference::LimitStatus::closed_from_above;
    flags.emplace_back(static_cast<int>(closed_from_above), to_string(closed_from_above));
    add_limits(data, FieldRole::result, flags);
    data.add_empty_field<double>({"excluded_to", "mu_B",
                                  "coupling above which N decay and are allowed again",
                                  data.field("limit").axes});
  }
  if (setup.config().limits.expected) add_expected_limit(data, {"mass", "confidence", "dof"});
  return data;
}

}  // namespace nudipole::campaign::detail
