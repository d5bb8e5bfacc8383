#include "result_layout.hpp"

#include "nudipole/core/units.hpp"

#include <limits>

namespace nudipole::scan::detail {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

using Flags = std::vector<std::pair<int, std::string>>;

template <class Status>
Flags flags_of(std::initializer_list<Status> statuses) {
  Flags flags;
  for (const Status status : statuses) {
    flags.emplace_back(static_cast<int>(status), std::string{to_string(status)});
  }
  return flags;
}

Flags fit_flags() {
  using enum fit::FitStatus;
  return flags_of({not_done, converged, converged_fallback, not_converged, failed, not_applicable});
}

Flags limit_flags() {
  using enum inference::LimitStatus;
  return flags_of({not_done, ok, none_in_range, closed, failed});
}

std::vector<double> values(std::size_t n) { return std::vector<double>(n, nan); }
std::vector<std::int8_t> codes(std::size_t n) {
  return std::vector<std::int8_t>(n, std::int8_t{-1});
}

void add_axes(const Analysis& analysis, labelled::Dataset& data) {
  const RunConfig& config = analysis.config();
  std::vector<std::string> experiments;
  for (const auto& experiment : analysis.experiments()) experiments.push_back(experiment.name());
  std::vector<std::string> nuisances;
  for (const auto& nuisance : analysis.joint().nuisances()) nuisances.push_back(nuisance.name);
  data.add_axis({"mass", "MeV", "mass of the sterile neutrino", config.mass_MeV});
  data.add_axis({"coupling", "mu_B", "transition magnetic moment d", config.coupling_mu_B});
  data.add_axis({"experiment", "", "data set", experiments});
  data.add_axis({"nuisance", "", "nuisance parameter", nuisances});
  data.add_axis({"confidence", "1", "confidence level", config.limits.confidence});
  data.add_axis({"dof", "1", "degrees of freedom",
                 std::vector<std::int32_t>(config.limits.dof.begin(), config.limits.dof.end())});
}

/// What is known before any fit.
void add_constants(const Analysis& analysis, labelled::Dataset& data) {
  std::vector<double> natural;
  for (const double coupling : analysis.config().coupling_mu_B) {
    natural.push_back(DipoleCoupling::from_mu_B(coupling).per_GeV());
  }
  std::vector<double> centres;
  std::vector<double> widths;
  for (const likelihood::Nuisance& nuisance : analysis.joint().nuisances()) {
    centres.push_back(nuisance.centre);
    widths.push_back(nuisance.width);
  }
  data.add_field({"coupling_per_GeV", "GeV-1", "coupling in natural units", {"coupling"}, natural});
  data.add_field({"nuisance_centre", "1", "prior mean", {"nuisance"}, centres});
  data.add_field({"nuisance_width", "1", "prior standard deviation", {"nuisance"}, widths});
  data.add_field({"standard_model", "1", "-2 ln L without portal, profiled", {}, values(1)});
}

void add_grid_fields(labelled::Dataset& data) {
  const std::size_t points = data.axis("mass").size() * data.axis("coupling").size();
  data.add_field({"minus_two_log_l",
                  "1",
                  "-2 ln L, profiled over the nuisances",
                  {"mass", "coupling"},
                  values(points)});
  data.add_field(
      {"fit_status", "1", "how the fit ended", {"mass", "coupling"}, codes(points), fit_flags()});
  data.add_field({"fit_evaluations",
                  "1",
                  "likelihood evaluations of the fit",
                  {"mass", "coupling"},
                  std::vector<std::int32_t>(points, -1)});
  data.add_field({"nuisance_value",
                  "1",
                  "nuisances at the fit",
                  {"mass", "coupling", "nuisance"},
                  values(points * data.axis("nuisance").size())});
  data.add_field({"contribution",
                  "1",
                  "part of -2 ln L that an experiment's data give",
                  {"mass", "coupling", "experiment"},
                  values(points * data.axis("experiment").size())});
  data.add_field(
      {"prior", "1", "part of -2 ln L that the priors give", {"mass", "coupling"}, values(points)});
}

void add_mass_fields(labelled::Dataset& data) {
  const std::size_t masses = data.axis("mass").size();
  const std::size_t limits = masses * data.axis("confidence").size() * data.axis("dof").size();
  data.add_field(
      {"best_minus_two_log_l", "1", "least -2 ln L over couplings >= 0", {"mass"}, values(masses)});
  data.add_field(
      {"best_coupling", "mu_B", "coupling of the least -2 ln L", {"mass"}, values(masses)});
  data.add_field({"best_status", "1", "how the fit ended", {"mass"}, codes(masses), fit_flags()});
  data.add_field({"best_nuisance_value",
                  "1",
                  "nuisances at the best fit",
                  {"mass", "nuisance"},
                  values(masses * data.axis("nuisance").size())});
  data.add_field({"limit",
                  "mu_B",
                  "upper limit on the coupling",
                  {"mass", "confidence", "dof"},
                  values(limits)});
  data.add_field({"limit_status",
                  "1",
                  "what the limit is worth",
                  {"mass", "confidence", "dof"},
                  codes(limits),
                  limit_flags()});
}

/// Each experiment by itself.
void add_experiment_fields(labelled::Dataset& data) {
  const std::size_t parts = data.axis("mass").size() * data.axis("experiment").size();
  const std::size_t limits = parts * data.axis("confidence").size() * data.axis("dof").size();
  data.add_field({"experiment_best_minus_two_log_l",
                  "1",
                  "least -2 ln L of an experiment by itself over couplings >= 0",
                  {"mass", "experiment"},
                  values(parts)});
  data.add_field({"experiment_best_coupling",
                  "mu_B",
                  "coupling of the least -2 ln L of an experiment by itself",
                  {"mass", "experiment"},
                  values(parts)});
  data.add_field({"experiment_best_status",
                  "1",
                  "how the fit of an experiment by itself ended",
                  {"mass", "experiment"},
                  codes(parts),
                  fit_flags()});
  data.add_field({"experiment_limit",
                  "mu_B",
                  "upper limit on the coupling from an experiment by itself",
                  {"mass", "experiment", "confidence", "dof"},
                  values(limits)});
  data.add_field({"experiment_limit_status",
                  "1",
                  "what the limit of an experiment by itself is worth",
                  {"mass", "experiment", "confidence", "dof"},
                  codes(limits),
                  limit_flags()});
}

}  // namespace

labelled::Dataset make_dataset(const Analysis& analysis) {
  labelled::Dataset data;
  add_axes(analysis, data);
  add_constants(analysis, data);
  add_grid_fields(data);
  add_mass_fields(data);
  if (analysis.config().limits.each_experiment) add_experiment_fields(data);
  const std::size_t masses = data.axis("mass").size();
  data.add_field({"compute_time",
                  "s",
                  "time the work of this mass took",
                  {"mass"},
                  std::vector<double>(masses, 0.0),
                  {},
                  labelled::FieldRole::timing});
  return data;
}

}  // namespace nudipole::scan::detail
