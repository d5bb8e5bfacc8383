#include "nudipole/scan/result_table.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/units.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace nudipole::scan {
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

Dataset make_dataset(const Analysis& analysis) {
  const RunConfig& config = analysis.config();
  const auto& nuisances = analysis.joint().nuisances();
  std::vector<std::string> experiment_names;
  for (const auto& experiment : analysis.experiments())
    experiment_names.push_back(experiment.name());
  std::vector<std::string> nuisance_names;
  std::vector<double> centres;
  std::vector<double> widths;
  for (const likelihood::Nuisance& nuisance : nuisances) {
    nuisance_names.push_back(nuisance.name);
    centres.push_back(nuisance.centre);
    widths.push_back(nuisance.width);
  }
  std::vector<double> natural;
  for (const double coupling : config.coupling_mu_B) {
    natural.push_back(DipoleCoupling::from_mu_B(coupling).per_GeV());
  }

  Dataset data;
  data.add_axis({"mass", "MeV", "mass of the sterile neutrino", config.mass_MeV});
  data.add_axis({"coupling", "mu_B", "transition magnetic moment d", config.coupling_mu_B});
  data.add_axis({"experiment", "", "data set", experiment_names});
  data.add_axis({"nuisance", "", "nuisance parameter", nuisance_names});
  data.add_axis({"confidence", "1", "confidence level", config.limits.confidence});
  data.add_axis({"dof", "1", "degrees of freedom",
                 std::vector<std::int32_t>(config.limits.dof.begin(), config.limits.dof.end())});

  const std::size_t masses = config.mass_MeV.size();
  const std::size_t couplings = config.coupling_mu_B.size();
  const std::size_t points = masses * couplings;
  const std::size_t limits = masses * config.limits.confidence.size() * config.limits.dof.size();
  const auto values = [](std::size_t n) { return std::vector<double>(n, nan); };
  const auto codes = [](std::size_t n) { return std::vector<std::int8_t>(n, std::int8_t{-1}); };

  data.add_field({"coupling_per_GeV", "GeV-1", "coupling in natural units", {"coupling"}, natural});
  data.add_field({"nuisance_centre", "1", "prior mean", {"nuisance"}, centres});
  data.add_field({"nuisance_width", "1", "prior standard deviation", {"nuisance"}, widths});
  data.add_field({"standard_model", "1", "-2 ln L without portal, profiled", {}, values(1)});

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
                  values(points * nuisances.size())});
  data.add_field({"contribution",
                  "1",
                  "part of -2 ln L that an experiment's data give",
                  {"mass", "coupling", "experiment"},
                  values(points * experiment_names.size())});
  data.add_field(
      {"prior", "1", "part of -2 ln L that the priors give", {"mass", "coupling"}, values(points)});

  data.add_field(
      {"best_minus_two_log_l", "1", "least -2 ln L over couplings >= 0", {"mass"}, values(masses)});
  data.add_field(
      {"best_coupling", "mu_B", "coupling of the least -2 ln L", {"mass"}, values(masses)});
  data.add_field({"best_status", "1", "how the fit ended", {"mass"}, codes(masses), fit_flags()});
  data.add_field({"best_nuisance_value",
                  "1",
                  "nuisances at the best fit",
                  {"mass", "nuisance"},
                  values(masses * nuisances.size())});
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
  Field time{"compute_time",
             "s",
             "time the work of this mass took",
             {"mass"},
             std::vector<double>(masses, 0.0)};
  time.role = FieldRole::timing;
  data.add_field(std::move(time));
  return data;
}

bool is_done(std::int8_t status) {
  return status != static_cast<std::int8_t>(fit::FitStatus::not_done);
}

/// Progress of one mass.
Progress mass_progress(const Dataset& dataset, std::size_t mass) {
  const std::size_t couplings = dataset.axis("coupling").size();
  const auto points =
      std::span{dataset.values<std::int8_t>("fit_status")}.subspan(mass * couplings, couplings);
  const std::int8_t best = dataset.values<std::int8_t>("best_status")[mass];
  const auto failed = [](std::int8_t code) {
    const auto status = static_cast<fit::FitStatus>(code);
    return is_done(code) && status != fit::FitStatus::not_applicable && !fit::is_converged(status);
  };
  Progress progress{.masses_total = 1, .fits_total = couplings};
  progress.fits_done = static_cast<std::size_t>(std::ranges::count_if(points, is_done));
  progress.fits_failed =
      static_cast<std::size_t>(std::ranges::count_if(points, failed)) + (failed(best) ? 1 : 0);
  progress.masses_done = is_done(best) && progress.fits_done == couplings ? 1 : 0;
  return progress;
}

/// The status to store: a fit without a finite value has failed, whatever it says itself. A bound
/// has no fit and so no value.
std::int8_t status_code(const FitRecord& record) {
  const bool usable =
      std::isfinite(record.minus_two_log_l) || record.status == fit::FitStatus::not_applicable;
  return static_cast<std::int8_t>(usable ? record.status : fit::FitStatus::failed);
}

/// Adds (sign 1) or takes away (sign -1) the progress of a mass.
void add(Progress& sum, const Progress& part, int sign) {
  const auto apply = [sign](std::size_t& total, std::size_t change) {
    total = sign > 0 ? total + change : total - change;
  };
  apply(sum.masses_done, part.masses_done);
  apply(sum.masses_total, part.masses_total);
  apply(sum.fits_done, part.fits_done);
  apply(sum.fits_total, part.fits_total);
  apply(sum.fits_failed, part.fits_failed);
}

/// The same axes and fields with the same sizes, whatever the values.
bool same_shape(const Dataset& one, const Dataset& other) {
  if (one.axes() != other.axes() || one.fields().size() != other.fields().size()) return false;
  for (std::size_t i = 0; i < one.fields().size(); ++i) {
    const Field& a = one.fields()[i];
    const Field& b = other.fields()[i];
    if (a.name != b.name || a.axes != b.axes || a.values.index() != b.values.index()) return false;
  }
  return true;
}

}  // namespace

ResultTable::ResultTable(const Analysis& analysis)
    : dataset_(make_dataset(analysis)),
      couplings_(analysis.config().coupling_mu_B.size()),
      nuisances_(analysis.joint().nuisances().size()),
      experiments_(analysis.experiments().size()),
      limits_(analysis.config().limits.confidence.size() * analysis.config().limits.dof.size()) {
  if (analysis.bound() != nullptr) return;
  const likelihood::PortalTemplates templates = analysis.portal(analysis.config().mass_MeV.front());
  dataset_.values<double>("standard_model").front() =
      evaluate_point(analysis, templates, 0.0).minus_two_log_l;
  progress_ = progress_of(dataset_);
}

ResultTable::ResultTable(const Analysis& analysis, Dataset earlier) : ResultTable(analysis) {
  if (!same_shape(dataset_, earlier)) {
    throw CheckpointError("the result file holds other axes or fields than this program writes",
                          {.hint = "write to a new file"});
  }
  dataset_ = std::move(earlier);
  progress_ = progress_of(dataset_);
}

void ResultTable::store_fit(const FitRecord& record, std::size_t mass, std::size_t coupling) {
  const std::size_t point = mass * couplings_ + coupling;
  dataset_.values<double>("minus_two_log_l")[point] = record.minus_two_log_l;
  dataset_.values<std::int8_t>("fit_status")[point] = status_code(record);
  dataset_.values<std::int32_t>("fit_evaluations")[point] = record.evaluations;
  std::ranges::copy(record.nuisances, dataset_.values<double>("nuisance_value").begin() +
                                          static_cast<std::ptrdiff_t>(point * nuisances_));
  std::copy_n(record.contributions.begin(), experiments_,
              dataset_.values<double>("contribution").begin() +
                  static_cast<std::ptrdiff_t>(point * experiments_));
  dataset_.values<double>("prior")[point] = record.contributions.back();
}

void ResultTable::require_shape(const UnitResult& result) const {
  const Unit& unit = result.unit;
  const auto fits = [this](const FitRecord& record) {
    return record.nuisances.size() == nuisances_ && record.contributions.size() == experiments_ + 1;
  };
  const bool good = unit.mass < dataset_.axis("mass").size() &&
                    unit.first_coupling <= unit.last_coupling && unit.last_coupling <= couplings_ &&
                    result.grid.size() == unit.last_coupling - unit.first_coupling &&
                    std::ranges::all_of(result.grid, fits) &&
                    (!unit.with_limits || (fits(result.best) && result.limits.size() == limits_));
  if (!good) throw Error(ErrorKind::unexpected, "a result does not have the shape of its unit");
}

void ResultTable::store(const UnitResult& result) {
  require_shape(result);
  const std::size_t mass = result.unit.mass;
  add(progress_, mass_progress(dataset_, mass), -1);
  store_values(result);
  add(progress_, mass_progress(dataset_, mass), 1);
}

void ResultTable::store_values(const UnitResult& result) {
  const std::size_t mass = result.unit.mass;
  for (std::size_t i = 0; i < result.grid.size(); ++i) {
    store_fit(result.grid[i], mass, result.unit.first_coupling + i);
  }
  dataset_.values<double>("compute_time")[mass] += result.seconds;
  if (!result.unit.with_limits) return;
  dataset_.values<double>("best_minus_two_log_l")[mass] = result.best.minus_two_log_l;
  dataset_.values<double>("best_coupling")[mass] = result.best.coupling_mu_B;
  dataset_.values<std::int8_t>("best_status")[mass] = status_code(result.best);
  std::ranges::copy(result.best.nuisances, dataset_.values<double>("best_nuisance_value").begin() +
                                               static_cast<std::ptrdiff_t>(mass * nuisances_));
  for (std::size_t i = 0; i < limits_; ++i) {
    dataset_.values<double>("limit")[mass * limits_ + i] = std::sqrt(result.limits[i].x_mu_B2);
    const bool without_number = result.limits[i].status == inference::LimitStatus::ok &&
                                !std::isfinite(result.limits[i].x_mu_B2);
    dataset_.values<std::int8_t>("limit_status")[mass * limits_ + i] = static_cast<std::int8_t>(
        without_number ? inference::LimitStatus::failed : result.limits[i].status);
  }
}

bool ResultTable::has_limits(std::size_t mass) const {
  return is_done(dataset_.values<std::int8_t>("best_status")[mass]);
}

bool ResultTable::has_point(std::size_t mass, std::size_t coupling) const {
  return is_done(dataset_.values<std::int8_t>("fit_status")[mass * couplings_ + coupling]);
}

Progress progress_of(const Dataset& dataset, const Shard& shard) {
  Progress progress;
  const std::size_t masses = dataset.axis("mass").size();
  for (std::size_t mass = shard.index; mass < masses; mass += shard.count) {
    add(progress, mass_progress(dataset, mass), 1);
  }
  return progress;
}

}  // namespace nudipole::scan
